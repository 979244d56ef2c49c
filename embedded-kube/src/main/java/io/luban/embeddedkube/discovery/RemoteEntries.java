package io.luban.embeddedkube.discovery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.discovery.RemoteGroups.RemoteGroup;
import io.luban.model.Json;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Adds the groups of other servers to the documents of this one, in their places. */
final class RemoteEntries {
    private static final Comparator<RemoteGroup> ORDER = Comparator.comparingInt(RemoteGroup::groupPriority)
            .reversed()
            .thenComparing(RemoteGroup::group)
            .thenComparing(Comparator.comparingInt(RemoteGroup::versionPriority).reversed())
            .thenComparing(RemoteGroup::version);

    private final List<RemoteGroup> groups;

    RemoteEntries(List<RemoteGroup> groups) {
        this.groups = groups.stream().sorted(ORDER).toList();
    }

    /** Into the items of aggregated discovery. */
    void addToItems(ArrayNode items) {
        for (var remote : groups) {
            var item = find(
                    items, remote, entry -> entry.path("metadata").path("name").asText());
            var metadata = Json.object().put("name", remote.group()).putNull("creationTimestamp");
            item.putIfAbsent("metadata", metadata);
            var version = item.withArray("/versions").addObject().put("version", remote.version());
            if (remote.fresh()) {
                version.set("resources", resources(remote));
            }
            version.put("freshness", remote.fresh() ? "Current" : "Stale");
        }
    }

    /** Into the groups of the older list. */
    void addToGroups(ArrayNode list) {
        for (var remote : groups) {
            fill(find(list, remote, entry -> entry.path("name").asText()), remote);
        }
    }

    /** The older document of one group, where only other servers serve it. */
    Optional<ObjectNode> group(String name) {
        var json = Json.object().put("kind", "APIGroup").put("apiVersion", "v1");
        groups.stream().filter(remote -> remote.group().equals(name)).forEach(remote -> fill(json, remote));
        return json.has("versions") ? Optional.of(json) : Optional.empty();
    }

    private static void fill(ObjectNode json, RemoteGroup remote) {
        json.put("name", remote.group());
        var version = json.withArray("/versions")
                .addObject()
                .put("groupVersion", remote.group() + "/" + remote.version())
                .put("version", remote.version());
        json.putIfAbsent("preferredVersion", version);
    }

    private interface Name {
        String of(JsonNode entry);
    }

    private static ObjectNode find(ArrayNode list, RemoteGroup remote, Name name) {
        int at = 0;
        for (var entry : list) {
            var known = name.of(entry);
            if (known.equals(remote.group())) {
                return (ObjectNode) entry;
            }
            if (GroupPriority.of(known) >= remote.groupPriority()) {
                at++;
            }
        }
        return list.insertObject(at);
    }

    private static ArrayNode resources(RemoteGroup remote) {
        var byName = new LinkedHashMap<String, ObjectNode>();
        for (var entry : remote.resources()) {
            var name = entry.path("name").asText();
            if (!name.contains("/")) {
                byName.put(name, resource(remote, entry, name));
            }
        }
        for (var entry : remote.resources()) {
            addPart(byName, remote, entry);
        }
        var list = Json.array();
        byName.values().forEach(list::add);
        return list;
    }

    private static void addPart(Map<String, ObjectNode> byName, RemoteGroup remote, JsonNode entry) {
        var name = entry.path("name").asText();
        int slash = name.indexOf('/');
        var parent = slash < 0 ? null : byName.get(name.substring(0, slash));
        if (parent != null) {
            var part = parent.withArray("/subresources").addObject().put("subresource", name.substring(slash + 1));
            part.set("responseKind", kind(remote, entry));
            copy(entry, part, "verbs");
        }
    }

    private static ObjectNode resource(RemoteGroup remote, JsonNode entry, String name) {
        var json = Json.object().put("resource", name);
        json.set("responseKind", kind(remote, entry));
        json.put("scope", entry.path("namespaced").asBoolean() ? "Namespaced" : "Cluster")
                .put("singularResource", entry.path("singularName").asText());
        copy(entry, json, "verbs");
        copy(entry, json, "shortNames");
        copy(entry, json, "categories");
        return json;
    }

    private static void copy(JsonNode from, ObjectNode to, String member) {
        if (from.path(member).isArray()) {
            to.set(member, from.path(member));
        }
    }

    private static ObjectNode kind(RemoteGroup remote, JsonNode entry) {
        return Json.object()
                .put("group", entry.path("group").asText(remote.group()))
                .put("version", entry.path("version").asText(remote.version()))
                .put("kind", entry.path("kind").asText());
    }
}
