package io.luban.embeddedkube.registry;

import io.luban.model.GroupResource;
import java.util.List;
import java.util.Optional;

/** The resources that are served right now; built-in ones first, custom ones as their definitions come and go. */
public interface Registry {
    /** The resource served under group ({@code ""} for core), version and plural name. */
    Optional<ResourceType> find(String group, String version, String plural);

    /** The preferred version of a resource. */
    Optional<ResourceType> preferred(GroupResource resource);

    /** The type a kind is served as. */
    Optional<ResourceType> findKind(String group, String version, String kind);

    /** Every served resource version, groups in discovery order. */
    List<ResourceType> all();

    /** Grows by one whenever the answer of {@link #all()} changes; discovery and OpenAPI are cached under it. */
    long generation();
}
