package io.luban.embeddedkube.store;

import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** Reads the table {@code large} over a connection of its own, which does not disturb the writer. Not for parallel use. */
final class LargeRows implements LargeValues.Source {
    static final String SELECT = "SELECT key, form, sum, value FROM large WHERE revision = ?";

    private final Connection connection;
    private final RowCodec codec;
    private final PreparedStatement select;

    LargeRows(Connection connection, RowCodec codec) throws SQLException {
        this.connection = connection;
        this.codec = codec;
        this.select = connection.prepareStatement(SELECT);
    }

    @Override
    public byte[] read(long revision) throws SQLException, IOException {
        select.setLong(1, revision);
        try (var row = select.executeQuery()) {
            if (!row.next()) {
                throw new IOException("the value of revision %d is missing".formatted(revision));
            }
            var key = Columns.text(row, 1);
            int form = row.getInt(2);
            var value = Columns.bytes(row, 4);
            if (row.getLong(3) != RowCodec.largeSum(key, revision, form, value)) {
                throw new IOException("the checksum of the value of %s does not fit".formatted(key));
            }
            return codec.decode(form, key, revision, value);
        }
    }

    /** The row's value as it is written, after verifying that it is the one of that key. */
    static byte[] verified(PreparedStatement select, long revision, String key) throws SQLException, IOException {
        select.setLong(1, revision);
        try (var row = select.executeQuery()) {
            if (!row.next() || !Columns.text(row, 1).equals(key)) {
                throw new IOException("the value of %s at revision %d is missing".formatted(key, revision));
            }
            var value = Columns.bytes(row, 4);
            if (row.getLong(3) != RowCodec.largeSum(key, revision, row.getInt(2), value)) {
                throw new IOException("the checksum of the value of %s does not fit".formatted(key));
            }
            return value;
        }
    }

    @Override
    public void close() {
        try (connection) {
            select.close();
        } catch (SQLException e) {
            // it is closed because it failed, or because everything ends
            return;
        }
    }
}
