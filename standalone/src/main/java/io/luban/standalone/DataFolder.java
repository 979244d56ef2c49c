package io.luban.standalone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Where a standalone platform keeps everything: {@code kube/} (store), {@code pki/}, {@code kubeconfig},
 * {@code luban.log} and {@code run.json} while it runs. Only the owner may enter.
 */
record DataFolder(Path path) {
    /** The folder at a path, which need not exist yet. */
    static DataFolder at(Path path) {
        return new DataFolder(path.toAbsolutePath().normalize());
    }

    /** Makes the folder when absent; throws {@link IllegalStateException} when something else stands there. */
    void create() {
        if (Files.exists(path) && !Files.isDirectory(path)) {
            throw new IllegalStateException("data folder %s is not a folder".formatted(path));
        }
        try {
            if (!Files.exists(path)) {
                Files.createDirectories(path);
                Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What commands use when no folder is named. */
    static Path standard() {
        return Path.of(System.getProperty("user.home"), ".luban");
    }

    Path kubeconfig() {
        return path.resolve("kubeconfig");
    }

    Path configuration() {
        return path.resolve("config.yaml");
    }

    Path log() {
        return path.resolve("luban.log");
    }

    Path runFile() {
        return path.resolve("run.json");
    }
}
