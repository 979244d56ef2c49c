package io.luban.embeddedkube.registry;

import io.luban.model.GroupResource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Built-in resources followed by custom ones. Readers see one immutable state at a time; replacing the custom resources
 * publishes a new state. Safe for use from any thread.
 */
public final class MutableRegistry implements Registry {
    private static final Comparator<ResourceType> BY_GROUP =
            Comparator.comparing(type -> type.kind().group());

    private final List<ResourceType> builtIn;
    private final ReentrantLock replacing = new ReentrantLock();
    private volatile State state;

    private record State(long generation, ResourceIndex index) {}

    /** A registry without custom resources. */
    public MutableRegistry(Registry builtIn) {
        this.builtIn = builtIn.all();
        this.state = new State(1, ResourceIndex.of(this.builtIn));
    }

    /**
     * Replaces all custom resources. Within a group their order is kept, so versions come in the order of preference;
     * groups are sorted. A built-in resource wins over a custom one of the same group, version and name.
     */
    public void replaceCustom(List<ResourceType> custom) {
        var types = new ArrayList<>(builtIn);
        custom.stream().sorted(BY_GROUP).forEach(types::add);
        var index = ResourceIndex.of(types);
        replacing.lock();
        try {
            state = new State(state.generation() + 1, index);
        } finally {
            replacing.unlock();
        }
    }

    @Override
    public Optional<ResourceType> find(String group, String version, String plural) {
        return state.index().find(group, version, plural);
    }

    @Override
    public Optional<ResourceType> preferred(GroupResource resource) {
        return state.index().preferred(resource);
    }

    @Override
    public Optional<ResourceType> findKind(String group, String version, String kind) {
        return state.index().findKind(group, version, kind);
    }

    @Override
    public List<ResourceType> all() {
        return state.index().all();
    }

    @Override
    public long generation() {
        return state.generation();
    }
}
