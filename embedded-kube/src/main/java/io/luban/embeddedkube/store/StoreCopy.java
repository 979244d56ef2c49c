package io.luban.embeddedkube.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;

/**
 * A consistent copy of a store in one file, made while writes go on. {@link #run} blocks; {@link #cancel} and {@link
 * #fraction} may be called from any thread. Unless the copy is complete nothing is left of it.
 */
public final class StoreCopy {
    private final Path source;
    private final Path target;
    private final Map<String, byte[]> attachments;
    private final Clock clock;
    private volatile long expectedBytes = Long.MAX_VALUE;
    private volatile boolean cancelled;
    private volatile @Nullable Statement running;

    StoreCopy(Path source, Path target, Map<String, byte[]> attachments, Clock clock) {
        this.source = source;
        this.target = target;
        this.attachments = Map.copyOf(attachments);
        this.clock = clock;
    }

    /** Throws {@link StoreOpenException} when the copy cannot be made or was cancelled. */
    public void run() {
        if (Files.exists(target)) {
            throw new StoreOpenException("%s exists already".formatted(target));
        }
        boolean complete = false;
        try {
            copy();
            attach();
            complete = !cancelled;
            if (cancelled) {
                throw new StoreOpenException("the backup was cancelled");
            }
        } catch (SQLException e) {
            throw cancelled ? new StoreOpenException("the backup was cancelled", e) : failure(e);
        } catch (IOException e) {
            throw new StoreOpenException("%s cannot be copied to %s: %s".formatted(source, target, e.getMessage()), e);
        } finally {
            if (!complete) {
                deleteTarget();
            }
        }
    }

    private StoreOpenException failure(SQLException e) {
        return e.getErrorCode() == SQLiteErrorCode.SQLITE_FULL.code
                ? new StoreOpenException("the disk of %s has no room for the backup".formatted(target), e)
                : new StoreOpenException("%s cannot be copied to %s: %s".formatted(source, target, e.getMessage()), e);
    }

    private void copy() throws SQLException, IOException {
        Connections.createPrivately(target);
        try (var connection = Connections.plain(source);
                var statement = connection.prepareStatement("VACUUM INTO ?")) {
            expectedBytes = pages(connection, "page_count") * pages(connection, "page_size");
            running = statement;
            if (cancelled) {
                return;
            }
            statement.setString(1, target.toString());
            statement.execute();
        } finally {
            running = null;
        }
    }

    private static long pages(Connection connection, String pragma) throws SQLException {
        return Long.parseLong(Connections.text(connection, "PRAGMA " + pragma));
    }

    /** What belongs to a backup beside the database; see {@link StoreBackup}. */
    private void attach() throws SQLException, IOException {
        try (var connection = Connections.plain(target)) {
            Connections.text(connection, "PRAGMA journal_mode=DELETE");
            connection.setAutoCommit(false);
            StoreBackup.attach(connection, attachments, clock.instant().toString());
            connection.commit();
        }
        try (var channel = FileChannel.open(target, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    /** Share of the work that is done, between 0 and 1. */
    public double fraction() {
        try {
            return Files.exists(target) ? Math.min(1.0, (double) Files.size(target) / expectedBytes) : 0;
        } catch (IOException e) {
            return 0;
        }
    }

    /** Ends {@link #run} early. */
    public void cancel() {
        cancelled = true;
        var statement = running;
        if (statement != null) {
            try {
                statement.cancel();
            } catch (SQLException e) {
                // it has just ended, and run() looks at the flag
                return;
            }
        }
    }

    private void deleteTarget() {
        try {
            Files.deleteIfExists(target);
            Files.deleteIfExists(target.resolveSibling(target.getFileName() + "-journal"));
        } catch (IOException e) {
            // the reason why there is no copy is the one to report
            return;
        }
    }
}
