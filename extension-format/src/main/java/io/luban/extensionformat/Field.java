package io.luban.extensionformat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.luban.model.Json;
import io.luban.model.ParseException;
import java.util.List;

/**
 * A field of {@code extension.yaml} with the type its value is brought to.
 *
 * @param name key in the document
 * @param type what the value must be
 * @param requiredAs name by which its absence is reported, empty for an optional field
 */
record Field(String name, Type type, String requiredAs) {
    /** All fields that are read; others are ignored. */
    static final List<Field> ALL = List.of(
            new Field("apiVersion", Type.TEXT, "APIVersion"),
            new Field("name", Type.TEXT, "Name"),
            new Field("version", Type.TEXT, "Version"),
            new Field("displayName", Type.LANGUAGES, "DisplayName"),
            new Field("description", Type.LANGUAGES, "Description"),
            new Field("category", Type.TEXT, "Category"),
            new Field("keywords", Type.TEXTS, ""),
            new Field("home", Type.TEXT, ""),
            new Field("docs", Type.TEXT, ""),
            new Field("sources", Type.TEXTS, ""),
            new Field("kubeVersion", Type.TEXT, ""),
            new Field("ksVersion", Type.TEXT, ""),
            new Field("maintainers", Type.OBJECTS, ""),
            new Field("provider", Type.PROVIDERS, "Provider"),
            new Field("icon", Type.TEXT, "Icon"),
            new Field("screenshots", Type.TEXTS, ""),
            new Field("dependencies", Type.OBJECTS, ""),
            new Field("installationMode", Type.TEXT, ""),
            new Field("namespace", Type.TEXT, ""),
            new Field("externalDependencies", Type.OBJECTS, ""),
            new Field("images", Type.TEXTS, ""),
            new Field("staticFileDirectory", Type.TEXT, ""),
            new Field("annotations", Type.TEXT_MAP, ""));

    /** The kinds of values. */
    enum Type {
        TEXT("a string"),
        TEXTS("a list of strings"),
        TEXT_MAP("a map of strings"),
        LANGUAGES("a map of language codes to strings"),
        PROVIDERS("a map of language codes to name, email and url"),
        OBJECTS("a list of maps");

        private final String description;

        Type(String description) {
            this.description = description;
        }
    }

    static Field named(String name) {
        return ALL.stream()
                .filter(field -> field.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(name));
    }

    /** The value in its type; a lone string is taken where the early 4.0 form had one. */
    JsonNode read(JsonNode value) {
        return switch (type) {
            case TEXT -> text(value);
            case TEXTS -> value.isTextual() ? Json.array().add(text(value)) : texts(value);
            case TEXT_MAP -> textMap(value);
            case LANGUAGES -> value.isTextual() ? Json.object().set("en", text(value)) : textMap(value);
            case PROVIDERS -> providers(value);
            case OBJECTS -> objects(value);
        };
    }

    private TextNode text(JsonNode value) {
        if (value.isValueNode() && !value.isNull()) {
            return TextNode.valueOf(value.asText());
        }
        throw mismatch();
    }

    private JsonNode texts(JsonNode value) {
        requireThat(value.isArray());
        var list = Json.array();
        value.forEach(item -> list.add(text(item)));
        return list;
    }

    private ObjectNode textMap(JsonNode value) {
        requireThat(value.isObject());
        var map = Json.object();
        value.properties().forEach(entry -> {
            if (!entry.getValue().isNull()) {
                map.set(entry.getKey(), text(entry.getValue()));
            }
        });
        return map;
    }

    private JsonNode providers(JsonNode value) {
        requireThat(value.isObject());
        var map = Json.object();
        value.properties().forEach(entry -> map.set(entry.getKey(), textMap(entry.getValue())));
        return map;
    }

    private JsonNode objects(JsonNode value) {
        requireThat(value.isArray());
        value.forEach(item -> requireThat(item.isObject()));
        return value.deepCopy();
    }

    private void requireThat(boolean condition) {
        if (!condition) {
            throw mismatch();
        }
    }

    private ParseException mismatch() {
        return new ParseException("extension.yaml: %s: expected %s".formatted(name, type.description));
    }
}
