package io.luban.embeddedkube.store;

import io.luban.model.GroupResource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The writing statements, prepared once; their rows belong to the transaction that the caller commits. */
final class DatabaseWriter {
    private final PreparedStatement insert;
    private final PreparedStatement update;
    private final PreparedStatement delete;
    private final PreparedStatement event;
    private final PreparedStatement forget;
    private final PreparedStatement floor;

    DatabaseWriter(Connection connection) throws SQLException {
        insert = connection.prepareStatement(
                "INSERT INTO object (create_revision, mod_revision, key, value) VALUES (?, ?, ?, ?)");
        update = connection.prepareStatement("UPDATE object SET mod_revision = ?, value = ? WHERE create_revision = ?");
        delete = connection.prepareStatement("DELETE FROM object WHERE create_revision = ?");
        event = connection.prepareStatement("INSERT INTO event"
                + " (revision, key, type, create_revision, previous_revision, previous) VALUES (?, ?, ?, ?, ?, ?)");
        forget = connection.prepareStatement("DELETE FROM event WHERE revision = ?");
        floor = connection.prepareStatement("INSERT INTO floor (resource, revision) VALUES (?, ?)"
                + " ON CONFLICT (resource) DO UPDATE SET revision = excluded.revision");
    }

    void write(List<Event> events, List<Event> dropped) throws SQLException {
        Map<GroupResource, Long> floors = new HashMap<>();
        for (var old : dropped) {
            forget.setLong(1, old.revision());
            forget.executeUpdate();
            floors.put(old.object().key().resource(), old.revision());
        }
        for (var entry : floors.entrySet()) {
            floor.setString(1, entry.getKey().toString());
            floor.setLong(2, entry.getValue());
            floor.executeUpdate();
        }
        for (var next : events) {
            writeObject(next);
            writeEvent(next);
        }
    }

    private void writeObject(Event next) throws SQLException {
        var object = next.object();
        switch (next.type()) {
            case ADDED -> {
                insert.setLong(1, object.createRevision());
                insert.setLong(2, object.revision());
                insert.setString(3, StoreKeys.text(object.key()));
                insert.setBytes(4, object.json());
                insert.executeUpdate();
            }
            case MODIFIED -> {
                update.setLong(1, object.revision());
                update.setBytes(2, object.json());
                update.setLong(3, object.createRevision());
                update.executeUpdate();
            }
            case DELETED -> {
                delete.setLong(1, object.createRevision());
                delete.executeUpdate();
            }
        }
    }

    private void writeEvent(Event next) throws SQLException {
        var object = next.object();
        event.setLong(1, object.revision());
        event.setString(2, StoreKeys.text(object.key()));
        event.setString(3, next.type().name());
        event.setLong(4, object.createRevision());
        event.setLong(5, next.previous().map(StoredObject::revision).orElse(0L));
        event.setBytes(6, next.previous().map(StoredObject::json).orElse(new byte[0]));
        event.executeUpdate();
    }
}
