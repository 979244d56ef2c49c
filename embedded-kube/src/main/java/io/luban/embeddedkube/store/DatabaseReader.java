package io.luban.embeddedkube.store;

import io.luban.model.GroupResource;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads a whole database into memory and puts the events together again. */
final class DatabaseReader {
    private final Connection connection;
    private final Map<ObjectKey, StoredObject> objects = new HashMap<>();
    private final Map<GroupResource, Long> floors = new HashMap<>();
    private long revision;

    DatabaseReader(Connection connection) {
        this.connection = connection;
    }

    LoadedStore read() throws SQLException, IOException {
        readObjects();
        readFloors();
        var byResource = new HashMap<GroupResource, List<StoredObject>>();
        objects.values()
                .forEach(object -> byResource
                        .computeIfAbsent(object.key().resource(), absent -> new ArrayList<>())
                        .add(object));
        var events = readEvents();
        return new LoadedStore(byResource, events, floors, revision, tokenKey());
    }

    private void readObjects() throws SQLException, IOException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT key, create_revision, mod_revision, value FROM object")) {
            while (rows.next()) {
                var object = object(StoreKeys.parse(rows.getString(1)), rows.getLong(2), rows.getLong(3), rows, 4);
                if (objects.put(object.key(), object) != null) {
                    throw new IOException("two objects under " + StoreKeys.text(object.key()));
                }
                revision = Math.max(revision, object.revision());
            }
        }
    }

    private static StoredObject object(ObjectKey key, long created, long revision, ResultSet rows, int column)
            throws SQLException, IOException {
        var json = rows.getBytes(column);
        var members = StoredJson.read(json);
        return new StoredObject(key, json, created, revision, members.uid(), members.labels(), members.ownerUids());
    }

    private byte[] tokenKey() throws SQLException, IOException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT value FROM meta WHERE key = 'tokenKey'")) {
            if (!rows.next()) {
                throw new IOException("the table meta lacks its tokenKey");
            }
            return HexFormat.of().parseHex(rows.getString(1));
        }
    }

    private void readFloors() throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT resource, revision FROM floor")) {
            while (rows.next()) {
                floors.put(StoreKeys.resource(rows.getString(1)), rows.getLong(2));
                revision = Math.max(revision, rows.getLong(2));
            }
        }
    }

    /** Walks back from the present: the state an event led to is the one that the next event of its key replaced. */
    private List<Event> readEvents() throws SQLException, IOException {
        var later = objects;
        var events = new ArrayList<Event>();
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT revision, key, type, create_revision, previous_revision,"
                        + " previous FROM event ORDER BY revision DESC")) {
            while (rows.next()) {
                events.add(event(rows, later));
            }
        }
        Collections.reverse(events);
        if (!events.isEmpty()) {
            revision = Math.max(revision, events.getLast().revision());
        }
        return events;
    }

    private static Event event(ResultSet rows, Map<ObjectKey, StoredObject> later) throws SQLException, IOException {
        long revision = rows.getLong(1);
        var key = StoreKeys.parse(rows.getString(2));
        var type = Event.Type.valueOf(rows.getString(3));
        Optional<StoredObject> previous = type == Event.Type.ADDED
                ? Optional.empty()
                : Optional.of(object(key, rows.getLong(4), rows.getLong(5), rows, 6));
        var object = type == Event.Type.DELETED ? StoredJson.deleted(previous.orElseThrow(), revision) : later.get(key);
        if (object == null || object.revision() != revision) {
            throw new IOException("event %d of %s does not fit the objects".formatted(revision, rows.getString(2)));
        }
        previous.ifPresentOrElse(state -> later.put(key, state), () -> later.remove(key));
        return new Event(type, object, previous);
    }
}
