package io.luban.embeddedkube.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.luban.model.ApiException;
import java.io.IOException;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The values too large to be kept in memory. Each has a row of its own; readers find it by revision through a small cache.
 *
 * <p>A row may go once nothing in memory refers to its {@link LargeValue} any more: neither the present state, nor the
 * event window, nor a list or watch that somebody still reads. Only the garbage collector knows all of these, hence weak
 * references decide; the sequencer deletes the rows they give free, and a restart those of which it learns no more.
 */
final class LargeValues implements AutoCloseable {
    private static final long CACHE_BYTES = 16L * 1024 * 1024;
    private static final int PATIENCE_SECONDS = 10;

    /** Reads the row of a revision. */
    @FunctionalInterface
    interface Source extends AutoCloseable {
        byte[] read(long revision) throws SQLException, IOException;

        @Override
        default void close() {}
    }

    /** Opens a source; called again after a failure. */
    @FunctionalInterface
    interface Opener {
        Source open() throws SQLException;
    }

    private static final class Handle extends WeakReference<LargeValue> {
        private final long revision;

        Handle(LargeValue value, ReferenceQueue<LargeValue> queue) {
            super(value, queue);
            this.revision = value.revision();
        }
    }

    private final int threshold;
    private final Opener opener;
    private final Map<Long, Handle> handles = new ConcurrentHashMap<>();
    private final ReferenceQueue<LargeValue> collected = new ReferenceQueue<>();
    private final Cache<Long, byte[]> cache = Caffeine.newBuilder()
            .maximumWeight(CACHE_BYTES)
            .weigher((Long revision, byte[] json) -> json.length)
            .executor(Runnable::run)
            .build();
    private final ReentrantLock reading = new ReentrantLock();
    private @Nullable Source source;

    LargeValues(int threshold, Opener opener) {
        this.threshold = threshold;
        this.opener = opener;
    }

    /** The object as it shall be kept: itself, or without its bytes where these are large. {@code end} is exclusive. */
    StoredObject created(StoredObject object, int versionStart, int versionEnd) {
        if (object.heldBytes() <= threshold) {
            return object;
        }
        var value = new LargeValue(this, object.revision(), object.json(), versionStart, versionEnd);
        handles.put(object.revision(), new Handle(value, collected));
        return object.kept(value);
    }

    /** The same for an object that was read from the database; knows one handle per row. */
    StoredObject loaded(StoredObject object, int versionStart, int versionEnd) {
        var fresh = new LargeValue(this, object.revision(), object.json(), versionStart, versionEnd);
        fresh.saved();
        var known = handles.compute(object.revision(), (revision, handle) -> {
            return handle == null || handle.get() == null ? new Handle(fresh, collected) : handle;
        });
        var value = known.get();
        return object.kept(value == null ? fresh : value);
    }

    /** To be called once the row is durable; watchers are about to ask for it. */
    void saved(StoredObject object) {
        var handle = handles.get(object.revision());
        var value = handle == null ? null : handle.get();
        if (object.isLarge() && value != null) {
            cache.put(object.revision(), object.json());
            value.saved();
        }
    }

    /** Revisions of rows that nothing refers to any more; each is answered once. */
    Set<Long> released() {
        var released = new HashSet<Long>();
        for (Reference<?> next = collected.poll(); next != null; next = collected.poll()) {
            if (next instanceof Handle handle && handles.remove(handle.revision, handle)) {
                cache.invalidate(handle.revision);
                released.add(handle.revision);
            }
        }
        return released;
    }

    /** Whether something in memory refers to the row. */
    boolean isKnown(long revision) {
        return handles.containsKey(revision);
    }

    boolean isCached(long revision) {
        return cache.getIfPresent(revision) != null;
    }

    byte[] read(long revision) {
        var cached = cache.getIfPresent(revision);
        if (cached != null) {
            return cached;
        }
        var json = readRow(revision);
        cache.put(revision, json);
        return json;
    }

    private byte[] readRow(long revision) {
        try {
            if (!reading.tryLock(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw ApiException.unavailable("too many large objects are being read from the disk");
            }
            try {
                var open = source == null ? opener.open() : source;
                source = open;
                return open.read(revision);
            } catch (SQLException | IOException e) {
                closeSource();
                throw ApiException.unavailable("a large object cannot be read from the disk: " + e.getMessage());
            } finally {
                reading.unlock();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ApiException.unavailable("interrupted while a large object was being read");
        }
    }

    private void closeSource() {
        if (source != null) {
            source.close();
            source = null;
        }
    }

    @Override
    public void close() {
        reading.lock();
        try {
            closeSource();
        } finally {
            reading.unlock();
        }
    }
}
