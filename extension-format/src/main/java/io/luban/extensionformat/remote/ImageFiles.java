package io.luban.extensionformat.remote;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.model.Json;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * Lays the layers of an image over each other and keeps the files below its catalog's directories. Links are left out:
 * a chart has none, and so nothing can lead out of the target.
 */
public final class ImageFiles {
    private static final long MAX_CONFIG = 1024 * 1024;
    private static final long MAX_LAYER = 1024L * 1024 * 1024;
    private static final long MAX_KEPT = 512L * 1024 * 1024;
    private static final int MAX_ENTRIES = 500_000;
    private static final String WHITEOUT = ".wh.";
    private static final String OPAQUE = ".wh..wh..opq";

    private final Path target;
    private final List<String> roots = new ArrayList<>();
    private long kept;
    private int entries;

    private ImageFiles(Path target) {
        this.target = target;
    }

    /**
     * Unpacks {@code /charts} and the working directory of an image below {@code target}, which must be empty.
     *
     * @return the directories that a catalog may lie in, in the order in which they count
     */
    public static List<Path> unpack(
            OciRegistry registry, ImageReference reference, OciRegistry.Manifest manifest, Path target) {
        var files = new ImageFiles(target);
        files.roots.add("charts");
        var config = manifest.json().path("config").path("digest").asText("");
        if (!config.isEmpty()) {
            var workDirectory = Json.parse(registry.blob(reference, config, MAX_CONFIG))
                    .path("config")
                    .path("WorkingDir")
                    .asText("");
            files.addRoot(workDirectory);
        }
        try {
            for (var layer : manifest.json().path("layers")) {
                files.apply(registry, reference, layer);
            }
        } catch (IOException e) {
            throw new RemoteException("%s: layers cannot be unpacked: %s".formatted(reference, e.getMessage()));
        }
        return files.roots.stream()
                .map(target::resolve)
                .filter(Files::isDirectory)
                .toList();
    }

    /** The root of the file system as working directory means that none was chosen. */
    private void addRoot(String workDirectory) {
        var clean = clean(workDirectory);
        if (!clean.isEmpty() && !roots.contains(clean)) {
            roots.add(clean);
        }
    }

    private void apply(OciRegistry registry, ImageReference reference, JsonNode layer) throws IOException {
        var file = Files.createTempFile(target, "layer", ".blob");
        try {
            registry.blob(reference, layer.path("digest").asText(""), file, MAX_LAYER);
            try (var in = opened(file, layer.path("mediaType").asText(""));
                    var tar = new TarArchiveInputStream(in, "UTF-8")) {
                for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                    if (++entries > MAX_ENTRIES) {
                        throw new RemoteException("%s has more than %d files".formatted(reference, MAX_ENTRIES));
                    }
                    apply(tar, entry);
                }
            }
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private static InputStream opened(Path file, String mediaType) throws IOException {
        if (mediaType.endsWith("zstd")) {
            throw new RemoteException("layers packed by zstd cannot be read, build the image with gzip");
        }
        var in = new BufferedInputStream(Files.newInputStream(file));
        in.mark(2);
        boolean gzip = in.read() == 0x1f && in.read() == 0x8b;
        in.reset();
        return gzip ? new GZIPInputStream(in) : in;
    }

    private void apply(TarArchiveInputStream tar, TarArchiveEntry entry) throws IOException {
        var path = clean(entry.getName());
        int slash = path.lastIndexOf('/');
        var name = path.substring(slash + 1);
        var parent = slash < 0 ? "" : path.substring(0, slash);
        if (name.equals(OPAQUE)) {
            hide(parent, false);
        } else if (name.startsWith(WHITEOUT)) {
            var hidden = name.substring(WHITEOUT.length());
            hide(parent.isEmpty() ? hidden : parent + "/" + hidden, true);
        } else if (isKept(path)) {
            write(tar, entry, path);
        }
    }

    private boolean isKept(String path) {
        return roots.stream().anyMatch(root -> path.equals(root) || path.startsWith(root + "/"));
    }

    private void write(TarArchiveInputStream tar, TarArchiveEntry entry, String path) throws IOException {
        var place = target.resolve(path);
        if (entry.isDirectory()) {
            if (Files.isRegularFile(place)) {
                Files.delete(place);
            }
            Files.createDirectories(place);
            return;
        }
        delete(place);
        if (!entry.isFile() || entry.isLink() || entry.isSymbolicLink()) {
            return;
        }
        kept += entry.getSize();
        if (kept > MAX_KEPT) {
            throw new RemoteException("the catalog in the image is larger than %d bytes".formatted(MAX_KEPT));
        }
        Files.createDirectories(place.getParent());
        Files.copy(tar, place);
    }

    /** What a lower layer had at the path is gone; everything in it, and the directory itself if asked. */
    private void hide(String path, boolean itself) throws IOException {
        for (var root : roots) {
            var rootPath = target.resolve(root);
            if (path.isEmpty() || root.equals(path) || root.startsWith(path + "/")) {
                empty(rootPath);
            } else if (path.startsWith(root + "/") && itself) {
                delete(target.resolve(path));
            } else if (path.startsWith(root + "/")) {
                empty(target.resolve(path));
            }
        }
    }

    private static void empty(Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            delete(directory);
            Files.createDirectories(directory);
        }
    }

    private static void delete(Path path) throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        try (var all = Files.walk(path)) {
            for (var each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }

    /** The path without anything that means "here" or "up". */
    private static String clean(String path) {
        var parts = new ArrayList<String>();
        for (var part : path.replace('\\', '/').split("/", -1)) {
            if (part.equals("..")) {
                throw new RemoteException("layer entry %s leaves the image".formatted(path));
            }
            if (!part.isEmpty() && !part.equals(".")) {
                parts.add(part);
            }
        }
        return String.join("/", parts);
    }
}
