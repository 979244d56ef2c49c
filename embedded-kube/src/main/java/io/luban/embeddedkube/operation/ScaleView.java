package io.luban.embeddedkube.operation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.registry.ResourceType;
import io.luban.embeddedkube.registry.ResourceType.ScalePaths;
import io.luban.model.ApiException;
import io.luban.model.Json;
import io.luban.model.StatusCause;
import java.util.ArrayList;
import java.util.List;

/** The {@code autoscaling/v1 Scale} through which replicas are read and written without knowing the kind. */
final class ScaleView {
    private static final List<String> SHARED_METADATA =
            List.of("name", "namespace", "uid", "resourceVersion", "creationTimestamp");

    private ScaleView() {}

    /** The scale of an object; replicas that were never set count as 0. */
    static ObjectNode of(ResourceType type, ObjectNode object) {
        var paths = paths(type);
        var scale = Json.object().put("kind", "Scale").put("apiVersion", "autoscaling/v1");
        var metadata = Metadata.of(scale);
        for (var member : SHARED_METADATA) {
            metadata.takeFrom(Metadata.of(object), member);
        }
        var spec = scale.putObject("spec");
        int replicas = at(object, paths.specReplicas()).asInt(0);
        if (replicas != 0 || type.custom()) {
            spec.put("replicas", replicas);
        }
        var status = scale.putObject("status");
        status.put("replicas", at(object, paths.statusReplicas()).asInt(0));
        var selector = selector(type, object, paths);
        if (!selector.isEmpty()) {
            status.put("selector", selector);
        }
        return scale;
    }

    /** Writes {@code spec.replicas} of a scale into an object, in place. */
    static void write(ResourceType type, ObjectNode scale, ObjectNode object) {
        var replicas = scale.path("spec").path("replicas").asLong(0);
        if (replicas < 0) {
            var cause = StatusCause.invalid(
                    "spec.replicas", scale.path("spec").path("replicas"), "must be greater than or equal to 0");
            throw ApiException.invalid(
                    "autoscaling", "Scale", Metadata.of(object).name(), List.of(cause));
        }
        put(object, paths(type).specReplicas(), replicas);
    }

    /** What a server-side apply of a scale says about the object itself. */
    static ObjectNode applied(ResourceType type, ObjectNode scale) {
        var version = scale.path("apiVersion").asText();
        var kind = scale.path("kind").asText();
        if (!version.equals("autoscaling/v1") || !kind.equals("Scale")) {
            throw ApiException.badRequest(
                    "invalid object type: the applied object is a %s of \"%s\", that of the endpoint a Scale of \"autoscaling/v1\""
                            .formatted(kind, version));
        }
        var object = Json.object()
                .put("apiVersion", type.kind().apiVersion())
                .put("kind", type.kind().kind());
        var metadata = Metadata.of(object);
        for (var member : List.of("name", "namespace", "uid", "resourceVersion", "managedFields")) {
            metadata.takeFrom(Metadata.of(scale), member);
        }
        if (scale.path("spec").has("replicas")) {
            write(type, scale, object);
        }
        return object;
    }

    private static ScalePaths paths(ResourceType type) {
        return type.subresource("scale")
                .flatMap(ResourceType.Subresource::scale)
                .orElseThrow(ApiException::noSuchResource);
    }

    private static JsonNode at(ObjectNode object, String path) {
        JsonNode node = object;
        for (var member : path.split("\\.", -1)) {
            node = node.path(member);
        }
        return node;
    }

    private static void put(ObjectNode object, String path, long value) {
        var node = object;
        var members = path.split("\\.", -1);
        for (int i = 0; i < members.length - 1; i++) {
            node = node.withObjectProperty(members[i]);
        }
        node.put(members[members.length - 1], value);
    }

    private static String selector(ResourceType type, ObjectNode object, ScalePaths paths) {
        if (type.custom()) {
            return paths.labelSelector().isEmpty()
                    ? ""
                    : at(object, paths.labelSelector()).asText("");
        }
        var selector = object.path("spec").path("selector");
        var terms = new ArrayList<String>();
        var labels = selector.has("matchLabels") || selector.has("matchExpressions")
                ? selector.path("matchLabels")
                : selector;
        labels.properties()
                .forEach(label ->
                        terms.add(label.getKey() + "=" + label.getValue().asText()));
        selector.path("matchExpressions").forEach(expression -> terms.add(term(expression)));
        terms.sort(null);
        return String.join(",", terms);
    }

    private static String term(JsonNode expression) {
        var key = expression.path("key").asText();
        var values = new ArrayList<String>();
        expression.path("values").forEach(value -> values.add(value.asText()));
        values.sort(null);
        var list = " (" + String.join(",", values) + ")";
        return switch (expression.path("operator").asText()) {
            case "In" -> key + " in" + list;
            case "NotIn" -> key + " notin" + list;
            case "DoesNotExist" -> "!" + key;
            default -> key;
        };
    }
}
