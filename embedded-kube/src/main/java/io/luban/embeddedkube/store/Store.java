package io.luban.embeddedkube.store;

import io.luban.model.GroupResource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * Durable, versioned objects. Reads come from memory and never block; a commit returns once it is on disk and visible.
 * Safe for use from any thread.
 */
public interface Store extends AutoCloseable {
    /** Newest committed revision. */
    long revision();

    /** The object under the key, newest version. */
    Optional<StoredObject> get(ObjectKey key);

    /** The newest view of a resource; empty view when nothing was ever stored. */
    Snapshot snapshot(GroupResource resource);

    /** The view at exactly that revision; empty when it is no longer retained (410 to clients). */
    Optional<Snapshot> snapshotAt(GroupResource resource, long revision);

    /** Every resource that has objects. */
    List<GroupResource> resources();

    /** Objects whose ownerReferences name the uid. */
    List<StoredObject> dependents(String ownerUid);

    /** The object with that uid, whatever its resource. */
    Optional<StoredObject> byUid(String uid);

    /**
     * Writes all changes or none; blocks until durable and visible. Answers the new states in the order of the changes.
     * Throws {@link StoreConflictException}, or a 503 {@link io.luban.model.ApiException} when the disk refuses.
     */
    List<StoredObject> commit(List<Change> changes);

    /**
     * Delivers every event of the resource after {@code revision}, in order, without gap or repetition; first those
     * retained, then live ones. Callbacks come from one thread for all watches and must not block. Throws a 410 {@link
     * io.luban.model.ApiException} when the revision is older than the window. Close the answer to stop.
     */
    Subscription watch(GroupResource resource, long revision, Consumer<Event> listener);

    /**
     * Tells every event of every resource from now on, on the writing thread and before {@link #commit} returns: an index
     * fed by it is never behind what a client has been told. Must be quick and must not commit.
     */
    Subscription watchAll(Consumer<Event> listener);

    /**
     * Calls back on the thread of the watch callbacks with a revision up to which every watch has been told everything;
     * what a bookmark may promise.
     */
    void whenDelivered(LongConsumer callback);

    /** A secret of this store that outlives restarts; signs continue tokens. */
    byte[] tokenKey();

    /** Empty while writes are possible, else why not. */
    Optional<String> readOnlyReason();

    @Override
    void close();

    /** A running delivery of events; once closed, at most the call that is under way comes to its end. */
    @FunctionalInterface
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }
}
