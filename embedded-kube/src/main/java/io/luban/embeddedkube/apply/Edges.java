package io.luban.embeddedkube.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.luban.embeddedkube.schema.Schema.ListOf;
import io.luban.embeddedkube.schema.Schema.ListType;
import io.luban.model.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Names of the steps from a container to what it holds, as FieldsV1 spells them. */
final class Edges {
    private static final int FIRST_PRINTABLE = 0x20;

    private Edges() {}

    static String member(String name) {
        return "f:" + name;
    }

    /** The step to an item of a set or map list. Absent keys take their default, or are left out. */
    static String item(ListOf list, JsonNode item) {
        if (list.type() == ListType.SET || !item.isObject()) {
            return "v:" + json(item);
        }
        var text = new StringBuilder("k:{");
        for (var key : sorted(list.keys())) {
            var value = item.get(key);
            if (value == null) {
                value = list.keyDefaults().get(key);
            }
            if (value != null) {
                text.append(text.length() == 3 ? "" : ",").append(json(TextNode.valueOf(key)));
                text.append(':').append(json(value));
            }
        }
        return text.append('}').toString();
    }

    /** Items by their step in list order; items with the same step are gathered in an array. */
    static Map<String, JsonNode> items(ListOf list, ArrayNode array) {
        var items = LinkedHashMap.<String, JsonNode>newLinkedHashMap(array.size());
        for (var item : array) {
            items.merge(item(list, item), item, Edges::together);
        }
        return items;
    }

    private static JsonNode together(JsonNode earlier, JsonNode item) {
        var all = Json.array();
        if (earlier instanceof ArrayNode several) {
            all.addAll(several);
        } else {
            all.add(earlier);
        }
        return all.add(item);
    }

    private static List<String> sorted(List<String> keys) {
        return keys.size() < 2 ? keys : keys.stream().sorted().toList();
    }

    private static String json(JsonNode value) {
        if (value instanceof TextNode text && isPlain(text.textValue())) {
            return '"' + text.textValue() + '"';
        }
        return Json.text(value);
    }

    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < FIRST_PRINTABLE || c == '"' || c == '\\') {
                return false;
            }
        }
        return true;
    }
}
