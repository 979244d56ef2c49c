package io.luban.embeddedkube.store;

import io.luban.model.GroupResource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The writing statements, prepared once; their rows belong to the transaction that the caller commits. */
final class DatabaseWriter {
    private static final byte[] NOTHING = {};

    private final RowCodec codec;
    private final PreparedStatement insert;
    private final PreparedStatement update;
    private final PreparedStatement delete;
    private final PreparedStatement event;
    private final PreparedStatement forget;
    private final PreparedStatement floor;
    private final PreparedStatement large;
    private final PreparedStatement release;

    DatabaseWriter(Connection connection, RowCodec codec) throws SQLException {
        this.codec = codec;
        insert = connection.prepareStatement(
                "INSERT INTO object (create_revision, mod_revision, key, form, sum, value) VALUES (?, ?, ?, ?, ?, ?)");
        update = connection.prepareStatement(
                "UPDATE object SET mod_revision = ?, form = ?, sum = ?, value = ? WHERE create_revision = ?");
        delete = connection.prepareStatement("DELETE FROM object WHERE create_revision = ?");
        event = connection.prepareStatement(
                "INSERT INTO event (%s) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)".formatted(EventRow.COLUMNS));
        forget = connection.prepareStatement("DELETE FROM event WHERE revision = ?");
        floor = connection.prepareStatement("INSERT INTO floor (resource, revision, sum) VALUES (?, ?, ?)"
                + " ON CONFLICT (resource) DO UPDATE SET revision = excluded.revision, sum = excluded.sum");
        large = connection.prepareStatement(
                "INSERT OR REPLACE INTO large (revision, key, form, sum, value) VALUES (?, ?, ?, ?, ?)");
        release = connection.prepareStatement("DELETE FROM large WHERE revision = ?");
    }

    /** Rows of a batch; what is no longer needed goes first, so that its pages can take the new rows. */
    void write(List<Event> events, List<Event> dropped, Collection<Long> released, long seconds) throws SQLException {
        for (long revision : released) {
            release.setLong(1, revision);
            release.executeUpdate();
        }
        forget(dropped);
        for (var next : events) {
            var key = StoreKeys.text(next.object().key());
            writeObject(key, next);
            row(key, next, seconds).bind(event);
            event.executeUpdate();
        }
    }

    private void forget(List<Event> dropped) throws SQLException {
        Map<GroupResource, Long> floors = new HashMap<>();
        for (var old : dropped) {
            forget.setLong(1, old.revision());
            forget.executeUpdate();
            floors.put(old.object().key().resource(), old.revision());
        }
        for (var entry : floors.entrySet()) {
            var resource = entry.getKey().toString();
            floor.setString(1, resource);
            floor.setLong(2, entry.getValue());
            floor.setLong(3, RowCodec.floorSum(resource, entry.getValue()));
            floor.executeUpdate();
        }
    }

    private void writeObject(String key, Event next) throws SQLException {
        var object = next.object();
        if (next.type() == Event.Type.DELETED) {
            delete.setLong(1, object.createRevision());
            delete.executeUpdate();
            return;
        }
        int form = codec.form(object.key().resource());
        var value = codec.encode(form, key, object.revision(), object.json());
        if (object.isLarge()) {
            writeLarge(key, object.revision(), form, value);
            form |= RowCodec.LARGE;
            value = NOTHING;
        }
        long sum = RowCodec.objectSum(key, object.createRevision(), object.revision(), form, value);
        if (next.type() == Event.Type.ADDED) {
            insertObject(key, object, form, sum, value);
        } else {
            updateObject(object, form, sum, value);
        }
    }

    private void insertObject(String key, StoredObject object, int form, long sum, byte[] value) throws SQLException {
        insert.setLong(1, object.createRevision());
        insert.setLong(2, object.revision());
        insert.setString(3, key);
        insert.setInt(4, form);
        insert.setLong(5, sum);
        insert.setBytes(6, value);
        insert.executeUpdate();
    }

    private void updateObject(StoredObject object, int form, long sum, byte[] value) throws SQLException {
        update.setLong(1, object.revision());
        update.setInt(2, form);
        update.setLong(3, sum);
        update.setBytes(4, value);
        update.setLong(5, object.createRevision());
        update.executeUpdate();
    }

    private void writeLarge(String key, long revision, int form, byte[] value) throws SQLException {
        large.setLong(1, revision);
        large.setString(2, key);
        large.setInt(3, form);
        large.setLong(4, RowCodec.largeSum(key, revision, form, value));
        large.setBytes(5, value);
        large.executeUpdate();
    }

    private EventRow row(String key, Event next, long seconds) {
        var object = next.object();
        int form = 0;
        var value = NOTHING;
        long previousRevision = 0;
        if (next.previous().isPresent()) {
            var previous = next.previous().get();
            previousRevision = previous.revision();
            form = codec.form(previous.key().resource());
            if (previous.isLarge()) {
                form |= RowCodec.LARGE;
            } else {
                value = codec.encode(form, key, previousRevision, previous.json());
            }
        }
        return new EventRow(
                object.revision(),
                key,
                next.type().name(),
                seconds,
                object.createRevision(),
                previousRevision,
                form,
                value);
    }
}
