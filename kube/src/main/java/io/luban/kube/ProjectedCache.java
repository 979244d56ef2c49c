package io.luban.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.ApiException;
import io.luban.model.Json;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every object of one kind, reduced to what its user needs, kept in step by list and watch. Reading is plain memory.
 * A kind that the server does not serve (yet) counts as empty and is asked for again.
 *
 * <p>One virtual thread writes; readers see each object's change at once, without order among objects.
 */
public final class ProjectedCache<T> implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ProjectedCache.class);
    private static final int PAGE = 500;
    private static final Duration WATCH = Duration.ofMinutes(5);
    private static final int FAILURES_TO_GO_ON = 5;

    private final KubeRest kube;
    private final CollectionQuery query;
    private final Function<ObjectNode, Optional<T>> projection;
    private final CacheListener<T> listener;
    private final Map<ObjectName, T> objects = new ConcurrentHashMap<>();
    private final CountDownLatch synced = new CountDownLatch(1);
    private final CountDownLatch settled = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private final AtomicReference<InputStream> open = new AtomicReference<>(InputStream.nullInputStream());
    private final Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(20));
    private final Backoff absence = new Backoff(Duration.ofMillis(250), Duration.ofSeconds(5));

    private ProjectedCache(
            KubeRest kube,
            CollectionQuery query,
            Function<ObjectNode, Optional<T>> projection,
            CacheListener<T> listener) {
        this.kube = kube;
        this.query = query;
        this.projection = projection;
        this.listener = listener;
    }

    /**
     * Begins to follow a collection.
     *
     * @param projection what to keep of an object; empty leaves it out
     */
    public static <T> ProjectedCache<T> start(
            KubeRest kube,
            CollectionQuery query,
            Function<ObjectNode, Optional<T>> projection,
            CacheListener<T> listener) {
        var cache = new ProjectedCache<>(kube, query, projection, listener);
        Thread.ofVirtual().name("cache " + query.path()).start(cache::run);
        return cache;
    }

    /** Begins to follow a collection that nobody listens to. */
    public static <T> ProjectedCache<T> start(
            KubeRest kube, CollectionQuery query, Function<ObjectNode, Optional<T>> projection) {
        return start(kube, query, projection, (name, before, after) -> {});
    }

    /** The object, if known. */
    public Optional<T> find(String namespace, String name) {
        return Optional.ofNullable(objects.get(new ObjectName(namespace, name)));
    }

    /** A live view of all objects. */
    public Map<ObjectName, T> all() {
        return java.util.Collections.unmodifiableMap(objects);
    }

    /** Whether the first listing is complete. */
    public boolean isSynced() {
        return synced.getCount() == 0;
    }

    /** Waits for the first listing; false when the time passed before. */
    public boolean awaitSync(Duration limit) throws InterruptedException {
        return synced.await(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Waits for the first listing, but no longer than until it has failed several times: then it is not there within
     * moments, and comes by itself. Answers whether the listing is complete.
     */
    public boolean awaitSettled(Duration limit) throws InterruptedException {
        return settled.await(limit.toMillis(), TimeUnit.MILLISECONDS) && isSynced();
    }

    /** Path of the collection. */
    public String path() {
        return query.path();
    }

    @Override
    public void close() {
        closed.countDown();
        closeStream(open.get());
    }

    private void run() {
        var version = "";
        int failures = 0;
        while (!isClosed()) {
            try {
                if (version.isEmpty()) {
                    version = list();
                    synced();
                    backoff.reset();
                    absence.reset();
                }
                version = watch(version);
            } catch (RuntimeException | IOException e) {
                // the border of this task: one object that breaks a projection must not end the cache
                if (++failures == FAILURES_TO_GO_ON) {
                    settled.countDown();
                }
                version = afterFailure(e, version);
            }
        }
    }

    private void synced() {
        synced.countDown();
        settled.countDown();
    }

    /** Decides where to go on, and waits. The answer is the version to resume at, empty to list again. */
    private String afterFailure(Exception failure, String version) {
        if (isClosed()) {
            return version;
        }
        var code = failure instanceof ApiException api ? api.code() : 0;
        if (code == 404) {
            replaceAll(Set.of());
            synced();
            pause(absence.next());
            return "";
        }
        if (code == 410) {
            return "";
        }
        log.atWarn()
                .addKeyValue("path", query.path())
                .addKeyValue("cause", failure.toString())
                .log("watch interrupted, trying again");
        pause(backoff.next());
        return code == 503 || failure instanceof IOException ? version : "";
    }

    private String list() {
        var seen = new HashSet<ObjectName>();
        var token = "";
        ObjectNode page;
        do {
            page = kube.get(query.listPath(PAGE, token), query.listForm());
            for (var item : page.path("items")) {
                if (item instanceof ObjectNode object) {
                    seen.add(apply(object));
                }
            }
            token = page.path("metadata").path("continue").asText("");
        } while (!token.isEmpty());
        replaceAll(seen);
        return page.path("metadata").path("resourceVersion").asText("0");
    }

    private void replaceAll(Set<ObjectName> kept) {
        for (var name : objects.keySet()) {
            if (!kept.contains(name)) {
                remove(name);
            }
        }
    }

    private String watch(String from) throws IOException {
        var version = from;
        try (var stream = kube.stream(query.watchPath(version, WATCH), query.watchForm())) {
            open.set(stream);
            if (isClosed()) {
                return version;
            }
            var events = Json.mapper().readerFor(ObjectNode.class).<ObjectNode>readValues(stream);
            while (events.hasNextValue()) {
                version = handle(events.nextValue());
                backoff.reset();
            }
        }
        return version;
    }

    private String handle(ObjectNode event) {
        var object = event.path("object");
        switch (event.path("type").asText("")) {
            case "ADDED", "MODIFIED" -> apply((ObjectNode) object);
            case "DELETED" -> remove(ObjectName.of(object));
            case "ERROR" -> throw failure(object);
            default -> {
                // bookmarks and kinds of events that later servers may add carry only a version
            }
        }
        return object.path("metadata").path("resourceVersion").asText("");
    }

    private static ApiException failure(JsonNode status) {
        var code = status.path("code").asInt(500);
        return new ApiException(io.luban.model.Status.of(
                code, status.path("reason").asText(""), status.path("message").asText("")));
    }

    private ObjectName apply(ObjectNode object) {
        var name = ObjectName.of(object);
        var projected = projection.apply(object);
        if (projected.isEmpty()) {
            remove(name);
            return name;
        }
        var after = projected.get();
        var before = Optional.ofNullable(objects.put(name, after));
        if (before.isEmpty() || !before.get().equals(after)) {
            listener.changed(name, before, projected);
        }
        return name;
    }

    private void remove(ObjectName name) {
        var before = objects.remove(name);
        if (before != null) {
            listener.changed(name, Optional.of(before), Optional.empty());
        }
    }

    private boolean isClosed() {
        return closed.getCount() == 0 || kube.isClosed();
    }

    private void pause(Duration delay) {
        try {
            closed.await(delay.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closed.countDown();
        }
    }

    private static void closeStream(InputStream stream) {
        try {
            stream.close();
        } catch (IOException e) {
            log.atDebug().addKeyValue("cause", e.toString()).log("watch stream was already broken");
        }
    }
}
