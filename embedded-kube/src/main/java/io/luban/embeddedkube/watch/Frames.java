package io.luban.embeddedkube.watch;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.embeddedkube.store.Event;
import io.luban.embeddedkube.store.StoredObject;
import io.luban.model.GroupVersionKind;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Encoded frames of the event that is being delivered, made once for all watches that want the same form. Used by the
 * delivering thread only, which calls the watches of one event one after the other.
 */
final class Frames {
    private record Key(GroupVersionKind kind, Form form, IncludeObject include, Event.Type type, boolean withColumns) {}

    private final Map<Key, byte[]> frames = new HashMap<>();
    private final Map<StoredObject, JsonNode> trees = new HashMap<>();
    private @Nullable Event current;

    /** The frame that tells of the event as {@code type}; an object leaving a selection is told as it was. */
    byte[] frame(View view, Event event, Event.Type type, boolean withColumns) {
        moveTo(event);
        var key = new Key(view.type().kind(), view.form(), view.include(), type, withColumns);
        var known = frames.get(key);
        if (known != null) {
            return known;
        }
        boolean leaves = type == Event.Type.DELETED && event.type() == Event.Type.MODIFIED;
        var object = leaves ? event.previous().orElseThrow().at(event.revision()) : event.object();
        var made = encode(view, object, type, withColumns);
        frames.put(key, made);
        return made;
    }

    /** The parsed object, shared by all selections that look into it; must not be changed. */
    JsonNode tree(Event event, StoredObject object) {
        moveTo(event);
        return trees.computeIfAbsent(object, StoredObject::tree);
    }

    @SuppressWarnings("ReferenceEquality") // one event is delivered as one object
    private void moveTo(Event event) {
        if (current != event) {
            current = event;
            frames.clear();
            trees.clear();
        }
    }

    /** One line of a watch. */
    static byte[] encode(View view, StoredObject object, Event.Type type, boolean withColumns) {
        var out = new ByteSink(object.size() + 64);
        out.put("{\"type\":\"").put(type.name()).put("\",\"object\":");
        view.object(out, object, withColumns);
        return out.put("}\n").toBytes();
    }

    /** One line that tells how far the client is. */
    static byte[] bookmark(View view, long revision, boolean endsInitialEvents) {
        var out = new ByteSink(192);
        out.put("{\"type\":\"BOOKMARK\",\"object\":");
        view.bookmark(
                out, revision, endsInitialEvents ? ",\"annotations\":{\"k8s.io/initial-events-end\":\"true\"}" : "");
        return out.put("}\n").toBytes();
    }
}
