package io.luban.embeddedkube.registry;

import io.luban.embeddedkube.schema.SchemaLibrary;
import io.luban.model.GroupResource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The built-in resources; never changes. */
public final class BuiltInRegistry implements Registry {
    private final ResourceIndex index;

    private BuiltInRegistry(ResourceIndex index) {
        this.index = index;
    }

    /** Every built-in resource, with structures from the library. */
    public static BuiltInRegistry of(SchemaLibrary library) {
        var types = new ArrayList<ResourceType>();
        // The order in which groups are listed decides which group a bare resource name means to kubectl.
        Stream.of(
                        CoreKinds.core(),
                        AccessKinds.registration(),
                        WorkloadKinds.apps(),
                        ClusterKinds.events(),
                        AccessKinds.authentication(),
                        AccessKinds.authorization(),
                        WorkloadKinds.autoscalingV2(),
                        WorkloadKinds.autoscalingV1(),
                        WorkloadKinds.batch(),
                        AccessKinds.certificates(),
                        ClusterKinds.networking(),
                        WorkloadKinds.policy(),
                        AccessKinds.rbac(),
                        ClusterKinds.storage(),
                        AccessKinds.admission(),
                        AccessKinds.extensions(),
                        ClusterKinds.scheduling(),
                        ClusterKinds.coordination(),
                        ClusterKinds.node(),
                        ClusterKinds.discovery(),
                        ClusterKinds.flowControl())
                .map(kinds -> kinds.build(library))
                .forEach(types::addAll);
        return new BuiltInRegistry(ResourceIndex.of(types));
    }

    @Override
    public Optional<ResourceType> find(String group, String version, String plural) {
        return index.find(group, version, plural);
    }

    @Override
    public Optional<ResourceType> preferred(GroupResource resource) {
        return index.preferred(resource);
    }

    @Override
    public Optional<ResourceType> findKind(String group, String version, String kind) {
        return index.findKind(group, version, kind);
    }

    @Override
    public List<ResourceType> all() {
        return index.all();
    }

    @Override
    public long generation() {
        return 0;
    }
}
