package io.luban.apiserver.extension;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.apiserver.health.FirstListing;
import io.luban.kube.CollectionQuery;
import io.luban.kube.KubeRest;
import io.luban.kube.ObjectName;
import io.luban.kube.ProjectedCache;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * All objects of one kind, compiled, from the current group and the early one. Of two objects with the same name the
 * current group's counts. Every change hands a new complete list to the listener, one call at a time.
 */
public final class ExtensionObjects<T> implements AutoCloseable {
    private static final String CURRENT = "/apis/extensions.kubesphere.io/v1alpha1/";
    private static final String EARLY = "/apis/kubesphere.io/v1alpha1/";

    private final Consumer<List<T>> listener;
    private final ReentrantLock publishing = new ReentrantLock();
    private final Map<ObjectName, T> earlyObjects = new HashMap<>();
    private final Map<ObjectName, T> currentObjects = new HashMap<>();
    private final ProjectedCache<T> current;
    private final ProjectedCache<T> early;

    /**
     * Begins to follow a kind.
     *
     * @param compile must not throw; what is broken becomes a value that says so
     */
    public ExtensionObjects(KubeRest kube, String plural, Function<ObjectNode, T> compile, Consumer<List<T>> listener) {
        this.listener = listener;
        Function<ObjectNode, Optional<T>> projection = object -> Optional.of(compile.apply(object));
        early = ProjectedCache.start(
                kube,
                CollectionQuery.of(EARLY + plural),
                projection,
                (name, before, after) -> changed(earlyObjects, name, after));
        current = ProjectedCache.start(
                kube,
                CollectionQuery.of(CURRENT + plural),
                projection,
                (name, before, after) -> changed(currentObjects, name, after));
    }

    private void changed(Map<ObjectName, T> objects, ObjectName name, Optional<T> after) {
        publishing.lock();
        try {
            after.ifPresentOrElse(object -> objects.put(name, object), () -> objects.remove(name));
            var byName = new HashMap<>(earlyObjects);
            byName.putAll(currentObjects);
            listener.accept(new ArrayList<>(byName.values()));
        } finally {
            publishing.unlock();
        }
    }

    /** What has to be listed before every object is known. */
    public List<FirstListing> firstListings() {
        return List.of(FirstListing.of(current), FirstListing.of(early));
    }

    @Override
    public void close() {
        current.close();
        early.close();
    }
}
