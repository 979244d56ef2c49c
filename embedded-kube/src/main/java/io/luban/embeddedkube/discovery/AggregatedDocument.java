package io.luban.embeddedkube.discovery;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.registry.ResourceType;
import io.luban.embeddedkube.registry.ResourceType.Subresource;
import io.luban.model.GroupVersionKind;
import io.luban.model.Json;
import java.util.List;
import java.util.Map;

/** Discovery of all groups in one document (apidiscovery.k8s.io APIGroupDiscoveryList). */
final class AggregatedDocument {
    private AggregatedDocument() {}

    /** The document of {@code /api} or {@code /apis} in a version of its own. */
    static ObjectNode of(ServedGroups served, boolean isCore, String version) {
        var json =
                Json.object().put("kind", "APIGroupDiscoveryList").put("apiVersion", "apidiscovery.k8s.io/" + version);
        json.putObject("metadata");
        var items = json.putArray("items");
        served.versionsByGroup().forEach((group, versions) -> {
            if (group.isEmpty() == isCore) {
                items.add(group(group, versions));
            }
        });
        return json;
    }

    private static ObjectNode group(String name, Map<String, List<ResourceType>> versions) {
        var json = Json.object();
        var metadata = json.putObject("metadata");
        if (!name.isEmpty()) {
            metadata.put("name", name);
        }
        metadata.putNull("creationTimestamp");
        var list = json.putArray("versions");
        versions.forEach((version, types) -> {
            var entry = list.addObject().put("version", version);
            var resources = entry.putArray("resources");
            types.forEach(type -> resources.add(resource(type)));
            entry.put("freshness", "Current");
        });
        return json;
    }

    private static ObjectNode resource(ResourceType type) {
        var names = type.names();
        var json = Json.object().put("resource", names.plural());
        json.set("responseKind", kind(type.kind()));
        json.put("scope", type.namespaced() ? "Namespaced" : "Cluster").put("singularResource", names.singular());
        LegacyDocuments.putList(json, "verbs", type.verbs());
        if (!names.shortNames().isEmpty()) {
            LegacyDocuments.putList(json, "shortNames", names.shortNames());
        }
        if (!names.categories().isEmpty()) {
            LegacyDocuments.putList(json, "categories", names.categories());
        }
        if (!type.subresources().isEmpty()) {
            var parts = json.putArray("subresources");
            type.subresources().forEach(part -> parts.add(part(type, part)));
        }
        return json;
    }

    private static ObjectNode part(ResourceType type, Subresource subresource) {
        var json = Json.object().put("subresource", subresource.name());
        json.set("responseKind", kind(subresource.foreignKind().orElse(type.kind())));
        LegacyDocuments.putList(json, "verbs", subresource.verbs());
        return json;
    }

    private static ObjectNode kind(GroupVersionKind kind) {
        return Json.object()
                .put("group", kind.group())
                .put("version", kind.version())
                .put("kind", kind.kind());
    }
}
