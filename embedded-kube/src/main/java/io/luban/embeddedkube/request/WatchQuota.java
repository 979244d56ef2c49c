package io.luban.embeddedkube.request;

import io.luban.embeddedkube.auth.User;
import io.luban.http.Reply;
import io.luban.model.ApiException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** Bounds how many watches one user may keep open; a client that leaks them is told so by 429. */
final class WatchQuota {
    /** Watches of one user at a time. */
    static final int PER_USER = 1_000;

    private final int limit;
    private final ConcurrentHashMap<String, Integer> open = new ConcurrentHashMap<>();

    WatchQuota(int limit) {
        this.limit = limit;
    }

    /** Starts a watch within the user's share and gives the place back when it is over. */
    Reply within(User user, Supplier<Reply> start) {
        var name = user.name();
        if (open.merge(name, 1, Integer::sum) > limit) {
            release(name);
            throw ApiException.tooManyRequests(
                    "user \"%s\" has %d watches open, which is as many as one user may have".formatted(name, limit), 1);
        }
        try {
            return new Reply.Observed(start.get(), done -> release(name));
        } catch (RuntimeException e) {
            release(name);
            throw e;
        }
    }

    /** Watches of a user. */
    int of(String name) {
        return open.getOrDefault(name, 0);
    }

    private void release(String name) {
        open.computeIfPresent(name, (key, count) -> count == 1 ? null : count - 1);
    }
}
