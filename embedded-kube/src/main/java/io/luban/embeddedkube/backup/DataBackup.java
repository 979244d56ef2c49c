package io.luban.embeddedkube.backup;

import io.luban.embeddedkube.store.SqliteStore;
import io.luban.embeddedkube.store.StoreBackup;
import io.luban.embeddedkube.store.StoreCopy;
import io.luban.embeddedkube.store.StoreOpenException;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Backups of a data folder as a whole: one file with the objects, the certificate authority and the keys, so that the
 * restored server is the same one to everybody who has a kubeconfig or a token. Failures are {@link StoreOpenException}s
 * that name the file and the problem.
 */
public final class DataBackup {
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

    private DataBackup() {}

    /** A backup to make from a running store. */
    static StoreCopy ofRunning(SqliteStore store, Path dataDirectory, Path target) {
        return store.copyTo(target, PkiFiles.read(dataDirectory));
    }

    /** Makes a backup of a data folder on which nothing runs; {@code target} must not exist. */
    public static void ofStopped(Path dataDirectory, Path target, Clock clock) {
        var directory = dataDirectory.resolve("kube");
        if (!Files.exists(directory)) {
            throw new StoreOpenException(
                    "%s is no data folder of Luban: it has no folder 'kube'".formatted(dataDirectory));
        }
        SqliteStore.copyStopped(directory, target, PkiFiles.read(dataDirectory), clock);
    }

    /** Checks a backup from end to end. */
    public static void verify(Path backup) {
        StoreBackup.verify(backup);
    }

    /**
     * Makes a data folder of a backup, all or nothing. A folder that is there and not empty is refused, or moved aside when
     * it shall be replaced; where it went is answered. Nothing is touched before the backup has been checked.
     */
    public static Optional<Path> restore(Path backup, Path dataDirectory, boolean replaces, Clock clock) {
        var files = StoreBackup.verify(backup);
        var target = dataDirectory.toAbsolutePath().normalize();
        boolean isOccupied = isOccupied(target);
        if (isOccupied && !replaces) {
            throw new StoreOpenException(
                    "%s is not empty: name another folder by --data, or replace it by --force (what is there is moved aside)"
                            .formatted(target));
        }
        var stage = target.resolveSibling("." + target.getFileName() + ".restoring");
        try {
            delete(stage);
            Files.createDirectories(stage);
            PkiFiles.restrict(stage, "rwx------");
            StoreBackup.restore(backup, stage.resolve("kube"));
            PkiFiles.write(files, stage);
            return isOccupied ? swap(stage, target, clock) : place(stage, target);
        } catch (IOException e) {
            throw new StoreOpenException(
                    "%s cannot be restored to %s: %s".formatted(backup, target, e.getMessage()), e);
        }
    }

    private static boolean isOccupied(Path target) {
        if (!Files.exists(target)) {
            return false;
        }
        try (var entries = Files.newDirectoryStream(target)) {
            return entries.iterator().hasNext();
        } catch (IOException e) {
            throw new StoreOpenException("%s cannot be used: %s".formatted(target, e.getMessage()), e);
        }
    }

    private static Optional<Path> place(Path stage, Path target) throws IOException {
        move(stage, target);
        return Optional.empty();
    }

    private static Optional<Path> swap(Path stage, Path target, Clock clock) throws IOException {
        var aside = target.resolveSibling(target.getFileName() + ".replaced-" + STAMP.format(clock.instant()));
        // held while the folder moves, so that nothing starts on it meanwhile
        var held = SqliteStore.lock(target.resolve("kube"));
        try {
            Files.move(target, aside);
        } finally {
            held.close();
        }
        move(stage, target);
        return Optional.of(aside);
    }

    private static void move(Path stage, Path target) throws IOException {
        try {
            Files.move(stage, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(stage, target, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** What an interrupted restore left. */
    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException e) throws IOException {
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
