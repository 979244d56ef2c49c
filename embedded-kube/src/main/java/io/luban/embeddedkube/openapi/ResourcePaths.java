package io.luban.embeddedkube.openapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.registry.ResourceType;
import io.luban.embeddedkube.registry.ResourceType.Subresource;
import io.luban.model.GroupVersionKind;
import io.luban.model.Json;
import java.util.List;

/** The paths of one resource with an operation for every verb it serves. */
final class ResourcePaths {
    private final ObjectNode paths;
    private final ResourceType type;
    private final Components components;
    private final String base;

    private ResourcePaths(ObjectNode paths, ResourceType type, Components components) {
        this.paths = paths;
        this.type = type;
        this.components = components;
        var kind = type.kind();
        base = (kind.group().isEmpty() ? "/api/" : "/apis/") + kind.apiVersion();
    }

    static void add(ObjectNode paths, ResourceType type, Components components) {
        new ResourcePaths(paths, type, components).add();
    }

    private void add() {
        var plural = type.names().plural();
        if (type.namespaced() && type.verbs().contains("list")) {
            var everywhere = paths.putObject(base + "/" + plural);
            operation(everywhere, "get", "list", "ForAllNamespaces");
        }
        var scope = type.namespaced() ? base + "/namespaces/{namespace}/" : base + "/";
        collection(scope + plural);
        item(scope + plural + "/{name}");
        for (var subresource : type.subresources()) {
            part(scope + plural + "/{name}/" + subresource.name(), subresource);
        }
    }

    private void collection(String path) {
        var json = Json.object();
        if (type.verbs().contains("list")) {
            operation(json, "get", "list", "");
        }
        if (type.verbs().contains("create")) {
            operation(json, "post", "create", "");
        }
        if (type.verbs().contains("deletecollection")) {
            operation(json, "delete", "deletecollection", "");
        }
        put(path, json, List.of());
    }

    private void item(String path) {
        var json = Json.object();
        var methods = List.of("get", "put", "patch", "delete");
        var verbs = List.of("get", "update", "patch", "delete");
        for (int i = 0; i < verbs.size(); i++) {
            if (type.verbs().contains(verbs.get(i))) {
                operation(json, methods.get(i), verbs.get(i), "");
            }
        }
        put(path, json, List.of("name"));
    }

    private void part(String path, Subresource subresource) {
        var kind = subresource.foreignKind().orElse(type.kind());
        var foreign = subresource.foreignKind().map(components::foreign).orElse("");
        var schema = subresource.foreignKind().isEmpty() ? components.object(type) : foreign;
        var json = Json.object();
        for (var verb : subresource.verbs()) {
            var method = Operation.method(verb);
            if (!method.isEmpty()) {
                json.set(method, Operation.of(verb, id(verb, subresource.name()), kind, schema, this.components, type));
            }
        }
        put(path, json, List.of("name"));
    }

    private void operation(ObjectNode path, String method, String verb, String suffix) {
        GroupVersionKind kind = type.kind();
        var schema = verb.equals("list") ? components.list(type) : components.object(type);
        path.set(method, Operation.of(verb, id(verb, suffix), kind, schema, components, type));
    }

    private void put(String path, ObjectNode operations, List<String> names) {
        if (operations.isEmpty()) {
            return;
        }
        var parameters = Json.array();
        if (type.namespaced()) {
            parameters.add(pathParameter("namespace", "namespace of the objects"));
        }
        names.forEach(name ->
                parameters.add(pathParameter(name, "name of the " + type.kind().kind())));
        if (!parameters.isEmpty()) {
            operations.set("parameters", parameters);
        }
        paths.set(path, operations);
    }

    private static ObjectNode pathParameter(String name, String description) {
        var json = Json.object().put("name", name).put("in", "path");
        json.put("description", description).put("required", true);
        json.putObject("schema").put("type", "string").put("uniqueItems", true);
        return json;
    }

    /** Unique within all documents: {@code patchAppsV1NamespacedDeploymentScale}. */
    private String id(String verb, String suffix) {
        var kind = type.kind();
        var group = kind.group().isEmpty() ? "core" : kind.group().replaceAll("\\.k8s\\.io$", "");
        var text = new StringBuilder(verb);
        for (var word : (group + "." + kind.version()).split("[.-]", -1)) {
            text.append(capital(word));
        }
        text.append(type.namespaced() && !suffix.equals("ForAllNamespaces") ? "Namespaced" : "");
        return text.append(kind.kind()).append(capital(suffix)).toString();
    }

    private static String capital(String word) {
        return word.isEmpty() ? "" : Character.toUpperCase(word.charAt(0)) + word.substring(1);
    }
}
