package io.luban.embeddedkube.controller;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.embeddedkube.store.Event;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.store.Store;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.GroupResource;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongFunction;

/**
 * Which cluster IPs and node ports Services hold, following the commit stream. What was handed out for a write that is
 * still under way is remembered until that write ends, and for a minute at most, so that two writers never get the same;
 * one lock guards everything.
 */
final class AddressBook implements AutoCloseable {
    static final GroupResource SERVICES = new GroupResource("", "services");

    private static final Duration UNDER_WAY = Duration.ofMinutes(1);

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, ObjectKey> holders = new HashMap<>();
    private final Map<ObjectKey, Set<String>> held = new HashMap<>();
    private final Map<String, Promise> promised = new HashMap<>();
    private final Clock clock;
    private final Store.Subscription subscription;

    /** What a Service was promised, by which of the writes that are under way. */
    private record Promise(ObjectKey to, Set<Object> writes, Instant until) {}

    /** A write of a Service that takes something; {@code write} is known again by its identity. */
    record Claim(ObjectKey service, Object write) {}

    AddressBook(Store store, Clock clock) {
        this.clock = clock;
        subscription = store.watchAll(this::observe);
        store.snapshot(SERVICES).all().forEach(service -> note(service.key(), itemsOf(service.tree())));
    }

    /** Takes one item for a Service; false when another one holds it. */
    boolean take(String item, Claim claim) {
        lock.lock();
        try {
            return isFree(item, claim.service()) && promise(item, claim);
        } finally {
            lock.unlock();
        }
    }

    /** Takes the first free of {@code count} items, beginning with number {@code first}. */
    Optional<String> takeAny(LongFunction<String> items, long count, long first, Claim claim) {
        lock.lock();
        try {
            for (long i = 0; i < count; i++) {
                var item = items.apply((first + i) % count);
                if (isFree(item, claim.service()) && promise(item, claim)) {
                    return Optional.of(item);
                }
            }
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /** The write of the Service has ended, well or not; what the Service holds is known from the store. */
    void settle(Claim claim) {
        lock.lock();
        try {
            promised.values()
                    .removeIf(promise -> promise.writes().remove(claim.write())
                            && promise.writes().isEmpty());
        } finally {
            lock.unlock();
        }
    }

    static String port(long number) {
        return "port " + number;
    }

    private boolean isFree(String item, ObjectKey service) {
        var holder = holders.get(item);
        var promise = promised.get(item);
        return (holder == null || holder.equals(service))
                && (promise == null
                        || promise.to().equals(service)
                        || promise.until().isBefore(clock.instant()));
    }

    private boolean promise(String item, Claim claim) {
        var before = promised.get(item);
        var writes = before != null && before.to().equals(claim.service())
                ? before.writes()
                : Collections.newSetFromMap(new IdentityHashMap<Object, Boolean>());
        writes.add(claim.write());
        promised.put(item, new Promise(claim.service(), writes, clock.instant().plus(UNDER_WAY)));
        return true;
    }

    private void observe(Event event) {
        var key = event.object().key();
        if (key.resource().equals(SERVICES)) {
            var isGone = event.type() == Event.Type.DELETED;
            note(key, isGone ? Set.of() : itemsOf(event.object().tree()));
        }
    }

    private void note(ObjectKey service, Set<String> items) {
        lock.lock();
        try {
            held.getOrDefault(service, Set.of()).forEach(item -> holders.remove(item, service));
            if (items.isEmpty()) {
                held.remove(service);
            } else {
                held.put(service, items);
                items.forEach(item -> holders.put(item, service));
            }
        } finally {
            lock.unlock();
        }
    }

    private static Set<String> itemsOf(JsonNode service) {
        var items = new HashSet<String>();
        var address = Trees.text(service, "spec", "clusterIP");
        if (!address.isEmpty() && !address.equals("None")) {
            items.add(address);
        }
        for (var port : Trees.at(service, "spec", "ports")) {
            if (port.path("nodePort").asInt() > 0) {
                items.add(port(port.path("nodePort").asInt()));
            }
        }
        if (Trees.at(service, "spec", "healthCheckNodePort").asInt() > 0) {
            items.add(port(Trees.at(service, "spec", "healthCheckNodePort").asInt()));
        }
        return items;
    }

    @Override
    public void close() {
        subscription.close();
    }
}
