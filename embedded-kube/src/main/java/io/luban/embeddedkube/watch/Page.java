package io.luban.embeddedkube.watch;

import io.luban.embeddedkube.store.Snapshot;
import io.luban.embeddedkube.store.StoredObject;
import java.util.ArrayList;
import java.util.List;

/**
 * The objects of one answer to a list.
 *
 * @param more whether further objects are selected
 */
record Page(Snapshot snapshot, List<StoredObject> objects, boolean more) {
    /** At most {@code limit} objects, all when it is 0. */
    static Page of(Snapshot snapshot, Iterable<StoredObject> selected, long limit) {
        var objects = new ArrayList<StoredObject>();
        for (var object : selected) {
            if (limit > 0 && objects.size() == limit) {
                return new Page(snapshot, objects, true);
            }
            objects.add(object);
        }
        return new Page(snapshot, objects, false);
    }

    /** How many objects of the namespace ({@code ""} for all) follow the page. */
    int remaining(String namespace) {
        var last = objects.getLast().key();
        int before = snapshot.rank(last.namespace(), last.name()) + 1;
        return namespace.isEmpty()
                ? snapshot.size() - before
                : snapshot.rank(namespace, "") + snapshot.size(namespace) - before;
    }
}
