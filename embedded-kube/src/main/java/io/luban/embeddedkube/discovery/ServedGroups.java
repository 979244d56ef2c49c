package io.luban.embeddedkube.discovery;

import io.luban.embeddedkube.registry.ResourceType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The served resources by group and version: groups and versions in order of preference, resources by name. */
record ServedGroups(Map<String, Map<String, List<ResourceType>>> versionsByGroup) {
    static ServedGroups of(List<ResourceType> types) {
        var groups = new LinkedHashMap<String, Map<String, List<ResourceType>>>();
        for (var type : types) {
            groups.computeIfAbsent(type.kind().group(), group -> new LinkedHashMap<>())
                    .computeIfAbsent(type.kind().version(), version -> new ArrayList<>())
                    .add(type);
        }
        var byName = Comparator.comparing((ResourceType type) -> type.names().plural());
        groups.values().forEach(versions -> versions.values().forEach(list -> list.sort(byName)));
        return new ServedGroups(groups);
    }

    /** {@code v1} or {@code apps/v1}. */
    static String groupVersion(String group, String version) {
        return group.isEmpty() ? version : group + "/" + version;
    }
}
