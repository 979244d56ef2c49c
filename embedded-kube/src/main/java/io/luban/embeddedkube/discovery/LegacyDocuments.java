package io.luban.embeddedkube.discovery;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.registry.ResourceType;
import io.luban.embeddedkube.registry.ResourceType.Subresource;
import io.luban.embeddedkube.registry.ResourceType.Trait;
import io.luban.model.GroupVersionKind;
import io.luban.model.Json;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The discovery documents of meta/v1: one for each group and group version. */
final class LegacyDocuments {
    private LegacyDocuments() {}

    /** {@code /api}. */
    static ObjectNode versions(String serverAddress) {
        var json = Json.object().put("kind", "APIVersions");
        json.putArray("versions").add("v1");
        json.putArray("serverAddressByClientCIDRs")
                .addObject()
                .put("clientCIDR", "0.0.0.0/0")
                .put("serverAddress", serverAddress);
        return json;
    }

    /** {@code /apis}. */
    static ObjectNode groupList(ServedGroups served) {
        var json = Json.object().put("kind", "APIGroupList").put("apiVersion", "v1");
        var groups = json.putArray("groups");
        served.versionsByGroup().forEach((group, versions) -> {
            if (!group.isEmpty()) {
                fillGroup(groups.addObject(), group, versions);
            }
        });
        return json;
    }

    /** Document of {@code /api/v1}, {@code /apis/{group}} or {@code /apis/{group}/{version}}, if that is served. */
    static Optional<ObjectNode> at(ServedGroups served, String path) {
        var parts = path.substring(1).split("/", -1);
        boolean isCore = parts[0].equals("api");
        var group = isCore ? "" : parts[1];
        var versions = served.versionsByGroup().getOrDefault(group, Map.of());
        if (versions.isEmpty() || (isCore ? parts.length != 2 : parts.length > 3) || (!isCore && group.isEmpty())) {
            return Optional.empty();
        }
        if (!isCore && parts.length == 2) {
            var json = Json.object().put("kind", "APIGroup").put("apiVersion", "v1");
            fillGroup(json, group, versions);
            return Optional.of(json);
        }
        var version = parts[parts.length - 1];
        return Optional.ofNullable(versions.get(version))
                .map(types -> resourceList(ServedGroups.groupVersion(group, version), types));
    }

    private static void fillGroup(ObjectNode json, String group, Map<String, List<ResourceType>> versions) {
        json.put("name", group);
        var list = json.putArray("versions");
        for (var version : versions.keySet()) {
            list.addObject().put("groupVersion", group + "/" + version).put("version", version);
        }
        json.set("preferredVersion", list.get(0));
    }

    private static ObjectNode resourceList(String groupVersion, List<ResourceType> types) {
        var json = Json.object().put("kind", "APIResourceList").put("apiVersion", "v1");
        json.put("groupVersion", groupVersion);
        var resources = json.putArray("resources");
        for (var type : types) {
            resources.add(resource(type));
            for (var subresource : type.subresources()) {
                resources.add(part(type, subresource));
            }
        }
        return json;
    }

    private static ObjectNode resource(ResourceType type) {
        var names = type.names();
        var json = Json.object()
                .put("name", names.plural())
                .put("singularName", names.singular())
                .put("namespaced", type.namespaced())
                .put("kind", names.kind());
        putList(json, "verbs", type.verbs());
        if (!names.shortNames().isEmpty()) {
            putList(json, "shortNames", names.shortNames());
        }
        if (!names.categories().isEmpty()) {
            putList(json, "categories", names.categories());
        }
        if (!type.has(Trait.VIRTUAL)) {
            var kind = type.kind();
            json.put("storageVersionHash", DiscoveryState.storageHash(kind.group(), kind.version(), kind.kind()));
        }
        return json;
    }

    private static ObjectNode part(ResourceType type, Subresource subresource) {
        var json = Json.object()
                .put("name", type.names().plural() + "/" + subresource.name())
                .put("singularName", "")
                .put("namespaced", type.namespaced());
        GroupVersionKind kind = subresource.foreignKind().orElse(type.kind());
        if (subresource.foreignKind().isPresent()) {
            json.put("group", kind.group()).put("version", kind.version());
        }
        json.put("kind", kind.kind());
        putList(json, "verbs", subresource.verbs());
        return json;
    }

    static void putList(ObjectNode json, String name, List<String> values) {
        var list = json.putArray(name);
        values.forEach(list::add);
    }
}
