package io.luban.embeddedkube.store;

import java.util.List;
import java.util.Map;

/**
 * What selectors, garbage collection and preconditions ask of an object without parsing it.
 *
 * @param ownerUids the uids of {@code metadata.ownerReferences}
 * @param isTerminating whether there is a {@code metadata.deletionTimestamp}
 */
public record StoredMetadata(String uid, Map<String, String> labels, List<String> ownerUids, boolean isTerminating) {}
