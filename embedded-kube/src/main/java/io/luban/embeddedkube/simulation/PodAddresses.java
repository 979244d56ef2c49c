package io.luban.embeddedkube.simulation;

import io.luban.embeddedkube.network.AddressRange;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.store.Store;
import io.luban.embeddedkube.tree.Trees;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/** Which pod has which address; one goes round the whole range before it is given again. One lock guards everything. */
final class PodAddresses {
    private final ReentrantLock lock = new ReentrantLock();
    private final AddressRange range;
    private final Map<ObjectKey, String> held = new HashMap<>();
    private final Set<String> used = new HashSet<>();
    private long last;

    PodAddresses(Store store, String cidr) {
        this.range = AddressRange.parse(cidr);
        for (var pod : store.snapshot(Kinds.PODS).all()) {
            var address = Trees.text(pod.tree(), "status", "podIP");
            if (!address.isEmpty()) {
                held.put(pod.key(), address);
                used.add(address);
                long offset =
                        Integer.toUnsignedLong(AddressRange.address(address)) - Integer.toUnsignedLong(range.base());
                last = offset > 0 && offset < range.size() ? Math.max(last, offset) : last;
            }
        }
    }

    /** The address of the pod, a new one when it has none. */
    String take(ObjectKey pod) {
        lock.lock();
        try {
            var known = held.get(pod);
            if (known != null) {
                return known;
            }
            for (long i = 1; i < range.size() - 1; i++) {
                long offset = 1 + Math.floorMod(last + i - 1, range.size() - 2);
                var address = range.at(offset);
                if (used.add(address)) {
                    last = offset;
                    held.put(pod, address);
                    return address;
                }
            }
            throw new IllegalStateException("every address for pods is taken; widen kube.simulation.podCidr");
        } finally {
            lock.unlock();
        }
    }

    void release(ObjectKey pod) {
        lock.lock();
        try {
            var address = held.remove(pod);
            if (address != null) {
                used.remove(address);
            }
        } finally {
            lock.unlock();
        }
    }
}
