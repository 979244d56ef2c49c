package io.luban.embeddedkube.table;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.LabelSelector;
import io.luban.model.ParseException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** An object of a built-in kind that becomes a table row, with words to ask it. */
record Row(String kind, ObjectNode object, Instant now) {
    static final String NONE = "<none>";
    private static final int SHOWN = 3;

    JsonNode metadata() {
        return object.path("metadata");
    }

    JsonNode spec() {
        return object.path("spec");
    }

    JsonNode status() {
        return object.path("status");
    }

    String name() {
        return metadata().path("name").asText();
    }

    boolean isDeleting() {
        return metadata().has("deletionTimestamp");
    }

    String age(JsonNode timestamp) {
        return Ages.since(timestamp, now);
    }

    /** The value at a dotted path. */
    JsonNode at(String path) {
        JsonNode node = object;
        int start = 0;
        for (int dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', start)) {
            node = node.path(path.substring(start, dot));
            start = dot + 1;
        }
        return node.path(path.substring(start));
    }

    /** Text of a value, {@code instead} when it is absent or empty. */
    static String text(JsonNode value, String instead) {
        var text = value.isNull() ? "" : value.asText();
        return text.isEmpty() ? instead : text;
    }

    /** Texts in a row, {@value #NONE} when there are none. */
    static String joined(List<String> texts) {
        return texts.isEmpty() ? NONE : String.join(",", texts);
    }

    /** The first three texts and how many more there are. */
    static String shortened(List<String> texts) {
        if (texts.size() <= SHOWN) {
            return joined(texts);
        }
        return String.join(",", texts.subList(0, SHOWN)) + " + " + (texts.size() - SHOWN) + " more...";
    }

    /** The members of that name of every item. */
    static List<String> each(JsonNode items, String member) {
        var texts = new ArrayList<String>();
        for (var item : items) {
            var text = item.path(member).asText();
            if (!text.isEmpty()) {
                texts.add(text);
            }
        }
        return texts;
    }

    static List<String> texts(JsonNode items) {
        var texts = new ArrayList<String>();
        items.forEach(item -> texts.add(item.asText()));
        return texts;
    }

    /** {@code a=b,c=d}, sorted as they stand. */
    static String labels(JsonNode labels) {
        var texts = new ArrayList<String>();
        labels.properties()
                .forEach(label ->
                        texts.add(label.getKey() + "=" + label.getValue().asText()));
        return joined(texts);
    }

    /** A label selector object as text. */
    static String selector(JsonNode selector) {
        try {
            var text = LabelSelector.from(selector).toString();
            return text.isEmpty() ? NONE : text;
        } catch (ParseException e) {
            return "<error>";
        }
    }

    /** Whether a condition has that status. */
    boolean hasCondition(String type, String wanted) {
        for (var condition : status().path("conditions")) {
            if (condition.path("type").asText().equals(type)) {
                return condition.path("status").asText().equals(wanted);
            }
        }
        return false;
    }
}
