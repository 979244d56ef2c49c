package io.luban.embeddedkube.openapi;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.registry.ResourceType;
import io.luban.model.GroupVersionKind;
import io.luban.model.Json;
import java.util.List;

/** What one verb takes and answers. */
final class Operation {
    private static final List<String> WRITE = List.of("dryRun", "fieldManager", "fieldValidation");
    private static final List<String> LIST = List.of(
            "allowWatchBookmarks?",
            "continue",
            "fieldSelector",
            "labelSelector",
            "limit#",
            "resourceVersion",
            "resourceVersionMatch",
            "sendInitialEvents?",
            "timeoutSeconds#",
            "watch?");
    private static final List<String> DELETE = List.of("dryRun", "gracePeriodSeconds#", "propagationPolicy");

    private Operation() {}

    /** HTTP method of a verb, empty when it has none of its own (connect, watch). */
    static String method(String verb) {
        return switch (verb) {
            case "get", "list" -> "get";
            case "create" -> "post";
            case "update" -> "put";
            case "patch" -> "patch";
            case "delete", "deletecollection" -> "delete";
            default -> "";
        };
    }

    static ObjectNode of(
            String verb, String id, GroupVersionKind kind, String schema, Components components, ResourceType type) {
        var json = Json.object().put("description", verb + " " + kind.kind()).put("operationId", id);
        json.putArray("tags").add(tag(type.kind()));
        json.put("x-kubernetes-action", verb.equals("create") ? "post" : verb.equals("update") ? "put" : verb);
        json.set("x-kubernetes-group-version-kind", Components.kind(kind));
        json.set("parameters", parameters(verb));
        body(json, verb, schema, components, type);
        var responses = json.putObject("responses");
        boolean answersStatus = verb.startsWith("delete");
        answer(responses, verb.equals("create") ? "201" : "200", answersStatus ? components.meta("Status") : schema);
        responses.putObject("401").put("description", "Unauthorized");
        return json;
    }

    private static void body(ObjectNode json, String verb, String schema, Components components, ResourceType type) {
        switch (verb) {
            case "create", "update" -> {
                if (!schema.isEmpty()) {
                    content(json.putObject("requestBody").put("required", true), "application/json", schema);
                }
            }
            case "patch" -> {
                var body = json.putObject("requestBody").put("required", true);
                var patch = components.patch();
                content(body, "application/apply-patch+yaml", patch);
                content(body, "application/json-patch+json", patch);
                content(body, "application/merge-patch+json", patch);
                if (!type.custom()) {
                    // kubectl builds strategic patches for the kinds that list this form, and only for those.
                    content(body, "application/strategic-merge-patch+json", patch);
                }
            }
            case "delete", "deletecollection" ->
                content(json.putObject("requestBody"), "application/json", components.meta("DeleteOptions"));
            default -> {
                // Reads have no body.
            }
        }
    }

    private static ArrayNode parameters(String verb) {
        var json = Json.array();
        switch (verb) {
            case "create", "update" -> WRITE.forEach(name -> json.add(parameter(name)));
            case "patch" -> {
                WRITE.forEach(name -> json.add(parameter(name)));
                json.add(parameter("force?"));
            }
            case "list" -> LIST.forEach(name -> json.add(parameter(name)));
            case "delete" -> DELETE.forEach(name -> json.add(parameter(name)));
            case "deletecollection" -> {
                json.add(parameter("fieldSelector"));
                json.add(parameter("labelSelector"));
                DELETE.forEach(name -> json.add(parameter(name)));
            }
            default -> {
                // A get is by name alone.
            }
        }
        return json;
    }

    /** {@code #} behind a name means integer, {@code ?} boolean. */
    private static ObjectNode parameter(String name) {
        var type = name.endsWith("#") ? "integer" : name.endsWith("?") ? "boolean" : "string";
        var plain = type.equals("string") ? name : name.substring(0, name.length() - 1);
        var json = Json.object().put("name", plain).put("in", "query");
        json.putObject("schema").put("type", type).put("uniqueItems", true);
        return json;
    }

    private static void answer(ObjectNode responses, String code, String schema) {
        var response = responses.putObject(code).put("description", "OK");
        if (!schema.isEmpty()) {
            content(response, "application/json", schema);
        }
    }

    private static void content(ObjectNode holder, String mediaType, String schema) {
        holder.withObject("/content").putObject(mediaType).set("schema", Components.reference(schema));
    }

    private static String tag(GroupVersionKind kind) {
        var group = kind.group().isEmpty() ? "core" : kind.group().replaceAll("\\.k8s\\.io$", "");
        return group.replace('.', '_') + "_" + kind.version();
    }
}
