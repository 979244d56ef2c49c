package io.luban.embeddedkube.openapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.registry.ResourceType;
import io.luban.embeddedkube.schema.Schema;
import io.luban.embeddedkube.schema.SchemaLibrary;
import io.luban.model.GroupVersionKind;
import io.luban.model.Json;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The named schemas of a document: grows by what its resources refer to. */
final class Components {
    static final String META_V1 = "io.k8s.apimachinery.pkg.apis.meta.v1.";

    private static final String API_VERSION =
            "Version of the schema this object follows; a server converts between the versions it knows.";
    private static final String KIND = "Name of the resource type this object represents, in CamelCase.";

    private final SchemaLibrary library;
    private final Map<String, ObjectNode> named = new TreeMap<>();
    private final Map<String, GroupVersionKind> roots = new HashMap<>();
    private final Deque<Schema.Struct> pending = new ArrayDeque<>();

    Components(SchemaLibrary library) {
        this.library = library;
    }

    /** Name of the schema of a resource's objects, adding it. */
    String object(ResourceType type) {
        var kind = type.kind();
        if (type.custom()
                || !(type.schema() instanceof Schema.Struct struct)
                || struct.typeName().isEmpty()) {
            var name = customName(kind);
            if (!named.containsKey(name)) {
                named.put(name, custom(type));
            }
            return name;
        }
        roots.put(struct.typeName(), kind);
        refer(struct);
        return struct.typeName();
    }

    /** Name of the schema of a list of a resource's objects, adding it. */
    String list(ResourceType type) {
        var item = object(type);
        var kind = type.kind();
        var name = item + "List";
        if (!named.containsKey(name)) {
            var json = Json.object()
                    .put("type", "object")
                    .put("description", kind.kind() + "List is a list of " + kind.kind());
            json.putArray("required").add("items");
            var properties = json.putObject("properties");
            properties.set("apiVersion", text(API_VERSION));
            var items = properties
                    .putObject("items")
                    .put("description", "the objects")
                    .put("type", "array");
            items.set("items", Json.object().set("allOf", Json.array().add(reference(item))));
            properties.set("kind", text(KIND));
            properties.set("metadata", referring(listMeta(), "version of the list and how to get the rest of it"));
            json.set(
                    "x-kubernetes-group-version-kind",
                    kinds(new GroupVersionKind(
                            kind.group(), kind.version(), type.names().listKind())));
            named.put(name, json);
        }
        return name;
    }

    /** Name of the schema of a foreign kind (Scale, Eviction …), adding it; empty when it is not known. */
    String foreign(GroupVersionKind kind) {
        return library.kind(kind)
                .map(struct -> {
                    roots.put(struct.typeName(), kind);
                    refer(struct);
                    return struct.typeName();
                })
                .orElse("");
    }

    /** Name of a type of meta/v1, adding it. */
    String meta(String simpleName) {
        var struct = library.type(META_V1 + simpleName);
        refer(struct);
        return struct.typeName();
    }

    /** Name of the schema of a patch in any of its forms, adding it. */
    String patch() {
        var name = META_V1 + "Patch";
        refer(name, Json.object().put("description", "changes to an object").put("type", "object"));
        return name;
    }

    /** Remembers to write a schema and answers a reference to it. */
    ObjectNode refer(Schema.Struct struct) {
        if (!named.containsKey(struct.typeName())) {
            named.put(struct.typeName(), Json.object());
            pending.add(struct);
        }
        return reference(struct.typeName());
    }

    /** Adds a schema that is no struct, such as that of times. */
    ObjectNode refer(String name, ObjectNode schema) {
        named.putIfAbsent(name, schema);
        return reference(name);
    }

    /** Everything that was referred to, by name. */
    ObjectNode schemas() {
        while (!pending.isEmpty()) {
            var struct = pending.poll();
            var json = SchemaWriter.struct(struct, this, false);
            var root = roots.get(struct.typeName());
            if (root != null) {
                json.set("x-kubernetes-group-version-kind", kinds(root));
            }
            named.put(struct.typeName(), json);
        }
        var all = Json.object();
        named.forEach(all::set);
        return all;
    }

    static ObjectNode reference(String name) {
        return Json.object().put("$ref", "#/components/schemas/" + name);
    }

    /** A reference with a description beside it, which OpenAPI 3.0 allows only around it. */
    static ObjectNode referring(String name, String description) {
        var json = Json.object();
        if (!description.isEmpty()) {
            json.put("description", description);
        }
        json.set("allOf", Json.array().add(reference(name)));
        return json;
    }

    private ObjectNode custom(ResourceType type) {
        var kind = type.kind();
        var json = type.rules()
                .publishedSchema()
                .map(schema -> PublishedSchema.of(schema, this::implied))
                .orElseGet(() -> structure(type));
        var properties = json.withObject("/properties");
        implied().properties().forEach(entry -> properties.set(entry.getKey(), entry.getValue()));
        json.set("x-kubernetes-group-version-kind", kinds(kind));
        return json;
    }

    private ObjectNode structure(ResourceType type) {
        return type.schema() instanceof Schema.Struct struct
                ? SchemaWriter.struct(struct, this, true)
                : Json.object().put("type", "object").put("x-kubernetes-preserve-unknown-fields", true);
    }

    private ObjectNode implied() {
        var properties = Json.object();
        properties.set("apiVersion", text(API_VERSION));
        properties.set("kind", text(KIND));
        properties.set("metadata", referring(meta("ObjectMeta"), "name, namespace, labels and the like"));
        return properties;
    }

    private String listMeta() {
        return meta("ListMeta");
    }

    static com.fasterxml.jackson.databind.node.ArrayNode kinds(GroupVersionKind kind) {
        return Json.array().add(kind(kind));
    }

    static ObjectNode kind(GroupVersionKind kind) {
        return Json.object().put("group", kind.group()).put("kind", kind.kind()).put("version", kind.version());
    }

    private static ObjectNode text(String description) {
        return Json.object().put("description", description).put("type", "string");
    }

    /** Parts of the group in reverse, then version and kind: {@code io.example.v1.Widget}. */
    private static String customName(GroupVersionKind kind) {
        var parts = new ArrayList<>(List.of(kind.group().split("\\.", -1)));
        Collections.reverse(parts);
        return String.join(".", parts) + "." + kind.version() + "." + kind.kind();
    }
}
