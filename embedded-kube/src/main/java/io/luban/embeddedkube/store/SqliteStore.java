package io.luban.embeddedkube.store;

import io.luban.model.GroupResource;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
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
    private final DirectoryLock lock;
    private final StoreMemory memory;
    private final WatchDispatcher dispatcher;
    private final Sequencer sequencer;
    private final byte[] tokenKey;

    private SqliteStore(Path directory, Clock clock, DirectoryLock lock, Database database, LoadedStore loaded) {
        this.directory = directory;
        this.lock = lock;
        tokenKey = loaded.tokenKey();
        memory = new StoreMemory();
        memory.fill(loaded);
        dispatcher = new WatchDispatcher();
        sequencer = new Sequencer(directory, clock, database, memory, dispatcher);
    }

    /**
     * Opens the store in the directory, which is created when missing. Throws {@link StoreOpenException} when another
     * process uses it or when its files are damaged.
     */
    public static SqliteStore open(Path directory, Clock clock) {
        var lock = DirectoryLock.acquire(directory);
        Database database;
        try {
            database = Database.open(directory, clock);
        } catch (StoreOpenException e) {
            lock.close();
            throw e;
        }
        try {
            return new SqliteStore(directory, clock, lock, database, database.load());
        } catch (StoreOpenException e) {
            database.close();
            lock.close();
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

    @Override
    public byte[] tokenKey() {
        return tokenKey.clone();
    }

    @Override
    public Optional<String> readOnlyReason() {
        return sequencer.readOnlyReason();
    }

    /** Copies the database to a file that does not exist yet, consistently and while writes go on. */
    public void backup(Path target) {
        Database.backup(directory, target);
    }

    @Override
    public void close() {
        sequencer.close();
        dispatcher.close();
        lock.close();
    }
}
