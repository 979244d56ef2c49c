package io.luban.embeddedkube.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;

/**
 * A backup: the database of a store, compacted, with a table of the small files that belong to it. Everything in it has a
 * checksum.
 */
public final class StoreBackup {
    /** Restored stores go on this far beyond, so that no version is told twice with different contents. */
    private static final long REVISIONS_SKIPPED = 1_000_000_000L;

    private static final String MADE = "backup";

    private StoreBackup() {}

    static void attach(Connection connection, Map<String, byte[]> files, String time) throws SQLException {
        MetaTable.write(connection, MADE, time);
        Connections.execute(
                connection,
                "CREATE TABLE attachment (name TEXT PRIMARY KEY, sum INTEGER NOT NULL, content BLOB NOT NULL) WITHOUT ROWID");
        try (var insert = connection.prepareStatement("INSERT INTO attachment (name, sum, content) VALUES (?, ?, ?)")) {
            for (var file : files.entrySet()) {
                insert.setString(1, file.getKey());
                insert.setLong(2, sum(file.getKey(), file.getValue()));
                insert.setBytes(3, file.getValue());
                insert.executeUpdate();
            }
        }
    }

    private static long sum(String name, byte[] content) {
        return new Checksum().add(name).add(content).value();
    }

    /**
     * Checks the format, the structure and every row of a backup and answers the files that came with it. Throws {@link
     * StoreOpenException} naming what is wrong; changes nothing.
     */
    public static Map<String, byte[]> verify(Path backup) {
        if (!Files.isRegularFile(backup)) {
            throw new StoreOpenException("there is no file " + backup);
        }
        try (var connection = Connections.reading(backup)) {
            int format = DatabaseFormat.read(backup, connection);
            if (format == 0 || MetaTable.read(connection, MADE).isEmpty()) {
                throw new StoreOpenException("%s is no backup made by 'luban backup'".formatted(backup));
            }
            if (format > DatabaseFormat.CURRENT) {
                throw new StoreOpenException("%s has format %d, this version of Luban reads formats up to %d"
                        .formatted(backup, format, DatabaseFormat.CURRENT));
            }
            long length = Long.parseLong(Connections.text(connection, "PRAGMA page_count"))
                    * Long.parseLong(Connections.text(connection, "PRAGMA page_size"));
            if (Files.size(backup) != length) {
                throw new IOException("it has %d bytes instead of %d".formatted(Files.size(backup), length));
            }
            var verdict = Connections.text(connection, "PRAGMA integrity_check(1)");
            if (!verdict.equals("ok")) {
                throw new IOException(verdict.replaceAll("\\s+", " "));
            }
            if (format == DatabaseFormat.CURRENT) {
                RowCheck.verify(connection);
            }
            return attachments(connection);
        } catch (SQLException | IOException e) {
            throw new StoreOpenException("the backup %s cannot be used: %s".formatted(backup, e.getMessage()), e);
        }
    }

    private static Map<String, byte[]> attachments(Connection connection) throws SQLException, IOException {
        var files = new TreeMap<String, byte[]>();
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT name, sum, content FROM attachment")) {
            while (rows.next()) {
                var name = Columns.text(rows, 1);
                var content = Columns.bytes(rows, 3);
                if (rows.getLong(2) != sum(name, content)) {
                    throw new IOException("the checksum of file %s does not fit".formatted(name));
                }
                files.put(name, content);
            }
        }
        return files;
    }

    /**
     * Makes the store of a verified backup in a directory that does not exist yet. Its revision is far beyond that of the
     * backup and it knows no events: every client is told that its version is gone, and lists anew.
     */
    public static void restore(Path backup, Path directory) {
        var file = directory.resolve(Database.FILE);
        try {
            Files.createDirectories(directory);
            Connections.createPrivately(file);
            try (var in = Files.newInputStream(backup);
                    var out = Files.newOutputStream(file)) {
                in.transferTo(out);
            }
            try (var connection = Connections.plain(file)) {
                Connections.execute(connection, "PRAGMA synchronous=FULL");
                connection.setAutoCommit(false);
                long revision = newest(connection) + REVISIONS_SKIPPED;
                MetaTable.write(connection, MetaTable.FLOOR, Long.toString(revision));
                Connections.execute(connection, "DELETE FROM event");
                Connections.execute(connection, "DELETE FROM floor");
                Connections.execute(connection, "DELETE FROM meta WHERE key = '" + MADE + "'");
                Connections.execute(connection, "DROP TABLE attachment");
                connection.commit();
            }
        } catch (SQLException | IOException e) {
            throw new StoreOpenException(
                    "%s cannot be restored to %s: %s".formatted(backup, directory, e.getMessage()), e);
        }
    }

    private static long newest(Connection connection) throws SQLException, IOException {
        var newest = Connections.text(connection, """
                SELECT max(
                    (SELECT coalesce(max(mod_revision), 0) FROM object),
                    (SELECT coalesce(max(revision), 0) FROM event),
                    (SELECT coalesce(max(revision), 0) FROM floor))""");
        return Math.max(Long.parseLong(newest), MetaTable.number(connection, MetaTable.FLOOR));
    }
}
