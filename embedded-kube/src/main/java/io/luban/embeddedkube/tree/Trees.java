package io.luban.embeddedkube.tree;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Members of objects by path; absent ones read as missing nodes and empty text. */
public final class Trees {
    /** A tree without members. */
    public static final JsonNode NOTHING = MissingNode.getInstance();

    private Trees() {}

    /** The value behind member names, a missing node when there is none. */
    public static JsonNode at(JsonNode tree, String... path) {
        var node = tree;
        for (var member : path) {
            node = node.path(member);
        }
        return node;
    }

    /** The text behind member names, empty when there is none. */
    public static String text(JsonNode tree, String... path) {
        return at(tree, path).asText("");
    }

    /** {@code metadata.name}. */
    public static String name(JsonNode object) {
        return text(object, "metadata", "name");
    }

    /** {@code metadata.namespace}, empty for cluster-scoped objects. */
    public static String namespace(JsonNode object) {
        return text(object, "metadata", "namespace");
    }

    /** {@code metadata.uid}. */
    public static String uid(JsonNode object) {
        return text(object, "metadata", "uid");
    }

    /** An annotation, empty when it is absent. */
    public static String annotation(JsonNode object, String key) {
        return text(object, "metadata", "annotations", key);
    }

    /** A map of texts such as labels. */
    public static Map<String, String> texts(JsonNode map) {
        var result = new LinkedHashMap<String, String>();
        map.properties()
                .forEach(entry -> result.put(entry.getKey(), entry.getValue().asText()));
        return result;
    }

    /** The items of an array of texts. */
    public static List<String> items(JsonNode array) {
        var result = new ArrayList<String>();
        array.forEach(item -> result.add(item.asText()));
        return result;
    }

    /** The labels of an object. */
    public static Map<String, String> labels(JsonNode object) {
        return texts(at(object, "metadata", "labels"));
    }

    /** Whether deletion has begun. */
    public static boolean isTerminating(JsonNode object) {
        return at(object, "metadata").hasNonNull("deletionTimestamp");
    }

    /** The object behind member names, created where it is absent. */
    public static ObjectNode ensure(ObjectNode tree, String... path) {
        var node = tree;
        for (var member : path) {
            node = node.get(member) instanceof ObjectNode child ? child : node.putObject(member);
        }
        return node;
    }

    /** The array of that name, created where it is absent. */
    public static ArrayNode ensureArray(ObjectNode tree, String member) {
        return tree.get(member) instanceof ArrayNode array ? array : tree.putArray(member);
    }

    /** A time as objects spell it: whole seconds of UTC. */
    public static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
