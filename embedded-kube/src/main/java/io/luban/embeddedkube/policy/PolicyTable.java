package io.luban.embeddedkube.policy;

import io.luban.embeddedkube.store.Event;
import io.luban.embeddedkube.store.Store;
import io.luban.model.GroupResource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/** The policies that have bindings, by name, kept current by the commit stream. */
final class PolicyTable implements AutoCloseable {
    static final GroupResource POLICIES =
            new GroupResource("admissionregistration.k8s.io", "validatingadmissionpolicies");
    static final GroupResource BINDINGS =
            new GroupResource("admissionregistration.k8s.io", "validatingadmissionpolicybindings");

    private final Store store;
    private final Store.Subscription subscription;
    private final ReentrantLock reading = new ReentrantLock();
    private volatile List<Policy> policies = List.of();

    PolicyTable(Store store) {
        this.store = store;
        this.subscription = store.watchAll(this::observe);
        read();
    }

    /** Those that are in force. */
    List<Policy> all() {
        return policies;
    }

    private void observe(Event event) {
        var resource = event.object().key().resource();
        if (resource.equals(POLICIES) || resource.equals(BINDINGS)) {
            read();
        }
    }

    private void read() {
        reading.lock();
        try {
            var bindings = new LinkedHashMap<String, List<PolicyBinding>>();
            store.snapshot(BINDINGS).all().forEach(stored -> {
                var binding = PolicyBinding.of(stored.tree());
                bindings.computeIfAbsent(binding.policy(), first -> new ArrayList<>())
                        .add(binding);
            });
            var current = new ArrayList<Policy>();
            store.snapshot(POLICIES).all().forEach(stored -> {
                var bound = bindings.get(stored.key().name());
                if (bound != null) {
                    current.add(new Policy(stored.tree(), bound));
                }
            });
            policies = List.copyOf(current);
        } finally {
            reading.unlock();
        }
    }

    @Override
    public void close() {
        subscription.close();
    }
}
