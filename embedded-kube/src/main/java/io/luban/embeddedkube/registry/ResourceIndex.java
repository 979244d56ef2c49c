package io.luban.embeddedkube.registry;

import io.luban.model.GroupResource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Immutable look-up tables over a list of resources in discovery order. */
record ResourceIndex(List<ResourceType> all, Map<Key, ResourceType> byPlural, Map<Key, ResourceType> byKind) {
    /** Group, version, and plural name or kind. */
    record Key(String group, String version, String name) {}

    static ResourceIndex of(List<ResourceType> types) {
        var byPlural = new HashMap<Key, ResourceType>();
        var byKind = new HashMap<Key, ResourceType>();
        for (var type : types) {
            var kind = type.kind();
            byPlural.putIfAbsent(
                    new Key(kind.group(), kind.version(), type.names().plural()), type);
            byKind.putIfAbsent(new Key(kind.group(), kind.version(), kind.kind()), type);
        }
        return new ResourceIndex(List.copyOf(types), Map.copyOf(byPlural), Map.copyOf(byKind));
    }

    Optional<ResourceType> find(String group, String version, String plural) {
        return Optional.ofNullable(byPlural.get(new Key(group, version, plural)));
    }

    Optional<ResourceType> findKind(String group, String version, String kind) {
        return Optional.ofNullable(byKind.get(new Key(group, version, kind)));
    }

    /** The first version in discovery order. */
    Optional<ResourceType> preferred(GroupResource resource) {
        return all.stream().filter(type -> type.resource().equals(resource)).findFirst();
    }
}
