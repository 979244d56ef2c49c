package io.luban.embeddedkube.memory;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.store.Change;
import io.luban.embeddedkube.store.Event;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.store.Snapshot;
import io.luban.embeddedkube.store.Store;
import io.luban.embeddedkube.store.StoreConflictException;
import io.luban.embeddedkube.store.StoredMetadata;
import io.luban.embeddedkube.store.StoredObject;
import io.luban.model.GroupResource;
import io.luban.model.Json;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** A store without a disk, for tests of what stands on one; delivers events on the committing thread. */
public final class MemoryStore implements Store {
    private static final Comparator<ObjectKey> ORDER = Comparator.comparing(
                    (ObjectKey key) -> key.resource().toString())
            .thenComparing(ObjectKey::namespace)
            .thenComparing(ObjectKey::name);

    private final ReentrantLock lock = new ReentrantLock();
    private final TreeMap<ObjectKey, StoredObject> objects = new TreeMap<>(ORDER);
    private final List<Consumer<Event>> listeners = new CopyOnWriteArrayList<>();
    private volatile Consumer<GroupResource> looks = resource -> {};
    private long revision;

    /** Calls back whenever somebody looks through the objects of a resource. */
    public void whenLookedAt(Consumer<GroupResource> listener) {
        looks = listener;
    }

    @Override
    public long revision() {
        return revision;
    }

    @Override
    public Optional<StoredObject> get(ObjectKey key) {
        lock.lock();
        try {
            return Optional.ofNullable(objects.get(key));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Snapshot snapshot(GroupResource resource) {
        looks.accept(resource);
        lock.lock();
        try {
            return new View(
                    revision,
                    objects.values().stream()
                            .filter(object -> object.key().resource().equals(resource))
                            .toList());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Optional<Snapshot> snapshotAt(GroupResource resource, long revision) {
        return Optional.of(snapshot(resource));
    }

    @Override
    public List<GroupResource> resources() {
        return all().stream().map(object -> object.key().resource()).distinct().toList();
    }

    @Override
    public List<StoredObject> dependents(String ownerUid) {
        return all().stream()
                .filter(object -> object.ownerUids().contains(ownerUid))
                .toList();
    }

    @Override
    public Optional<StoredObject> byUid(String uid) {
        return all().stream().filter(object -> object.uid().equals(uid)).findFirst();
    }

    @Override
    public List<StoredObject> commit(List<Change> changes) {
        lock.lock();
        try {
            changes.forEach(this::check);
            return changes.stream().map(this::write).toList();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Subscription watch(GroupResource resource, long since, Consumer<Event> listener) {
        return watchAll(event -> {
            if (event.object().key().resource().equals(resource) && event.revision() > since) {
                listener.accept(event);
            }
        });
    }

    @Override
    public Subscription watchAll(Consumer<Event> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public void whenDelivered(LongConsumer callback) {
        callback.accept(revision);
    }

    @Override
    public byte[] tokenKey() {
        return new byte[32];
    }

    @Override
    public Optional<String> readOnlyReason() {
        return Optional.empty();
    }

    @Override
    public void close() {
        listeners.clear();
    }

    private List<StoredObject> all() {
        lock.lock();
        try {
            return new ArrayList<>(objects.values());
        } finally {
            lock.unlock();
        }
    }

    private void check(Change change) {
        var current = Optional.ofNullable(objects.get(change.key()));
        long actual = current.map(StoredObject::revision).orElse(0L);
        if (change.expectedRevision() != Change.ANY && change.expectedRevision() != actual) {
            throw new StoreConflictException(change.key(), actual);
        }
    }

    private StoredObject write(Change change) {
        var previous = Optional.ofNullable(objects.get(change.key()));
        long created = previous.map(StoredObject::createRevision).orElse(revision + 1);
        revision++;
        var event = switch (change) {
            case Change.Put put -> {
                var stored = stored(put.key(), put.object().deepCopy(), created);
                objects.put(put.key(), stored);
                var type = previous.isPresent() ? Event.Type.MODIFIED : Event.Type.ADDED;
                yield new Event(type, stored, previous);
            }
            case Change.Delete delete -> {
                objects.remove(delete.key());
                var last = stored(delete.key(), previous.orElseThrow().tree(), created);
                yield new Event(Event.Type.DELETED, last, previous);
            }
        };
        listeners.forEach(listener -> listener.accept(event));
        return event.object();
    }

    private StoredObject stored(ObjectKey key, ObjectNode tree, long created) {
        var metadata = tree.withObjectProperty("metadata");
        metadata.put("resourceVersion", Long.toString(revision));
        Map<String, String> labels = metadata.path("labels").properties().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().asText()));
        var owners = StreamSupport.stream(metadata.path("ownerReferences").spliterator(), false)
                .map(owner -> owner.path("uid"))
                .map(JsonNode::asText)
                .toList();
        var uid = metadata.path("uid").asText();
        var values = new StoredMetadata(uid, labels, owners, metadata.has("deletionTimestamp"));
        return new StoredObject(key, Json.bytes(tree), created, revision, values);
    }

    private record View(long revision, List<StoredObject> objects) implements Snapshot {
        @Override
        public boolean isSameStateAs(Snapshot other) {
            return false;
        }

        @Override
        public int size() {
            return objects.size();
        }

        @Override
        public int size(String namespace) {
            return (int) objects.stream()
                    .filter(object -> object.key().namespace().equals(namespace))
                    .count();
        }

        @Override
        public int rank(String namespace, String name) {
            return (int) objects.stream()
                    .filter(object ->
                            (object.key().namespace() + "/" + object.key().name()).compareTo(namespace + "/" + name)
                                    < 0)
                    .count();
        }

        @Override
        public Optional<StoredObject> get(String namespace, String name) {
            return objects.stream()
                    .filter(object -> object.key().namespace().equals(namespace)
                            && object.key().name().equals(name))
                    .findFirst();
        }

        @Override
        public Iterable<StoredObject> all() {
            return objects;
        }

        @Override
        public Iterable<StoredObject> inNamespace(String namespace) {
            return objects.stream()
                    .filter(object -> object.key().namespace().equals(namespace))
                    .toList();
        }

        @Override
        public Iterable<StoredObject> after(String namespace, String name) {
            return objects.stream()
                    .dropWhile(object ->
                            (object.key().namespace() + "/" + object.key().name()).compareTo(namespace + "/" + name)
                                    <= 0)
                    .toList();
        }
    }
}
