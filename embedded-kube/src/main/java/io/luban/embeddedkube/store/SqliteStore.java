package io.luban.embeddedkube.store;

import io.luban.model.GroupResource;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * The store of a single process: SQLite (write-ahead log, synchronous=FULL) for durability, persistent sorted maps in
 * memory for every read.
 */
public final class SqliteStore implements Store {
    private final Path directory;
    private final Clock clock;
    private final DirectoryLock lock;
    private final LargeValues largeValues;
    private final StoreMemory memory;
    private final WatchDispatcher dispatcher;
    private final Sequencer sequencer;
    private final byte[] tokenKey;

    private SqliteStore(Storage.Place place, DirectoryLock lock, LargeValues largeValues, Database database) {
        var loaded = database.load(largeValues);
        this.directory = place.directory();
        this.clock = place.clock();
        this.lock = lock;
        this.largeValues = largeValues;
        tokenKey = database.tokenKey();
        memory = new StoreMemory(largeValues, place.options());
        memory.fill(loaded);
        dispatcher = new WatchDispatcher();
        var storage = new Storage(place, database, memory, loaded.orphans());
        sequencer = new Sequencer(place.options().durability(), storage, memory, dispatcher);
    }

    /**
     * Opens the store in the directory, which is created when missing. Throws {@link StoreOpenException} when another
     * process uses it or when its files are damaged.
     */
    public static SqliteStore open(Path directory, Clock clock) {
        return open(directory, clock, StoreOptions.defaults());
    }

    /** The same with options of its own. */
    public static SqliteStore open(Path directory, Clock clock, StoreOptions options) {
        var keys = EncryptionKeys.of(options);
        var place = new Storage.Place(directory, options, keys, clock);
        var lock = DirectoryLock.acquire(directory);
        try {
            return open(place, lock);
        } catch (StoreOpenException e) {
            lock.close();
            throw e;
        }
    }

    private static SqliteStore open(Storage.Place place, DirectoryLock lock) {
        var database = place.open();
        try {
            var largeValues = new LargeValues(
                    place.options().largeBytes(), () -> Database.largeRows(place.directory(), place.keys()));
            return new SqliteStore(place, lock, largeValues, database);
        } catch (StoreOpenException e) {
            database.close();
            throw e;
        }
    }

    @Override
    public long revision() {
        return memory.state().revision();
    }

    @Override
    public Optional<StoredObject> get(ObjectKey key) {
        return memory.get(key);
    }

    @Override
    public Snapshot snapshot(GroupResource resource) {
        return memory.snapshot(resource);
    }

    @Override
    public Optional<Snapshot> snapshotAt(GroupResource resource, long revision) {
        return memory.snapshotAt(resource, revision);
    }

    @Override
    public List<GroupResource> resources() {
        return memory.resources();
    }

    @Override
    public List<StoredObject> dependents(String ownerUid) {
        return memory.dependents(ownerUid);
    }

    @Override
    public Optional<StoredObject> byUid(String uid) {
        return memory.byUid(uid);
    }

    @Override
    public List<StoredObject> commit(List<Change> changes) {
        return sequencer.commit(changes);
    }

    @Override
    public Subscription watch(GroupResource resource, long revision, Consumer<Event> listener) {
        var subscription = new AtomicReference<Subscription>(() -> {});
        memory.startWatch(
                resource,
                revision,
                backlog -> subscription.set(dispatcher.subscribe(resource, revision, backlog, listener)));
        return subscription.get();
    }

    @Override
    public Subscription watchAll(Consumer<Event> listener) {
        return sequencer.listen(listener);
    }

    @Override
    public void whenDelivered(LongConsumer callback) {
        memory.betweenCommits(() -> dispatcher.whenDelivered(revision(), callback));
    }

    /** Tells how long each batch of writes took to become durable, in nanoseconds; one listener. */
    public void whenWritten(LongConsumer listener) {
        sequencer.whenWritten(listener);
    }

    /** What is kept of the past. */
    public Window window() {
        return memory.window();
    }

    /**
     * What watches may still begin with.
     *
     * @param bytes of states that have been replaced
     */
    public record Window(long events, long bytes) {}

    @Override
    public byte[] tokenKey() {
        return tokenKey.clone();
    }

    @Override
    public Optional<String> readOnlyReason() {
        return sequencer.readOnlyReason();
    }

    /**
     * A copy to make: a backup of this store to a file that does not exist yet, consistent while writes go on, together
     * with some small files by their names.
     */
    public StoreCopy copyTo(Path target, Map<String, byte[]> attachments) {
        return new StoreCopy(directory.resolve(Database.FILE), target, attachments, clock);
    }

    /** Makes the same of a store that nothing has open; throws {@link StoreOpenException}. */
    public static void copyStopped(Path directory, Path target, Map<String, byte[]> attachments, Clock clock) {
        var held = lock(directory);
        try {
            Database.requireReadable(directory);
            new StoreCopy(directory.resolve(Database.FILE), target, attachments, clock).run();
        } finally {
            held.close();
        }
    }

    /** Keeps every process away from a store until closed; throws {@link StoreOpenException} when one uses it. */
    public static Lock lock(Path directory) {
        var held = DirectoryLock.acquire(directory);
        return held::close;
    }

    /** What keeps others away. */
    @FunctionalInterface
    public interface Lock extends AutoCloseable {
        @Override
        void close();
    }

    @Override
    public void close() {
        sequencer.close();
        dispatcher.close();
        largeValues.close();
        lock.close();
    }
}
