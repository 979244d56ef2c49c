package io.luban.embeddedkube.custom;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.TreeMap;

/** Fills in the defaults of a schema and puts members into the order in which custom resources are shown. */
final class Defaulting {
    private static final int IMPLIED_MEMBERS = 3;

    private Defaulting() {}

    static void fill(JsonNode value, Structural schema) {
        if (value instanceof ObjectNode object) {
            schema.properties().forEach((name, property) -> {
                var given = property.defaultValue();
                if (given != null && !object.has(name)) {
                    object.set(name, given.deepCopy());
                }
            });
            object.properties().forEach(entry -> {
                var below = schema.member(entry.getKey());
                if (below != null) {
                    fill(entry.getValue(), below);
                }
            });
        } else if (value instanceof ArrayNode array && schema.items() != null) {
            for (var item : array) {
                fill(item, schema.items());
            }
        }
    }

    /** Sorts the members of an instance at every level; identity and metadata come first and stay as they are. */
    static void sort(ObjectNode object) {
        var head = new ArrayList<String>(IMPLIED_MEMBERS);
        for (var name : new String[] {"apiVersion", "kind", "metadata"}) {
            if (object.has(name)) {
                head.add(name);
            }
        }
        var sorted = new TreeMap<String, JsonNode>();
        object.properties().forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
        object.removeAll();
        head.forEach(name -> object.set(name, sorted.remove(name)));
        sorted.forEach((name, value) -> {
            sortBelow(value);
            object.set(name, value);
        });
    }

    private static void sortBelow(JsonNode value) {
        for (var child : value) {
            sortBelow(child);
        }
        if (value instanceof ObjectNode object && !isSorted(object)) {
            var sorted = new TreeMap<String, JsonNode>();
            object.properties().forEach(entry -> sorted.put(entry.getKey(), entry.getValue()));
            object.removeAll();
            object.setAll(sorted);
        }
    }

    private static boolean isSorted(ObjectNode object) {
        String previous = "";
        for (var entry : object.properties()) {
            if (previous.compareTo(entry.getKey()) > 0) {
                return false;
            }
            previous = entry.getKey();
        }
        return true;
    }
}
