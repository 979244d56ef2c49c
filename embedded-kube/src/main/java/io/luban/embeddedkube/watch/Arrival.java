package io.luban.embeddedkube.watch;

import io.luban.embeddedkube.store.Store;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Waiting for a revision. */
final class Arrival {
    private Arrival() {}

    /** Whether the store reaches the revision in time. */
    static boolean await(Store store, long revision, Duration patience) {
        var reached = new CountDownLatch(1);
        try (var subscription = store.watchAll(event -> countDown(reached, event.revision() >= revision))) {
            return store.revision() >= revision
                    || (subscription != null && reached.await(patience.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static void countDown(CountDownLatch latch, boolean reached) {
        if (reached) {
            latch.countDown();
        }
    }
}
