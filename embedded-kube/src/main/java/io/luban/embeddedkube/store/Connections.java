package io.luban.embeddedkube.store;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;

/** Opens SQLite files the way this store wants them. */
final class Connections {
    /** Lets a full disk be relieved: pages set free can be given back without rewriting the file. */
    static final String SHRINKABLE = "PRAGMA auto_vacuum=INCREMENTAL";

    static final int PAGE_BYTES = 8192;
    private static final int CACHE_KIB = 2048;
    private static final int BUSY_MILLIS = 1_000;

    private Connections() {}

    /** For writing; makes the file when absent, readable by its owner only. */
    static Connection writing(Path file, StoreOptions options) throws SQLException, IOException {
        createPrivately(file);
        boolean isNew = Files.size(file) == 0;
        var connection = connect(file);
        try (var statement = connection.createStatement()) {
            if (isNew) {
                statement.execute("PRAGMA page_size=" + PAGE_BYTES);
                statement.execute(SHRINKABLE);
            }
            statement.execute("PRAGMA journal_mode=WAL");
            statement.execute(
                    "PRAGMA synchronous=" + (options.durability() == StoreOptions.Durability.OFF ? "OFF" : "FULL"));
            statement.execute("PRAGMA wal_autocheckpoint=" + logPages(options));
            statement.execute("PRAGMA journal_size_limit=" + options.logBytes());
            return connection;
        } catch (SQLException e) {
            closeQuietly(connection);
            throw e;
        }
    }

    /** Pages of the log at which it is merged. */
    static long logPages(StoreOptions options) {
        return options.logBytes() / PAGE_BYTES;
    }

    /** For reading beside a writer; never changes the file. */
    static Connection reading(Path file) throws SQLException {
        var connection = connect(file);
        try (var statement = connection.createStatement()) {
            statement.execute("PRAGMA query_only=ON");
            return connection;
        } catch (SQLException e) {
            closeQuietly(connection);
            throw e;
        }
    }

    /** As the file is; for a file that nobody else writes, or to copy it. */
    static Connection plain(Path file) throws SQLException {
        return connect(file);
    }

    private static Connection connect(Path file) throws SQLException {
        var config = new SQLiteConfig();
        config.setCacheSize(-CACHE_KIB);
        config.setBusyTimeout(BUSY_MILLIS);
        config.setPragma(SQLiteConfig.Pragma.MMAP_SIZE, "0");
        return config.createConnection("jdbc:sqlite:" + file);
    }

    /** SQLite gives its log the permissions of the database. */
    static void createPrivately(Path file) throws IOException {
        try {
            if (!Files.exists(file)) {
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            }
        } catch (UnsupportedOperationException e) {
            Files.createFile(file);
        } catch (FileAlreadyExistsException e) {
            // somebody else was quicker; its permissions are its business
            return;
        }
    }

    static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    static String text(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery(sql)) {
            return row.next() ? String.valueOf(row.getString(1)) : "";
        }
    }

    /** Writes a compact copy of what is committed now; {@code target} must not exist or be empty. */
    static void copy(Connection connection, Path target) throws SQLException, IOException {
        createPrivately(target);
        try (var statement = connection.prepareStatement("VACUUM INTO ?")) {
            statement.setString(1, target.toString());
            statement.execute();
        }
    }

    static void closeQuietly(@Nullable Connection connection) {
        if (connection != null) {
            try {
                connection.close();
            } catch (SQLException e) {
                // the problem that led here is the one to report
                return;
            }
        }
    }
}
