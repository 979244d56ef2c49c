package io.luban.embeddedkube.watch;

import io.luban.embeddedkube.store.Store;
import io.luban.model.ApiException;
import io.luban.model.Json;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** All running watches: starts them, sends bookmarks, and ends them in time. One thread serves any number. */
final class Watches implements AutoCloseable {
    private static final Duration BOOKMARK_IDLE = Duration.ofSeconds(60);
    private static final Duration TICK = Duration.ofMillis(250);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(2);

    private final Store store;
    private final Clock clock;
    private final Frames frames = new Frames();
    private final Set<Watch> running = ConcurrentHashMap.newKeySet();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread ticker;

    Watches(Store store, Clock clock) {
        this.store = store;
        this.clock = clock;
        this.ticker = Thread.ofPlatform().name("watch-timer").daemon().start(this::tick);
    }

    /** Begins to deliver; never blocks. */
    void start(WatchSpec spec, WatchSink sink) {
        var watch = new Watch(spec, sink, frames, clock.millis());
        running.add(watch);
        sink.onClose(() -> {
            running.remove(watch);
            watch.stop();
        });
        watch.begin();
        try {
            watch.subscribed(store.watch(
                    spec.view().type().storage(), spec.after(), event -> watch.onEvent(event, clock.millis())));
        } catch (ApiException e) {
            refuse(sink, e);
            running.remove(watch);
        }
        if (closing.getCount() == 0) {
            end(Set.of(watch));
        }
    }

    /** Within a watch every refusal is an event of a stream that began well; clients look for it there. */
    static void refuse(WatchSink sink, ApiException problem) {
        var status = Json.text(problem.status().toJson());
        sink.send(("{\"type\":\"ERROR\",\"object\":" + status + "}\n").getBytes(StandardCharsets.UTF_8));
        sink.end();
    }

    /** Number of watches. */
    int size() {
        return running.size();
    }

    private void tick() {
        try {
            while (!closing.await(TICK.toMillis(), TimeUnit.MILLISECONDS)) {
                long now = clock.millis();
                end(running.stream().filter(watch -> watch.isOver(now)).toList());
                bookmark(
                        running.stream()
                                .filter(watch -> watch.wantsBookmark(now, BOOKMARK_IDLE.toMillis()))
                                .toList(),
                        now);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void bookmark(List<Watch> idle, long now) {
        if (!idle.isEmpty()) {
            store.whenDelivered(revision -> idle.forEach(watch -> watch.bookmark(revision, now)));
        }
    }

    private void end(Iterable<Watch> watches) {
        for (var watch : watches) {
            running.remove(watch);
            store.whenDelivered(revision -> watch.end(revision, clock.millis()));
        }
    }

    /** Ends every watch after a last bookmark. */
    @Override
    public void close() {
        closing.countDown();
        var ended = new CountDownLatch(1);
        end(List.copyOf(running));
        store.whenDelivered(revision -> ended.countDown());
        try {
            ticker.join();
            boolean inTime = ended.await(STOP_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            if (!inTime) {
                running.forEach(Watch::stop);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
