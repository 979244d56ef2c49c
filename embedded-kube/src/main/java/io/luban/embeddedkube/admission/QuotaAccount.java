package io.luban.embeddedkube.admission;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.embeddedkube.store.Event;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.store.Store;
import io.luban.embeddedkube.store.StoredObject;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.GroupResource;
import io.luban.model.Quantity;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.BinaryOperator;

/**
 * What one ResourceQuota limits, and what is used of it. It is counted once, by {@link #count}; afterwards every change of
 * an object is a difference. The lock of the {@link QuotaLedger} guards everything but the counting, during which changes
 * are put by.
 */
final class QuotaAccount {
    private final JsonNode quota;
    private final Map<String, Quantity> hard;
    private final Map<String, Quantity> used = new TreeMap<>();
    private final Map<GroupResource, Long> countedAt = new HashMap<>();
    private final List<Event> waiting = new ArrayList<>();
    private final Map<ObjectKey, Reservation> reserved = new HashMap<>();
    private final CompletableFuture<Boolean> counted = new CompletableFuture<>();
    private long countedFrom;

    /** What a write that is under way will take. */
    private record Reservation(Map<String, Quantity> amounts, Object write, Instant until) {}

    QuotaAccount(JsonNode quota) {
        this.quota = quota;
        this.hard = Map.copyOf(PodResources.quantities(Trees.at(quota, "spec", "hard")));
        hard.keySet().forEach(name -> used.put(name, Quantity.ZERO));
    }

    /** Whether the account is that of a quota with these limits and scopes. */
    boolean isOf(JsonNode other) {
        return quota.path("spec").equals(other.path("spec")) && Trees.uid(quota).equals(Trees.uid(other));
    }

    String name() {
        return Trees.name(quota);
    }

    JsonNode quota() {
        return quota;
    }

    Map<String, Quantity> hard() {
        return hard;
    }

    /** Adds up what is there; without the lock, by whoever opened the account. */
    void count(Store store) {
        countedFrom = store.revision();
        for (var resource : store.resources()) {
            if (QuotaUsage.isCounted(resource, hard.keySet())) {
                var snapshot = store.snapshot(resource);
                countedAt.put(resource, snapshot.revision());
                snapshot.inNamespace(Trees.namespace(quota)).forEach(object -> book(object, Quantity::plus));
            }
        }
    }

    /** The counting has ended; what happened meanwhile follows. */
    void settle() {
        waiting.forEach(this::book);
        waiting.clear();
        counted.complete(true);
    }

    /** Nothing came of the counting; those who wait get the reason. */
    void fail(RuntimeException reason) {
        counted.completeExceptionally(reason);
    }

    /** Returns once the account is counted. */
    void await() {
        counted.join();
    }

    void apply(Event event) {
        reserved.remove(event.object().key());
        if (counted.isDone()) {
            book(event);
        } else {
            waiting.add(event);
        }
    }

    private void book(Event event) {
        var resource = event.object().key().resource();
        if (!QuotaUsage.isCounted(resource, hard.keySet())
                || event.revision() <= countedAt.getOrDefault(resource, countedFrom)) {
            return;
        }
        event.previous().ifPresent(old -> book(old, Quantity::minus));
        if (event.type() != Event.Type.DELETED) {
            book(event.object(), Quantity::plus);
        }
    }

    private void book(StoredObject object, BinaryOperator<Quantity> how) {
        takenBy(object).forEach((name, amount) -> used.computeIfPresent(name, (n, sum) -> how.apply(sum, amount)));
    }

    private Map<String, Quantity> takenBy(StoredObject object) {
        var resource = object.key().resource();
        // Most kinds are only counted; what they hold, which may be a megabyte of data, is not read for that.
        return QuotaUsage.dependsOnContent(resource) || QuotaScopes.isScoped(quota)
                ? taken(resource, object.tree())
                : QuotaUsage.of(resource, Trees.NOTHING);
    }

    /** What an object takes of this quota. */
    Map<String, Quantity> taken(GroupResource resource, JsonNode object) {
        if (!QuotaScopes.covers(quota, resource, object)) {
            return Map.of();
        }
        var result = new HashMap<>(QuotaUsage.of(resource, object));
        result.keySet().retainAll(hard.keySet());
        return result;
    }

    /** What stored objects use of each limited thing. */
    Map<String, Quantity> used() {
        return new TreeMap<>(used);
    }

    /** The same with the writes under way, but for one that is tried again. */
    Map<String, Quantity> promised(ObjectKey without, Instant now) {
        var sums = used();
        reserved.values().removeIf(reservation -> reservation.until().isBefore(now));
        reserved.forEach((key, reservation) -> {
            if (!key.equals(without)) {
                reservation
                        .amounts()
                        .forEach((name, amount) -> sums.computeIfPresent(name, (n, sum) -> sum.plus(amount)));
            }
        });
        return sums;
    }

    void reserve(ObjectKey object, Map<String, Quantity> amounts, Object write, Instant until) {
        reserved.put(object, new Reservation(amounts, write, until));
    }

    @SuppressWarnings("ReferenceEquality") // another attempt to write the same object is another write
    void release(ObjectKey object, Object write) {
        reserved.computeIfPresent(object, (key, held) -> held.write() == write ? null : held);
    }
}
