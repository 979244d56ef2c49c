package io.luban.embeddedkube.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * The SQLite file behind a store. One writing connection, used by one thread at a time: by the opening thread until the
 * store is loaded, then by the sequencer alone.
 *
 * <p>Rows are found by revision, never by key: {@code object} is keyed by the revision of creation, unique and growing,
 * so that creates append to the file and no index has to be kept. See {@link EventRow} and {@link LargeValues} for the
 * other tables.
 */
final class Database implements AutoCloseable {
    static final String FILE = "state.db";
    private static final int VACUUM_PAGES = 200;

    private final Path file;
    private final Connection connection;
    private final StoreOptions options;
    private final RowCodec codec;
    private final DatabaseWriter writer;

    private Database(Path file, Connection connection, StoreOptions options, RowCodec codec) throws SQLException {
        this.file = file;
        this.connection = connection;
        this.options = options;
        this.codec = codec;
        this.writer = new DatabaseWriter(connection, codec);
    }

    /** Opens or creates the file and brings it to the present format; throws {@link StoreOpenException}. */
    static Database open(Path directory, StoreOptions options, EncryptionKeys keys, Clock clock) {
        var file = directory.resolve(FILE);
        @Nullable Connection connection = null;
        try {
            Files.createDirectories(directory);
            LogCheck.verify(file.resolveSibling(FILE + "-wal"));
            DatabaseFormat.requireKnown(file);
            connection = Connections.writing(file, options);
            DatabaseFormat.prepare(file, connection, clock);
            MetaTable.verify(connection);
            Reencryption.ensure(file, connection, keys);
            // frames that a crash left behind the last commit must not be met again by the next check of the log
            Connections.execute(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
            connection.setAutoCommit(false);
            return new Database(file, connection, options, new RowCodec(keys.active()));
        } catch (SQLException e) {
            Connections.closeQuietly(connection);
            throw Damage.of(file, e);
        } catch (IOException e) {
            Connections.closeQuietly(connection);
            throw Damage.found(file, e);
        } catch (StoreOpenException e) {
            Connections.closeQuietly(connection);
            throw e;
        }
    }

    /** Refuses a file that is absent or damaged, without changing it. */
    static void requireReadable(Path directory) {
        var file = directory.resolve(FILE);
        if (!Files.exists(file)) {
            throw new StoreOpenException("there is no store in " + directory);
        }
        try (var connection = Connections.reading(file)) {
            LogCheck.verify(file.resolveSibling(FILE + "-wal"));
            int format = DatabaseFormat.read(file, connection);
            if (format != DatabaseFormat.CURRENT) {
                throw new StoreOpenException("%s has format %d, not %d: start it once with this version of Luban"
                        .formatted(file, format, DatabaseFormat.CURRENT));
            }
            RowCheck.verify(connection);
        } catch (SQLException e) {
            throw Damage.of(file, e);
        } catch (IOException e) {
            throw Damage.found(file, e);
        }
    }

    /** Everything in the file, verified; throws {@link StoreOpenException} when it is damaged. */
    LoadedStore load(LargeValues values) {
        var check = new FutureTask<>(() -> quickCheck(file));
        var checker = Thread.ofPlatform().name("store-check").start(check);
        try {
            var loaded = new DatabaseReader(connection, codec, values).read();
            connection.rollback();
            Connections.execute(connection, "PRAGMA shrink_memory");
            connection.rollback();
            verdict(check);
            return loaded;
        } catch (SQLException e) {
            awaitEnd(checker);
            throw Damage.of(file, e);
        } catch (IOException e) {
            awaitEnd(checker);
            throw Damage.found(file, e);
        }
    }

    /** What SQLite finds wrong with the structure of the file: pages, cells, free list. */
    static String quickCheck(Path file) throws SQLException {
        try (var connection = Connections.reading(file)) {
            return Connections.text(connection, "PRAGMA quick_check(1)");
        }
    }

    private void verdict(FutureTask<String> check) throws SQLException, IOException {
        try {
            var verdict = check.get();
            if (!verdict.equals("ok")) {
                throw new IOException(verdict.replaceAll("\\s+", " "));
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SQLException failure) {
                throw failure;
            }
            throw new IOException("the check failed: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while checking", e);
        }
    }

    private static void awaitEnd(Thread checker) {
        try {
            checker.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    byte[] tokenKey() {
        try {
            var key = MetaTable.read(connection, MetaTable.TOKEN_KEY);
            connection.rollback();
            return HexFormat.of().parseHex(key.orElseThrow(() -> new IOException("meta lacks its tokenKey")));
        } catch (SQLException e) {
            throw Damage.of(file, e);
        } catch (IOException | IllegalArgumentException e) {
            throw Damage.found(file, e);
        }
    }

    /**
     * Writes the events and forgets dropped ones and released values, all or nothing; durable on return. {@code seconds}
     * is the time of the events.
     */
    void write(List<Event> events, List<Event> dropped, Collection<Long> released, long seconds) throws SQLException {
        try {
            writer.write(events, dropped, released, seconds);
            connection.commit();
        } catch (SQLException e) {
            rollback(e);
            throw e;
        }
    }

    private void rollback(SQLException cause) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            cause.addSuppressed(e);
            begin(cause);
        }
    }

    /** SQLite rolls back by itself when the disk is full; the driver knows nothing of it. */
    private void begin(SQLException cause) {
        try {
            Connections.execute(connection, "BEGIN");
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    /** Size of the write-ahead log. */
    long logBytes() {
        try {
            return Files.size(file.resolveSibling(FILE + "-wal"));
        } catch (NoSuchFileException e) {
            return 0;
        } catch (IOException e) {
            return Long.MAX_VALUE;
        }
    }

    /** Whether a log that has become long is merged into the file as part of a write. */
    void mergesByItself(boolean merges) throws SQLException {
        var pages = merges ? Connections.logPages(options) : 0;
        alone("PRAGMA wal_autocheckpoint=" + pages);
    }

    /** Merges the log into the file and empties it, unless the file would grow by more than {@code roomBytes}. */
    void mergeLog(long roomBytes) throws SQLException, IOException {
        connection.setAutoCommit(true);
        try {
            long pages = Long.parseLong(Connections.text(connection, "PRAGMA page_count"));
            if (pages * Connections.PAGE_BYTES - Files.size(file) <= roomBytes) {
                Connections.execute(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
            }
        } finally {
            connection.setAutoCommit(false);
        }
    }

    /** Takes some pages that hold nothing from the end of the file, once the log is merged; false when there are none. */
    boolean vacuum() throws SQLException {
        connection.setAutoCommit(true);
        try {
            if (Connections.text(connection, "PRAGMA freelist_count").equals("0")) {
                return false;
            }
            Connections.execute(connection, "PRAGMA incremental_vacuum(%d)".formatted(VACUUM_PAGES));
            return true;
        } finally {
            connection.setAutoCommit(false);
        }
    }

    private void alone(String sql) throws SQLException {
        connection.setAutoCommit(true);
        try {
            Connections.execute(connection, sql);
        } finally {
            connection.setAutoCommit(false);
        }
    }

    /** A reader of large values beside this writer. */
    static LargeRows largeRows(Path directory, EncryptionKeys keys) throws SQLException {
        var connection = Connections.reading(directory.resolve(FILE));
        try {
            return new LargeRows(connection, new RowCodec(keys.active()));
        } catch (SQLException e) {
            Connections.closeQuietly(connection);
            throw e;
        }
    }

    @Override
    public void close() {
        Connections.closeQuietly(connection);
    }
}
