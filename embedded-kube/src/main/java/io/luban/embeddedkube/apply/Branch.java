package io.luban.embeddedkube.apply;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.Json;
import org.jspecify.annotations.Nullable;

/** A place in two tries under construction; nodes come into being only when something differs below them. */
final class Branch {
    private final @Nullable Branch parent;
    private final String edge;
    private @Nullable ObjectNode written;
    private @Nullable ObjectNode removed;

    Branch() {
        this(null, "");
    }

    private Branch(@Nullable Branch parent, String edge) {
        this.parent = parent;
        this.edge = edge;
    }

    Branch below(String step) {
        return new Branch(this, step);
    }

    ObjectNode written() {
        var node = written;
        if (node == null) {
            node = Json.object();
            written = node;
            if (parent != null) {
                parent.written().set(edge, node);
            }
        }
        return node;
    }

    ObjectNode removed() {
        var node = removed;
        if (node == null) {
            node = Json.object();
            removed = node;
            if (parent != null) {
                parent.removed().set(edge, node);
            }
        }
        return node;
    }

    ObjectNode writtenOrEmpty() {
        return written == null ? Json.object() : written;
    }

    ObjectNode removedOrEmpty() {
        return removed == null ? Json.object() : removed;
    }
}
