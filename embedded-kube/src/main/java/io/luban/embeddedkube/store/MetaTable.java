package io.luban.embeddedkube.store;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/** The table {@code meta}: facts about the database itself. */
final class MetaTable {
    /** Version of the tables. */
    static final String FORMAT = "format";

    /** Time of creation. */
    static final String CREATED = "created";

    /** Secret that signs continue tokens. */
    static final String TOKEN_KEY = "tokenKey";

    /** Fingerprint of the key that Secrets are encrypted with; empty for none. */
    static final String ENCRYPTION = "encryption";

    /** Revision up to which no event is known; what a restored store begins with. */
    static final String FLOOR = "floor";

    private MetaTable() {}

    static Optional<String> read(Connection connection, String key) throws SQLException, IOException {
        try (var statement = connection.prepareStatement("SELECT value, sum FROM meta WHERE key = ?")) {
            statement.setString(1, key);
            try (var row = statement.executeQuery()) {
                if (!row.next()) {
                    return Optional.empty();
                }
                var value = Columns.text(row, 1);
                if (row.getLong(2) != RowCodec.textSum(key, value)) {
                    throw new IOException("the checksum of meta %s does not fit".formatted(key));
                }
                return Optional.of(value);
            }
        }
    }

    /** Verifies every entry; a name that was damaged would otherwise count as absent. */
    static void verify(Connection connection) throws SQLException, IOException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT key, value, sum FROM meta")) {
            while (rows.next()) {
                if (rows.getLong(3) != RowCodec.textSum(Columns.text(rows, 1), Columns.text(rows, 2))) {
                    throw new IOException("the checksum of meta %s does not fit".formatted(Columns.text(rows, 1)));
                }
            }
        }
    }

    /** The number under the key, 0 when there is none. */
    static long number(Connection connection, String key) throws SQLException, IOException {
        try {
            return Long.parseLong(read(connection, key).orElse("0"));
        } catch (NumberFormatException e) {
            throw new IOException("meta %s is no number".formatted(key), e);
        }
    }

    static void write(Connection connection, String key, String value) throws SQLException {
        try (var statement =
                connection.prepareStatement("INSERT OR REPLACE INTO meta (key, value, sum) VALUES (?, ?, ?)")) {
            statement.setString(1, key);
            statement.setString(2, value);
            statement.setLong(3, RowCodec.textSum(key, value));
            statement.executeUpdate();
        }
    }
}
