package io.luban.embeddedkube.watch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Scheduler;
import io.luban.embeddedkube.registry.Conversion;
import io.luban.embeddedkube.store.Snapshot;
import io.luban.embeddedkube.store.StoredObject;
import io.luban.model.GroupVersionKind;
import io.luban.model.Json;
import java.time.Duration;
import java.util.List;

/**
 * Puts list bodies together and keeps large whole ones for a while: until the resource changes, every client gets the
 * same bytes. Such a body tells the version at which it was made; nothing of the resource has changed since.
 */
final class ListBodies {
    private static final int WORTH_KEEPING = 64 * 1024;
    private static final long MAX_BYTES = 40L * 1024 * 1024;
    private static final Duration UNUSED = Duration.ofSeconds(30);

    private record Key(GroupVersionKind kind, Conversion conversion, String namespace, Form form) {}

    private record Body(Snapshot snapshot, byte[] json) {}

    private final Cache<Key, Body> bodies = Caffeine.newBuilder()
            .maximumWeight(MAX_BYTES)
            .weigher((Key key, Body body) -> body.json().length)
            .expireAfterAccess(UNUSED)
            .scheduler(Scheduler.systemScheduler())
            .build();

    /** Every object of a namespace or of the resource. Tables are not kept, as their ages change, nor what others convert. */
    byte[] whole(View view, Selection selection, Snapshot snapshot) {
        var type = view.type();
        var key = new Key(type.kind(), type.conversion(), selection.namespace(), view.form());
        boolean isLasting = !view.form().isTable() && !type.conversion().mayWait();
        if (isLasting) {
            var kept = bodies.getIfPresent(key);
            if (kept != null && kept.snapshot().isSameStateAs(snapshot)) {
                return kept.json();
            }
        }
        var objects = Page.of(snapshot, selection.in(snapshot), 0).objects();
        var metadata = Json.object().put("resourceVersion", Long.toString(snapshot.revision()));
        var json = assembled(view, objects, metadata);
        if (json.length >= WORTH_KEEPING && isLasting) {
            bodies.put(key, new Body(snapshot, json));
        }
        return json;
    }

    static byte[] assembled(View view, List<StoredObject> objects, ObjectNode metadata) {
        var head = new ByteSink(512);
        view.listHead(head, Json.text(metadata));
        long expected = head.size() + 2L + Math.max(0, objects.size() - 1);
        for (var object : objects) {
            expected += view.estimate(object);
        }
        var out = new ByteSink((int) Math.min(expected, Integer.MAX_VALUE - 8));
        out.put(head.toBytes());
        boolean first = true;
        for (var object : Prepared.of(view.type().conversion(), objects)) {
            if (!first) {
                out.put(',');
            }
            first = false;
            view.item(out, object);
        }
        return out.put("]}").toBytes();
    }
}
