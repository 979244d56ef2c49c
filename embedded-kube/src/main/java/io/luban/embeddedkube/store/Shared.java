package io.luban.embeddedkube.store;

import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Lets equal values share one instance. Keeps the latest value of each slot only, so it is bounded and forgets; losing a
 * race between two threads merely shares less.
 */
final class Shared<T> {
    private static final int SLOTS = 4_096;

    private final AtomicReferenceArray<T> slots = new AtomicReferenceArray<>(SLOTS);

    /** An equal value met before, or this one. */
    T of(T value) {
        int hash = value.hashCode();
        int slot = (hash ^ (hash >>> 12)) & (SLOTS - 1);
        var known = slots.get(slot);
        if (value.equals(known)) {
            return known;
        }
        slots.set(slot, value);
        return value;
    }
}
