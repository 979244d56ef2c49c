package io.luban.embeddedkube.store;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;

/** From format 1 to 2: a checksum for each row, the times of events, and room for large and encrypted values. */
final class FormatStep1 {
    private static final byte[] NOTHING = {};
    private static final List<String> OLD = List.of("meta", "object", "event", "floor");

    private final Connection connection;
    private final long seconds;

    /** Makes the tables of the new format. */
    @FunctionalInterface
    interface NewTables {
        void create() throws SQLException;
    }

    FormatStep1(Connection connection, Clock clock) {
        this.connection = connection;
        this.seconds = clock.instant().getEpochSecond();
    }

    void run(NewTables tables) throws SQLException, IOException {
        for (var table : OLD) {
            Connections.execute(connection, "ALTER TABLE %s RENAME TO %s_1".formatted(table, table));
        }
        tables.create();
        meta();
        objects();
        events();
        floors();
        for (var table : OLD) {
            Connections.execute(connection, "DROP TABLE %s_1".formatted(table));
        }
    }

    private void meta() throws SQLException, IOException {
        try (var select = connection.createStatement();
                var rows = select.executeQuery("SELECT key, value FROM meta_1")) {
            while (rows.next()) {
                MetaTable.write(connection, Columns.text(rows, 1), Columns.text(rows, 2));
            }
        }
    }

    private void objects() throws SQLException, IOException {
        try (var select = connection.createStatement();
                var rows = select.executeQuery("SELECT create_revision, mod_revision, key, value FROM object_1");
                var insert = connection.prepareStatement("INSERT INTO object"
                        + " (create_revision, mod_revision, key, form, sum, value) VALUES (?, ?, ?, ?, ?, ?)")) {
            while (rows.next()) {
                long created = rows.getLong(1);
                long revision = rows.getLong(2);
                var key = Columns.text(rows, 3);
                var value = Columns.bytes(rows, 4);
                int form = form(key, revision, value);
                var kept = form == 0 ? value : NOTHING;
                insert.setLong(1, created);
                insert.setLong(2, revision);
                insert.setString(3, key);
                insert.setInt(4, form);
                insert.setLong(5, RowCodec.objectSum(key, created, revision, form, kept));
                insert.setBytes(6, kept);
                insert.executeUpdate();
            }
        }
    }

    /** Large values move to their own table. */
    private int form(String key, long revision, byte[] value) throws SQLException, IOException {
        if (value.length <= StoreOptions.LARGE_BYTES) {
            return 0;
        }
        try (var insert = connection.prepareStatement(
                "INSERT OR REPLACE INTO large (revision, key, form, sum, value) VALUES (?, ?, 0, ?, ?)")) {
            insert.setLong(1, revision);
            insert.setString(2, key);
            insert.setLong(3, RowCodec.largeSum(key, revision, 0, value));
            insert.setBytes(4, value);
            insert.executeUpdate();
        }
        return RowCodec.LARGE;
    }

    private void events() throws SQLException, IOException {
        try (var select = connection.createStatement();
                var rows = select.executeQuery(
                        "SELECT revision, key, type, create_revision, previous_revision, previous FROM event_1");
                var insert = connection.prepareStatement(
                        "INSERT INTO event (%s) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)".formatted(EventRow.COLUMNS))) {
            while (rows.next()) {
                var key = Columns.text(rows, 2);
                long previousRevision = rows.getLong(5);
                byte[] previous = rows.getBytes(6);
                var value = previous == null ? NOTHING : previous;
                int form = form(key, previousRevision, value);
                var row = new EventRow(
                        rows.getLong(1),
                        key,
                        Columns.text(rows, 3),
                        seconds,
                        rows.getLong(4),
                        previousRevision,
                        form,
                        form == 0 ? value : NOTHING);
                row.bind(insert);
                insert.executeUpdate();
            }
        }
    }

    private void floors() throws SQLException, IOException {
        try (var select = connection.createStatement();
                var rows = select.executeQuery("SELECT resource, revision FROM floor_1");
                var insert =
                        connection.prepareStatement("INSERT INTO floor (resource, revision, sum) VALUES (?, ?, ?)")) {
            while (rows.next()) {
                insert.setString(1, Columns.text(rows, 1));
                insert.setLong(2, rows.getLong(2));
                insert.setLong(3, RowCodec.floorSum(Columns.text(rows, 1), rows.getLong(2)));
                insert.executeUpdate();
            }
        }
    }
}
