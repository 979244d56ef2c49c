package io.luban.embeddedkube.store;

import io.luban.model.ApiException;
import io.luban.model.GroupResource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * The committed state in memory. Written by the sequencer only. Reads of {@link #state} and of the indexes take no lock;
 * {@code windowLock} guards the event windows and makes "append to the windows and hand to the dispatcher" one step, so
 * that a new watch falls cleanly between two commits.
 */
final class StoreMemory {
    /** Leader election renews every two seconds for ever and nobody resumes such a watch. */
    private static final int LEASE_EVENTS = 500;

    private static final long WINDOW_BYTES = 64L * 1024 * 1024;
    private static final GroupResource LEASES = new GroupResource("coordination.k8s.io", "leases");

    private final Map<GroupResource, Integer> numbers = new ConcurrentHashMap<>();
    private final Map<Object, ObjectKey> byUid = new ConcurrentHashMap<>();
    private final Map<String, Map<ObjectKey, Boolean>> byOwner = new ConcurrentHashMap<>();
    private final ReentrantLock windowLock = new ReentrantLock();
    private final Map<GroupResource, EventWindow> windows = new HashMap<>();
    private final LargeValues largeValues;
    private final int windowEvents;
    private final long windowSeconds;
    private long windowBytes;
    private long initialFloor;
    private volatile StoreState state = StoreState.EMPTY;

    StoreMemory(LargeValues largeValues, StoreOptions options) {
        this.windowEvents = options.windowEvents();
        this.windowSeconds = options.windowTime().toSeconds();
        this.largeValues = largeValues;
    }

    StoreState state() {
        return state;
    }

    LargeValues largeValues() {
        return largeValues;
    }

    List<GroupResource> resources() {
        var current = state;
        return numbers.entrySet().stream()
                .filter(entry -> current.tree(entry.getValue()).size() > 0)
                .map(Map.Entry::getKey)
                .toList();
    }

    Optional<StoredObject> get(ObjectKey key) {
        return tree(state, key.resource()).get(key);
    }

    TreeSnapshot snapshot(GroupResource resource) {
        var current = state;
        return new TreeSnapshot(resource, current.revision(), tree(current, resource));
    }

    private ObjectTree tree(StoreState from, GroupResource resource) {
        var number = numbers.get(resource);
        return number == null ? ObjectTree.EMPTY : from.tree(number);
    }

    Optional<StoredObject> byUid(String uid) {
        return Optional.ofNullable(byUid.get(StoredObject.compact(uid)))
                .flatMap(this::get)
                .filter(object -> object.uid().equals(uid));
    }

    List<StoredObject> dependents(String ownerUid) {
        var dependents = new ArrayList<StoredObject>();
        for (var key : byOwner.getOrDefault(ownerUid, Map.of()).keySet()) {
            get(key).filter(object -> object.ownerUids().contains(ownerUid)).ifPresent(dependents::add);
        }
        return dependents;
    }

    /** The view at exactly that revision: today's with the newer events undone. */
    Optional<Snapshot> snapshotAt(GroupResource resource, long revision) {
        windowLock.lock();
        try {
            var current = snapshot(resource);
            if (revision > current.revision() || revision < floor(resource)) {
                return Optional.empty();
            }
            var tree = current.tree();
            for (var event : window(resource).after(revision).reversed()) {
                tree = event.previous().isPresent()
                        ? tree.put(event.previous().get())
                        : tree.remove(event.object().key());
            }
            return Optional.of(new TreeSnapshot(resource, revision, tree));
        } finally {
            windowLock.unlock();
        }
    }

    /** Puts loaded objects and windows in place; before anything else happens. */
    void fill(LoadedStore loaded) {
        numbers.clear();
        loaded.objects().keySet().forEach(this::number);
        var trees = new ObjectTree[numbers.size()];
        loaded.objects().forEach((resource, objects) -> {
            objects.sort((left, right) -> KeyOrder.compare(left.key(), right.key()));
            trees[number(resource)] = ObjectTree.of(objects);
            objects.forEach(this::index);
        });
        initialFloor = loaded.floor();
        loaded.floors()
                .forEach(
                        (resource, floor) -> windows.put(resource, newWindow(resource, Math.max(floor, initialFloor))));
        loaded.events().forEach(timed -> remember(timed.event(), timed.seconds()));
        state = new StoreState(loaded.revision(), trees);
    }

    private void remember(Event event, long second) {
        window(event.object().key().resource()).add(event, second);
        windowBytes += EventWindow.weight(event);
    }

    /**
     * Makes durable events visible and calls {@code handOver} before any later watch can begin. Answers the events that
     * left the windows.
     */
    List<Event> publish(List<Event> events, long second, Runnable handOver) {
        var next = advanced(events);
        events.forEach(this::reindex);
        windowLock.lock();
        try {
            events.forEach(event -> remember(event, second));
            state = next;
            handOver.run();
            return trim(WINDOW_BYTES, second - windowSeconds);
        } finally {
            windowLock.unlock();
        }
    }

    private StoreState advanced(List<Event> events) {
        for (var event : events) {
            number(event.object().key().resource());
        }
        var trees = Arrays.copyOf(state.trees(), numbers.size());
        for (int i = state.trees().length; i < trees.length; i++) {
            trees[i] = ObjectTree.EMPTY;
        }
        for (var event : events) {
            int number = number(event.object().key().resource());
            trees[number] = event.type() == Event.Type.DELETED
                    ? trees[number].remove(event.object().key())
                    : trees[number].put(event.object());
        }
        return new StoreState(events.getLast().revision(), trees);
    }

    /** Only the writing thread asks. */
    private int number(GroupResource resource) {
        var known = numbers.get(resource);
        if (known != null) {
            return known;
        }
        int number = numbers.size();
        numbers.put(resource, number);
        return number;
    }

    private void reindex(Event event) {
        var object = event.object();
        boolean unchanged = event.type() == Event.Type.MODIFIED
                && event.previous()
                        .filter(old -> old.compactUid().equals(object.compactUid())
                                && old.ownerUids().equals(object.ownerUids()))
                        .isPresent();
        if (unchanged) {
            return;
        }
        event.previous().ifPresent(this::unindex);
        if (event.type() != Event.Type.DELETED) {
            index(object);
        }
    }

    private void index(StoredObject object) {
        byUid.put(object.compactUid(), object.key());
        for (var owner : object.ownerUids()) {
            byOwner.computeIfAbsent(owner, absent -> new ConcurrentHashMap<>()).put(object.key(), true);
        }
    }

    private void unindex(StoredObject object) {
        byUid.remove(object.compactUid(), object.key());
        for (var owner : object.ownerUids()) {
            byOwner.computeIfPresent(owner, (uid, keys) -> {
                keys.remove(object.key());
                return keys.isEmpty() ? null : keys;
            });
        }
    }

    /** How much of the past the windows hold together. */
    SqliteStore.Window window() {
        windowLock.lock();
        try {
            long events = windows.values().stream().mapToLong(EventWindow::size).sum();
            return new SqliteStore.Window(events, windowBytes);
        } finally {
            windowLock.unlock();
        }
    }

    /** Lets go of events until the windows take no more than that; answers those. */
    List<Event> forget(long bytes) {
        windowLock.lock();
        try {
            return trim(bytes, Long.MIN_VALUE);
        } finally {
            windowLock.unlock();
        }
    }

    /** Lets go of what has become too old by the given second; answers that. */
    List<Event> forgetOutdated(long second) {
        windowLock.lock();
        try {
            return trim(WINDOW_BYTES, second - windowSeconds);
        } finally {
            windowLock.unlock();
        }
    }

    private List<Event> trim(long bytes, long oldestSecond) {
        var dropped = new ArrayList<Event>();
        windows.forEach((resource, window) -> {
            long oldest = resource.equals(LEASES) ? Long.MAX_VALUE : oldestSecond;
            while (window.isOverfull(oldest)) {
                drop(window, dropped);
            }
        });
        while (windowBytes > bytes) {
            drop(heaviest(), dropped);
        }
        return dropped;
    }

    private void drop(EventWindow window, List<Event> dropped) {
        var event = window.removeOldest();
        windowBytes -= EventWindow.weight(event);
        dropped.add(event);
    }

    private EventWindow heaviest() {
        return windows.values().stream()
                .max((left, right) -> Long.compare(left.bytes(), right.bytes()))
                .orElseThrow();
    }

    /**
     * Calls {@code begin} with the events after the revision, such that no event is published in between. Throws a 410
     * ApiException when they are no longer complete.
     */
    void startWatch(GroupResource resource, long revision, Consumer<List<Event>> begin) {
        windowLock.lock();
        try {
            if (revision < floor(resource)) {
                throw ApiException.expired("too old resource version: %d (%d)".formatted(revision, floor(resource)));
            }
            begin.accept(window(resource).after(revision));
        } finally {
            windowLock.unlock();
        }
    }

    /** Runs the task such that no event is published meanwhile. */
    void betweenCommits(Runnable task) {
        windowLock.lock();
        try {
            task.run();
        } finally {
            windowLock.unlock();
        }
    }

    private long floor(GroupResource resource) {
        var window = windows.get(resource);
        return window == null ? initialFloor : window.floor();
    }

    private EventWindow window(GroupResource resource) {
        return windows.computeIfAbsent(resource, absent -> newWindow(absent, initialFloor));
    }

    private EventWindow newWindow(GroupResource resource, long floor) {
        return new EventWindow(resource.equals(LEASES) ? LEASE_EVENTS : windowEvents, floor);
    }
}
