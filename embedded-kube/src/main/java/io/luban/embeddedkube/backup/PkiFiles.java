package io.luban.embeddedkube.backup;

import io.luban.embeddedkube.store.StoreOpenException;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The certificates and keys of a data folder, without which kubeconfigs and tokens made before would be worth nothing. */
final class PkiFiles {
    private static final String PREFIX = "pki/";
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");
    private static final int MAX_BYTES = 1024 * 1024;

    private PkiFiles() {}

    /** By names that begin with {@code pki/}; empty when there are none yet. */
    static Map<String, byte[]> read(Path dataDirectory) {
        var files = new TreeMap<String, byte[]>();
        var folder = dataDirectory.resolve("pki");
        if (!Files.isDirectory(folder)) {
            return files;
        }
        try (var entries = Files.newDirectoryStream(folder)) {
            for (var entry : entries) {
                var name = entry.getFileName().toString();
                if (Files.isRegularFile(entry) && NAME.matcher(name).matches() && Files.size(entry) <= MAX_BYTES) {
                    files.put(PREFIX + name, Files.readAllBytes(entry));
                }
            }
            return files;
        } catch (IOException e) {
            throw new StoreOpenException("%s cannot be read: %s".formatted(folder, e.getMessage()), e);
        }
    }

    /** Writes those of a backup; refuses names that could lead elsewhere. */
    static void write(Map<String, byte[]> files, Path dataDirectory) throws IOException {
        var folder = Files.createDirectories(dataDirectory.resolve("pki"));
        restrict(folder, "rwx------");
        for (var file : files.entrySet()) {
            var name = file.getKey();
            if (!name.startsWith(PREFIX)
                    || !NAME.matcher(name.substring(PREFIX.length())).matches()) {
                throw new StoreOpenException("the backup holds a file of the unexpected name '%s'".formatted(name));
            }
            var target = Files.createFile(folder.resolve(name.substring(PREFIX.length())));
            restrict(target, "rw-------");
            Files.write(target, file.getValue());
        }
    }

    static void restrict(Path path, String permissions) throws IOException {
        if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
        }
    }
}
