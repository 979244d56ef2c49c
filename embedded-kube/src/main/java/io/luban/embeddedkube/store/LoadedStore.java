package io.luban.embeddedkube.store;

import io.luban.model.GroupResource;
import java.util.List;
import java.util.Map;

/**
 * What a database held when it was read.
 *
 * @param objects by resource, unsorted
 * @param events retained history in revision order
 * @param floors newest revision of which events may be missing, by resource
 * @param revision newest revision of all
 * @param tokenKey secret made with the database
 */
record LoadedStore(
        Map<GroupResource, List<StoredObject>> objects,
        List<Event> events,
        Map<GroupResource, Long> floors,
        long revision,
        byte[] tokenKey) {}
