package io.luban.apiserver.authentication.token;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Lets things about the same login happen one after the other. */
public final class LoginLocks {
    private static final int COUNT = 256;

    private final List<ReentrantLock> locks =
            Stream.generate(ReentrantLock::new).limit(COUNT).toList();

    /** What the action answers, with nothing else happening to any of the logins meanwhile. */
    public <T> T holding(Collection<String> ids, Supplier<T> action) {
        // always in the same order, so that no two wait for each other
        var needed = ids.stream()
                .map(id -> Math.floorMod(id.hashCode(), COUNT))
                .distinct()
                .sorted()
                .map(locks::get)
                .toList();
        needed.forEach(ReentrantLock::lock);
        try {
            return action.get();
        } finally {
            needed.reversed().forEach(ReentrantLock::unlock);
        }
    }
}
