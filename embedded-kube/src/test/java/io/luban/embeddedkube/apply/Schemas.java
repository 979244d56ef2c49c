package io.luban.embeddedkube.apply;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.embeddedkube.schema.Schema;
import io.luban.embeddedkube.schema.Schema.Field;
import io.luban.embeddedkube.schema.Schema.ListOf;
import io.luban.embeddedkube.schema.Schema.ListType;
import io.luban.embeddedkube.schema.Schema.PatchStrategy;
import io.luban.embeddedkube.schema.Schema.ScalarType;
import io.luban.model.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Schemas in miniature with every kind of structure that ownership distinguishes. */
final class Schemas {
    static final Schema TEXT = new Schema.Scalar(ScalarType.STRING, "");
    static final Schema NUMBER = new Schema.Scalar(ScalarType.INTEGER, "int32");
    static final Schema TEXTS = new Schema.MapOf(() -> TEXT, false);
    private static final Schema OWNER = struct(true, Map.of("uid", TEXT, "name", TEXT));
    static final Schema METADATA = struct(
            false,
            Map.of(
                    "name", TEXT,
                    "namespace", TEXT,
                    "resourceVersion", TEXT,
                    "creationTimestamp", TEXT,
                    "labels", TEXTS,
                    "annotations", TEXTS,
                    "finalizers", list(TEXT, ListType.SET, List.of()),
                    "ownerReferences", list(OWNER, ListType.MAP, List.of("uid")),
                    "managedFields", list(Schema.ANY, ListType.ATOMIC, List.of())));
    static final Schema CONFIG_MAP = struct(
            "io.k8s.api.core.v1.ConfigMap",
            Map.of("apiVersion", TEXT, "kind", TEXT, "metadata", METADATA, "data", TEXTS));
    private static final Schema PORT = struct(false, Map.of("containerPort", NUMBER, "protocol", TEXT, "name", TEXT));
    private static final Schema CONTAINER = struct(
            false,
            Map.of(
                    "name",
                    TEXT,
                    "image",
                    TEXT,
                    "args",
                    list(TEXT, ListType.ATOMIC, List.of()),
                    "ports",
                    new ListOf(() -> PORT, ListType.MAP, List.of("containerPort", "protocol"), tcp())));
    private static final Schema SPEC = struct(
            false,
            Map.of(
                    "replicas", NUMBER,
                    "selector", struct(true, Map.of("matchLabels", TEXTS)),
                    "strategy", struct(false, Map.of("type", TEXT, "surge", NUMBER)),
                    "free", Schema.ANY,
                    "containers", list(CONTAINER, ListType.MAP, List.of("name"))));
    static final Schema DEPLOYMENT = struct(
            "io.k8s.api.apps.v1.Deployment",
            Map.of("apiVersion", TEXT, "kind", TEXT, "metadata", METADATA, "spec", SPEC, "status", Schema.ANY));

    private Schemas() {}

    private static Map<String, JsonNode> tcp() {
        return Map.of("protocol", Json.parse("\"TCP\""));
    }

    static Schema list(Schema items, ListType type, List<String> keys) {
        return new ListOf(() -> items, type, keys, Map.of());
    }

    private static Schema struct(boolean atomic, Map<String, Schema> members) {
        return new Schema.Struct("", "", fields(members), atomic, false);
    }

    private static Schema struct(String name, Map<String, Schema> members) {
        return new Schema.Struct(name, "", fields(members), false, false);
    }

    private static Map<String, Field> fields(Map<String, Schema> members) {
        Map<String, Field> fields = new LinkedHashMap<>();
        members.forEach((name, schema) -> fields.put(
                name, new Field(name, "", () -> schema, false, false, PatchStrategy.DEFAULT, Optional.empty())));
        return fields;
    }
}
