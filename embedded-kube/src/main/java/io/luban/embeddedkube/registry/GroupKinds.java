package io.luban.embeddedkube.registry;

import io.luban.embeddedkube.schema.SchemaLibrary;
import io.luban.model.GroupVersionKind;
import java.util.ArrayList;
import java.util.List;

/** Collects the kinds of one group-version. */
final class GroupKinds {
    private final String group;
    private final String version;
    private final List<KindBuilder> kinds = new ArrayList<>();

    GroupKinds(String group, String version) {
        this.group = group;
        this.version = version;
    }

    KindBuilder kind(String plural, String kind) {
        var builder = new KindBuilder(new GroupVersionKind(group, version, kind), plural);
        kinds.add(builder);
        return builder;
    }

    List<ResourceType> build(SchemaLibrary library) {
        return kinds.stream().map(kind -> kind.build(library)).toList();
    }
}
