package io.luban.embeddedkube.store;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;

/** Verifies the checksum of every row without knowing any key. */
final class RowCheck {
    private RowCheck() {}

    static void verify(Connection connection) throws SQLException, IOException {
        MetaTable.verify(connection);
        objects(connection);
        large(connection);
        events(connection);
        floors(connection);
    }

    private static void objects(Connection connection) throws SQLException, IOException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(
                        "SELECT key, create_revision, mod_revision, form, sum, value FROM object")) {
            while (rows.next()) {
                var key = Columns.text(rows, 1);
                long sum = RowCodec.objectSum(
                        key, rows.getLong(2), rows.getLong(3), rows.getInt(4), Columns.bytes(rows, 6));
                require(sum == rows.getLong(5), "object " + key);
            }
        }
    }

    private static void large(Connection connection) throws SQLException, IOException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT key, revision, form, sum, value FROM large")) {
            while (rows.next()) {
                var key = Columns.text(rows, 1);
                long sum = RowCodec.largeSum(key, rows.getLong(2), rows.getInt(3), Columns.bytes(rows, 5));
                require(sum == rows.getLong(4), "the value of " + key);
            }
        }
    }

    private static void events(Connection connection) throws SQLException, IOException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT %s FROM event".formatted(EventRow.COLUMNS))) {
            while (rows.next()) {
                EventRow.read(rows);
            }
        }
    }

    private static void floors(Connection connection) throws SQLException, IOException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT resource, revision, sum FROM floor")) {
            while (rows.next()) {
                long sum = RowCodec.floorSum(Columns.text(rows, 1), rows.getLong(2));
                require(sum == rows.getLong(3), "floor " + Columns.text(rows, 1));
            }
        }
    }

    private static void require(boolean fits, String what) throws IOException {
        if (!fits) {
            throw new IOException("the checksum of %s does not fit".formatted(what));
        }
    }
}
