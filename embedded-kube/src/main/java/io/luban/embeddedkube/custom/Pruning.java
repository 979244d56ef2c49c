package io.luban.embeddedkube.custom;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Removes members that the schema does not know, and nulls where null means nothing. */
final class Pruning {
    private static final Set<String> IMPLIED = Set.of("apiVersion", "kind", "metadata");

    private static final Set<String> METADATA = Set.of(
            "name",
            "generateName",
            "namespace",
            "selfLink",
            "uid",
            "resourceVersion",
            "generation",
            "creationTimestamp",
            "deletionTimestamp",
            "deletionGracePeriodSeconds",
            "labels",
            "annotations",
            "ownerReferences",
            "finalizers",
            "managedFields");

    private final Consumer<String> unknown;

    private Pruning(Consumer<String> unknown) {
        this.unknown = unknown;
    }

    /** Prunes an instance in place; every unknown member is reported by its path. */
    static void prune(ObjectNode object, Structural schema, Consumer<String> unknown) {
        new Pruning(unknown).object(object, schema, FieldPath.ROOT, true);
    }

    /** The same for a part of an instance. */
    static void prunePart(ObjectNode object, Structural schema, Consumer<String> unknown) {
        new Pruning(unknown)
                .object(object, schema, FieldPath.ROOT, schema.marks().embedded());
    }

    private void value(JsonNode value, @Nullable Structural schema, FieldPath path) {
        if (value instanceof ObjectNode object) {
            object(object, schema, path, schema != null && schema.marks().embedded());
        } else if (value instanceof ArrayNode array) {
            var items = schema == null ? null : schema.items();
            if (items == null && schema != null && schema.keepsUnknown()) {
                return;
            }
            for (int i = 0; i < array.size(); i++) {
                value(array.get(i), items, path.item(i));
            }
        }
    }

    private void object(ObjectNode object, @Nullable Structural schema, FieldPath path, boolean isWhole) {
        for (var name : names(object)) {
            if (isWhole && IMPLIED.contains(name)) {
                if (!path.equals(FieldPath.ROOT) && object.path(name) instanceof ObjectNode metadata) {
                    metadata(metadata, path.member(name));
                }
                continue;
            }
            var known = schema == null ? null : schema.member(name);
            if (known == null) {
                if (schema == null || !schema.keepsUnknown()) {
                    object.remove(name);
                    unknown.accept(path.member(name).text());
                }
            } else if (object.path(name).isNull() && !known.marks().nullable()) {
                object.remove(name);
            } else {
                value(object.path(name), known, path.member(name));
            }
        }
    }

    /** The metadata of an object within the instance; that of the instance itself is looked at elsewhere. */
    private void metadata(ObjectNode metadata, FieldPath path) {
        for (var name : names(metadata)) {
            if (!METADATA.contains(name)) {
                metadata.remove(name);
                unknown.accept(path.member(name).text());
            }
        }
    }

    private static Iterable<String> names(ObjectNode object) {
        var names = new ArrayList<String>(object.size());
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
