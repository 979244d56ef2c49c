package io.luban.embeddedkube.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;

/**
 * The SQLite file behind a store. One connection, used by one thread at a time: by the opening thread until the store is
 * loaded, then by the sequencer alone.
 *
 * <p>Rows are found by revision, never by key: {@code object} is keyed by the revision of creation, unique and growing,
 * so that creates append to the file and no index has to be kept. An {@code event} row holds only the state that was
 * replaced; the new one is the replaced state of the next event of that key, or the current object.
 */
final class Database implements AutoCloseable {
    static final String FILE = "state.db";
    private static final String FORMAT = "1";
    private static final int PAGE_BYTES = 8192;
    private static final int CHECKPOINT_PAGES = 64 * 1024 * 1024 / PAGE_BYTES;
    private static final int CACHE_KIB = 2048;
    private static final int BUSY_MILLIS = 1_000;
    private static final List<String> TABLES = List.of(
            "CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)",
            """
            CREATE TABLE IF NOT EXISTS object (
                create_revision INTEGER PRIMARY KEY,
                mod_revision INTEGER NOT NULL,
                key TEXT NOT NULL,
                value BLOB NOT NULL)""",
            """
            CREATE TABLE IF NOT EXISTS event (
                revision INTEGER PRIMARY KEY,
                key TEXT NOT NULL,
                type TEXT NOT NULL,
                create_revision INTEGER NOT NULL,
                previous_revision INTEGER NOT NULL,
                previous BLOB)""",
            "CREATE TABLE IF NOT EXISTS floor (resource TEXT PRIMARY KEY, revision INTEGER NOT NULL)");

    private final Path file;
    private final Connection connection;
    private final DatabaseWriter writer;

    private Database(Path file, Connection connection, DatabaseWriter writer) {
        this.file = file;
        this.connection = connection;
        this.writer = writer;
    }

    /** Opens or creates the file after checking its integrity; throws {@link StoreOpenException}. */
    static Database open(Path directory, Clock clock) {
        var file = directory.resolve(FILE);
        @Nullable Connection connection = null;
        try {
            Files.createDirectories(directory);
            connection = connect(file);
            check(file, connection);
            prepare(file, connection, clock);
            return new Database(file, connection, new DatabaseWriter(connection));
        } catch (SQLException | IOException e) {
            closeQuietly(connection);
            throw new StoreOpenException("%s cannot be opened: %s".formatted(file, e.getMessage()), e);
        } catch (StoreOpenException e) {
            closeQuietly(connection);
            throw e;
        }
    }

    private static Connection connect(Path file) throws SQLException {
        var config = new SQLiteConfig();
        config.setPageSize(PAGE_BYTES);
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.setCacheSize(-CACHE_KIB);
        config.setBusyTimeout(BUSY_MILLIS);
        config.setPragma(SQLiteConfig.Pragma.MMAP_SIZE, "0");
        return config.createConnection("jdbc:sqlite:" + file);
    }

    private static void check(Path file, Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var result = statement.executeQuery("PRAGMA quick_check(1)")) {
            var verdict = result.next() ? result.getString(1) : "no answer";
            if (!verdict.equals("ok")) {
                throw new StoreOpenException("%s is damaged: %s".formatted(file, verdict));
            }
        }
    }

    private static void prepare(Path file, Connection connection, Clock clock) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute("PRAGMA wal_autocheckpoint=" + CHECKPOINT_PAGES);
            statement.execute("PRAGMA journal_size_limit=" + (long) CHECKPOINT_PAGES * PAGE_BYTES);
            connection.setAutoCommit(false);
            for (var table : TABLES) {
                statement.execute(table);
            }
            statement.execute("INSERT OR IGNORE INTO meta VALUES ('format', '" + FORMAT + "')");
            statement.execute("INSERT OR IGNORE INTO meta VALUES ('created', '" + clock.instant() + "')");
            statement.execute("INSERT OR IGNORE INTO meta VALUES ('tokenKey', lower(hex(randomblob(32))))");
            connection.commit();
            try (var result = statement.executeQuery("SELECT value FROM meta WHERE key = 'format'")) {
                if (!result.next() || !FORMAT.equals(result.getString(1))) {
                    throw new StoreOpenException(
                            "%s has format %s, this version reads %s".formatted(file, result.getString(1), FORMAT));
                }
            }
            connection.rollback();
        }
    }

    /** Everything in the file; throws {@link StoreOpenException} when it makes no sense. */
    LoadedStore load() {
        try {
            var loaded = new DatabaseReader(connection).read();
            connection.rollback();
            try (var statement = connection.createStatement()) {
                statement.execute("PRAGMA shrink_memory");
            }
            connection.rollback();
            return loaded;
        } catch (SQLException | IOException e) {
            throw new StoreOpenException("%s cannot be read: %s".formatted(file, e.getMessage()), e);
        }
    }

    /** Writes the events and forgets dropped ones, all or nothing; durable on return. */
    void write(List<Event> events, List<Event> dropped) throws SQLException {
        try {
            writer.write(events, dropped);
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
        }
    }

    /** Copies the file consistently while writes go on; {@code target} must not exist. */
    static void backup(Path directory, Path target) {
        var file = directory.resolve(FILE);
        if (Files.exists(target)) {
            throw new StoreOpenException("%s exists already".formatted(target));
        }
        try (var source = connect(file);
                var statement = source.createStatement()) {
            statement.executeUpdate("backup to '" + target.toString().replace("'", "''") + "'");
        } catch (SQLException e) {
            throw new StoreOpenException("%s cannot be copied to %s: %s".formatted(file, target, e.getMessage()), e);
        }
    }

    private static void closeQuietly(@Nullable Connection connection) {
        if (connection != null) {
            try {
                connection.close();
            } catch (SQLException e) {
                // The problem that led here is the one to report.
                return;
            }
        }
    }

    @Override
    public void close() {
        closeQuietly(connection);
    }
}
