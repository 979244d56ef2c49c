package io.luban.ksbuilder.marketplace;

import io.luban.extensionformat.ExtensionMetadata;
import io.luban.extensionformat.ExtensionPackage;
import io.luban.extensionformat.archive.ChartFile;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A package as the marketplace takes it: pictures are uploaded beside it, and addresses stand in their place. */
public final class Submission {
    /** Largest package that is taken. */
    public static final int MAX_BYTES = 1024 * 1024;

    private final ExtensionPackage source;

    /** A submission of a package. */
    public Submission(ExtensionPackage source) {
        this.source = source;
    }

    /** The pictures that are files of the package, by their paths. */
    public Map<String, byte[]> pictures() {
        var pictures = new LinkedHashMap<String, byte[]>();
        for (var path : names()) {
            source.file(clean(path)).ifPresent(file -> pictures.put(clean(path), file.data()));
        }
        return pictures;
    }

    /** The package with addresses for pictures and without the folder they lay in. */
    public ExtensionPackage rewritten(Map<String, String> addresses) {
        var metadata = source.metadata();
        var folder = clean(metadata.text("staticFileDirectory"));
        var document = metadata.document().deepCopy();
        document.put("icon", address(source.source().icon(), addresses));
        if (document.has("screenshots")) {
            var screenshots = document.putArray("screenshots");
            metadata.texts("screenshots").forEach(path -> screenshots.add(address(path, addresses)));
        }
        var files = new ArrayList<ChartFile>();
        for (var file : source.files()) {
            if (folder.isEmpty() || !file.path().startsWith(folder + "/")) {
                files.add(file);
            }
        }
        return source.with(new ExtensionMetadata(document), files);
    }

    private List<String> names() {
        var names = new ArrayList<String>();
        names.add(source.source().icon());
        names.addAll(source.metadata().texts("screenshots"));
        return names;
    }

    private static String address(String path, Map<String, String> addresses) {
        return addresses.getOrDefault(clean(path), path);
    }

    private static String clean(String path) {
        var start = path.startsWith("./") ? path.substring(2) : path;
        return start.endsWith("/") ? start.substring(0, start.length() - 1) : start;
    }
}
