package io.luban.apiserver.health;

import io.luban.kube.ProjectedCache;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A collection that has to be listed once before the gateway knows what it needs.
 *
 * @param name plural and group, as {@code users.iam.kubesphere.io}
 */
public record FirstListing(String name, Waiting waiting) {
    private static final Logger log = LoggerFactory.getLogger(FirstListing.class);

    /** Waits for the listing; false when the time has passed before. */
    @FunctionalInterface
    public interface Waiting {
        /** Waits no longer than the limit, which may be zero. */
        boolean await(Duration limit) throws InterruptedException;
    }

    /** A collection without which the gateway can serve for a while: one that fails is waited for in the background. */
    public static FirstListing of(ProjectedCache<?> cache) {
        return new FirstListing(name(cache.path()), cache::awaitSettled);
    }

    private static String name(String path) {
        var parts = path.split("/", -1);
        var plural = parts[parts.length - 1];
        return parts[1].equals("apis") ? plural + "." + parts[2] : plural;
    }

    /** Waits for all of them, no longer than the limit altogether, and says in the log what is missing then. */
    public static void await(List<FirstListing> listings, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        try {
            for (var listing : listings) {
                var left = Math.max(0, deadline - System.nanoTime());
                if (!listing.waiting.await(Duration.ofNanos(left))) {
                    log.atWarn()
                            .addKeyValue("name", listing.name)
                            .log("the gateway serves before this collection could be listed");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Names of those that are not complete yet. */
    public static List<String> missing(List<FirstListing> listings) {
        return listings.stream()
                .filter(listing -> !listing.isComplete())
                .map(FirstListing::name)
                .distinct()
                .toList();
    }

    private boolean isComplete() {
        try {
            return waiting.await(Duration.ZERO);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
