package io.luban.embeddedkube.store;

import io.luban.model.GroupResource;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * What a database held when it was read.
 *
 * @param objects by resource, unsorted
 * @param events retained history in revision order
 * @param floors newest revision of which events may be missing, by resource
 * @param floor the same for every resource
 * @param revision newest revision of all
 * @param orphans rows of large values that nothing refers to
 */
record LoadedStore(
        Map<GroupResource, List<StoredObject>> objects,
        List<TimedEvent> events,
        Map<GroupResource, Long> floors,
        long floor,
        long revision,
        Collection<Long> orphans) {
    /** An event and the second it happened in. */
    record TimedEvent(Event event, long seconds) {}
}
