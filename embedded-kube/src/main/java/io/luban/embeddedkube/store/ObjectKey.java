package io.luban.embeddedkube.store;

import io.luban.model.GroupResource;

/** Where an object is kept; {@code namespace} is empty for cluster-scoped ones. Sorted by the bytes of {@code namespace/name}. */
public record ObjectKey(GroupResource resource, String namespace, String name) {}
