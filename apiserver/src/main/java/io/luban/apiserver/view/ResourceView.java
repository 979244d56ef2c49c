package io.luban.apiserver.view;

import io.luban.kube.CollectionQuery;
import io.luban.kube.KubeRest;
import io.luban.kube.ObjectName;
import io.luban.kube.ProjectedCache;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One collection, kept sorted by a watch. A change costs one step in each order; a page costs its own length, and a filter
 * runs once until something changes.
 */
public final class ResourceView implements AutoCloseable {
    private final ConcurrentSkipListMap<Position, ViewedObject> byAge = new ConcurrentSkipListMap<>(Position.BY_AGE);
    private final ConcurrentSkipListMap<Position, ViewedObject> byName = new ConcurrentSkipListMap<>(Position.BY_NAME);
    private final AtomicLong changes = new AtomicLong();
    private final ProjectedCache<ViewedObject> cache;
    private final KindRules rules;
    private final Set<String> fields;
    private volatile Snapshot snapshot;

    /**
     * Begins to follow a collection.
     *
     * @param path of the collection over all namespaces
     * @param rules what is particular about the kind
     */
    public ResourceView(KubeRest kube, String path, String apiVersion, String kind, KindRules rules) {
        this.rules = rules;
        fields = Matcher.fields(rules);
        snapshot = new Snapshot(rules, 0, List.of(), List.of());
        cache = ProjectedCache.start(
                kube,
                CollectionQuery.of(path),
                object -> Optional.of(ViewedObject.of(object, apiVersion, kind, rules)),
                this::changed);
    }

    private void changed(ObjectName name, Optional<ViewedObject> before, Optional<ViewedObject> after) {
        // put first: an object that only changed must not be missing from any copy
        after.ifPresent(object -> {
            byAge.put(object.position(), object);
            byName.put(object.position(), object);
        });
        var left = before.map(ViewedObject::position);
        left.filter(position -> !after.map(ViewedObject::position).equals(left)).ifPresent(position -> {
            byAge.remove(position);
            byName.remove(position);
        });
        changes.incrementAndGet();
    }

    /** Waits for the first listing; false when the time passed before. */
    public boolean awaitSync(Duration limit) throws InterruptedException {
        return cache.isSynced() || cache.awaitSync(limit);
    }

    /** The object as lists show it. */
    public Optional<byte[]> find(String namespace, String name) {
        return cache.find(namespace, name).map(ViewedObject::json);
    }

    /** Whether the first listing is complete. */
    boolean isSynced() {
        return cache.isSynced();
    }

    /** A page of the objects as they are now; throws 400 for selectors that cannot be read. Memory only. */
    public ViewPage page(ViewQuery query) {
        return current().page(query.keeping(fields));
    }

    private Snapshot current() {
        // read before the copy: a change in between makes the copy newer than its number, which costs one more copy
        long count = changes.get();
        var known = snapshot;
        if (known.isAfter(count)) {
            return known;
        }
        var fresh = new Snapshot(rules, count, List.copyOf(byAge.values()), List.copyOf(byName.values()));
        snapshot = fresh;
        return fresh;
    }

    @Override
    public void close() {
        cache.close();
    }
}
