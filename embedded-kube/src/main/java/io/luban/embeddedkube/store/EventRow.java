package io.luban.embeddedkube.store;

import java.io.IOException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * A row of the event window. It holds only the state that was replaced; the new one is the replaced state of the next
 * event of that key, or the current object.
 *
 * @param seconds time of the change since 1970
 * @param form of {@code previous}, see {@link RowCodec}
 */
record EventRow(
        long revision,
        String key,
        String type,
        long seconds,
        long created,
        long previousRevision,
        int form,
        byte[] previous) {
    static final String COLUMNS = "revision, key, type, time, create_revision, previous_revision, form, sum, previous";

    static EventRow read(ResultSet row) throws SQLException, IOException {
        int column = 1;
        var read = new EventRow(
                row.getLong(column++),
                Columns.text(row, column++),
                Columns.text(row, column++),
                row.getLong(column++),
                row.getLong(column++),
                row.getLong(column++),
                row.getInt(column++),
                Columns.bytes(row, column + 1));
        if (row.getLong(column) != read.sum()) {
            throw new IOException("the checksum of event %d of %s does not fit".formatted(read.revision, read.key));
        }
        return read;
    }

    EventRow with(int newForm, byte[] newPrevious) {
        return new EventRow(revision, key, type, seconds, created, previousRevision, newForm, newPrevious);
    }

    void bind(PreparedStatement insert) throws SQLException {
        int column = 1;
        insert.setLong(column++, revision);
        insert.setString(column++, key);
        insert.setString(column++, type);
        insert.setLong(column++, seconds);
        insert.setLong(column++, created);
        insert.setLong(column++, previousRevision);
        insert.setInt(column++, form);
        insert.setLong(column++, sum());
        insert.setBytes(column, previous);
    }

    private long sum() {
        return new Checksum()
                .add(revision)
                .add(key)
                .add(type)
                .add(seconds)
                .add(created)
                .add(previousRevision)
                .add(form)
                .add(previous)
                .value();
    }
}
