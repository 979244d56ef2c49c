package io.luban.embeddedkube.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.Consumer;

/** Sets members that are absent; the vocabulary in which defaults are written. */
final class Fill {
    private Fill() {}

    static void text(ObjectNode object, String member, String value) {
        if (!object.has(member)) {
            object.put(member, value);
        }
    }

    static void number(ObjectNode object, String member, int value) {
        if (!object.has(member)) {
            object.put(member, value);
        }
    }

    static void flag(ObjectNode object, String member, boolean value) {
        if (!object.has(member)) {
            object.put(member, value);
        }
    }

    /** The object under that name, made when absent. */
    static ObjectNode object(ObjectNode parent, String member) {
        return parent.get(member) instanceof ObjectNode object ? object : parent.putObject(member);
    }

    /** A list of one text. */
    static void list(ObjectNode object, String member, String value) {
        if (!object.has(member)) {
            object.putArray(member).add(value);
        }
    }

    static void each(JsonNode list, Consumer<ObjectNode> action) {
        for (var item : list) {
            if (item instanceof ObjectNode object) {
                action.accept(object);
            }
        }
    }

    /** Acts on the value when it is an object. */
    static void present(JsonNode value, Consumer<ObjectNode> action) {
        if (value instanceof ObjectNode object) {
            action.accept(object);
        }
    }
}
