package io.luban.embeddedkube.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The tables of a database, their version, and the way from older versions to the present one. */
final class DatabaseFormat {
    /** The version that this program writes; raise it with every change of the tables and add a step below. */
    static final int CURRENT = 2;

    private static final Logger log = LoggerFactory.getLogger(DatabaseFormat.class);

    private static final List<String> TABLES = List.of("""
            CREATE TABLE IF NOT EXISTS meta (
                key TEXT PRIMARY KEY,
                value TEXT NOT NULL,
                sum INTEGER NOT NULL) WITHOUT ROWID""", """
            CREATE TABLE IF NOT EXISTS object (
                create_revision INTEGER PRIMARY KEY,
                mod_revision INTEGER NOT NULL,
                key TEXT NOT NULL,
                form INTEGER NOT NULL,
                sum INTEGER NOT NULL,
                value BLOB NOT NULL)""", """
            CREATE TABLE IF NOT EXISTS large (
                revision INTEGER PRIMARY KEY,
                key TEXT NOT NULL,
                form INTEGER NOT NULL,
                sum INTEGER NOT NULL,
                value BLOB NOT NULL)""", """
            CREATE TABLE IF NOT EXISTS event (
                revision INTEGER PRIMARY KEY,
                key TEXT NOT NULL,
                type TEXT NOT NULL,
                time INTEGER NOT NULL,
                create_revision INTEGER NOT NULL,
                previous_revision INTEGER NOT NULL,
                form INTEGER NOT NULL,
                sum INTEGER NOT NULL,
                previous BLOB NOT NULL)""", """
            CREATE TABLE IF NOT EXISTS floor (
                resource TEXT PRIMARY KEY,
                revision INTEGER NOT NULL,
                sum INTEGER NOT NULL) WITHOUT ROWID""");

    private DatabaseFormat() {}

    /** Refuses a file of a newer format, or of something else, without changing it. */
    static void requireKnown(Path file) throws SQLException, IOException {
        if (!Files.exists(file) || Files.size(file) == 0) {
            return;
        }
        int format;
        try (var connection = Connections.reading(file)) {
            format = read(file, connection);
        }
        if (format > CURRENT) {
            throw new StoreOpenException(
                    "%s has format %d, this version of Luban reads formats up to %d: start it with the version that wrote it, or restore a backup made by this one"
                            .formatted(file, format, CURRENT));
        }
    }

    /** Brings a known file to the present format, an empty one from nothing. */
    static void prepare(Path file, Connection connection, Clock clock) throws SQLException, IOException {
        int format = read(file, connection);
        if (format > 0 && format < CURRENT) {
            upgrade(file, connection, format, clock);
        }
        if (format == 0) {
            connection.setAutoCommit(false);
            createTables(connection);
            MetaTable.write(connection, MetaTable.FORMAT, Integer.toString(CURRENT));
            MetaTable.write(connection, MetaTable.CREATED, clock.instant().toString());
            MetaTable.write(
                    connection, MetaTable.TOKEN_KEY, Connections.text(connection, "SELECT lower(hex(randomblob(32)))"));
            connection.commit();
            connection.setAutoCommit(true);
        }
    }

    /** 0 for an empty file; throws when it is no database of ours. */
    static int read(Path file, Connection connection) throws SQLException, IOException {
        int tables = Integer.parseInt(Connections.text(connection, "SELECT count(*) FROM sqlite_schema"));
        if (tables == 0) {
            return 0;
        }
        if (Connections.text(connection, "SELECT 1 FROM sqlite_schema WHERE name = 'meta'")
                .isEmpty()) {
            throw new StoreOpenException("%s is a database, but not one of Luban".formatted(file));
        }
        var format = Connections.text(connection, "SELECT value FROM meta WHERE key = 'format'");
        try {
            return Integer.parseInt(format);
        } catch (NumberFormatException e) {
            throw new IOException("meta format is '%s'".formatted(format), e);
        }
    }

    private static void createTables(Connection connection) throws SQLException {
        for (var table : TABLES) {
            Connections.execute(connection, table);
        }
    }

    /** All steps in one transaction, after a copy of the old file was put beside it. */
    private static void upgrade(Path file, Connection connection, int from, Clock clock)
            throws SQLException, IOException {
        var kept = file.resolveSibling("%s.format-%d".formatted(file.getFileName(), from));
        Files.deleteIfExists(kept);
        Connections.copy(connection, kept);
        log.atInfo()
                .addKeyValue("from", from)
                .addKeyValue("to", CURRENT)
                .addKeyValue("kept", kept)
                .log("upgrading the format of the store");
        connection.setAutoCommit(false);
        try {
            for (int format = from; format < CURRENT; format++) {
                switch (format) {
                    case 1 -> new FormatStep1(connection, clock).run(() -> createTables(connection));
                    default -> throw new IOException("no way from format " + format);
                }
            }
            MetaTable.write(connection, MetaTable.FORMAT, Integer.toString(CURRENT));
            connection.commit();
        } catch (SQLException | IOException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(true);
        }
        // what an existing file is told about vacuuming counts from its next full vacuum on
        Connections.execute(connection, Connections.SHRINKABLE);
        Connections.execute(connection, "VACUUM");
    }
}
