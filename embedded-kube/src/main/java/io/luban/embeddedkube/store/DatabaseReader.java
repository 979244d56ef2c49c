package io.luban.embeddedkube.store;

import io.luban.model.GroupResource;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads a whole database into memory, verifies every row, and puts the events together again. */
final class DatabaseReader {
    private final Connection connection;
    private final LargeValues values;
    private final ObjectDecoder decoder;
    private final Map<ObjectKey, StoredObject> objects = new HashMap<>();
    private final Map<GroupResource, Long> floors = new HashMap<>();
    private long revision;

    DatabaseReader(Connection connection, RowCodec codec, LargeValues values) {
        this.connection = connection;
        this.values = values;
        this.decoder = new ObjectDecoder(codec, values);
    }

    LoadedStore read() throws SQLException, IOException {
        try (decoder;
                var large = connection.prepareStatement(LargeRows.SELECT)) {
            readObjects(large);
            readFloors();
            long floor = MetaTable.number(connection, MetaTable.FLOOR);
            revision = Math.max(revision, floor);
            var byResource = new HashMap<GroupResource, List<StoredObject>>();
            objects.values()
                    .forEach(object -> byResource
                            .computeIfAbsent(object.key().resource(), absent -> new ArrayList<>())
                            .add(object));
            var events = readEvents(large);
            return new LoadedStore(byResource, events, floors, floor, revision, orphans());
        }
    }

    private void readObjects(PreparedStatement large) throws SQLException, IOException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(
                        "SELECT key, create_revision, mod_revision, form, sum, value FROM object")) {
            while (rows.next()) {
                var row = new ObjectDecoder.Row(
                        Columns.text(rows, 1),
                        rows.getLong(2),
                        rows.getLong(3),
                        rows.getInt(4),
                        Columns.bytes(rows, 6));
                long sum = RowCodec.objectSum(row.key(), row.created(), row.revision(), row.form(), row.value());
                if (sum != rows.getLong(5)) {
                    throw new IOException(
                            "the checksum of object %d, %s, does not fit".formatted(row.created(), row.key()));
                }
                decoder.add(whole(large, row));
            }
        }
        for (var object : decoder.objects()) {
            if (objects.put(object.key(), object) != null) {
                throw new IOException("two objects under " + StoreKeys.text(object.key()));
            }
            revision = Math.max(revision, object.revision());
        }
    }

    private static ObjectDecoder.Row whole(PreparedStatement large, ObjectDecoder.Row row)
            throws SQLException, IOException {
        if (!row.isLarge()) {
            return row;
        }
        var value = LargeRows.verified(large, row.revision(), row.key());
        return new ObjectDecoder.Row(row.key(), row.created(), row.revision(), row.form(), value);
    }

    private void readFloors() throws SQLException, IOException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT resource, revision, sum FROM floor")) {
            while (rows.next()) {
                var resource = Columns.text(rows, 1);
                long floor = rows.getLong(2);
                if (rows.getLong(3) != RowCodec.floorSum(resource, floor)) {
                    throw new IOException("the checksum of floor %s does not fit".formatted(resource));
                }
                floors.put(StoreKeys.resource(resource), floor);
                revision = Math.max(revision, floor);
            }
        }
    }

    /** Walks back from the present: the state an event led to is the one that the next event of its key replaced. */
    private List<LoadedStore.TimedEvent> readEvents(PreparedStatement large) throws SQLException, IOException {
        var events = new ArrayList<LoadedStore.TimedEvent>();
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(
                        "SELECT %s FROM event ORDER BY revision DESC".formatted(EventRow.COLUMNS))) {
            while (rows.next()) {
                var row = EventRow.read(rows);
                events.add(new LoadedStore.TimedEvent(event(row, large), row.seconds()));
            }
        }
        Collections.reverse(events);
        if (!events.isEmpty()) {
            revision = Math.max(revision, events.getLast().event().revision());
        }
        return events;
    }

    private Event event(EventRow row, PreparedStatement large) throws SQLException, IOException {
        var key = StoreKeys.parse(row.key());
        var type = Event.Type.valueOf(row.type());
        Optional<StoredObject> previous =
                type == Event.Type.ADDED ? Optional.empty() : Optional.of(previous(row, large));
        var object = type == Event.Type.DELETED ? previous.orElseThrow().at(row.revision()) : objects.get(key);
        if (object == null || object.revision() != row.revision()) {
            throw new IOException("event %d of %s does not fit the objects".formatted(row.revision(), row.key()));
        }
        previous.ifPresentOrElse(state -> objects.put(key, state), () -> objects.remove(key));
        return new Event(type, object, previous);
    }

    private StoredObject previous(EventRow row, PreparedStatement large) throws SQLException, IOException {
        return decoder.decode(whole(
                large,
                new ObjectDecoder.Row(row.key(), row.created(), row.previousRevision(), row.form(), row.previous())));
    }

    /** What was left over when the process ended before it could be deleted. */
    private List<Long> orphans() throws SQLException {
        var orphans = new ArrayList<Long>();
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT revision FROM large")) {
            while (rows.next()) {
                if (!values.isKnown(rows.getLong(1))) {
                    orphans.add(rows.getLong(1));
                }
            }
        }
        return orphans;
    }
}
