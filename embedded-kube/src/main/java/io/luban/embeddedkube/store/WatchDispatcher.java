package io.luban.embeddedkube.store;

import io.luban.model.GroupResource;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls every watcher from one thread, in revision order. Commits, new watches and their ends arrive through one queue;
 * since commits and new watches enter it under the window lock, each watch begins exactly where its backlog ended.
 */
final class WatchDispatcher implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(WatchDispatcher.class);

    /** Batches of events that may wait; beyond this the writer waits for the watchers. */
    private static final int WAITING_BATCHES = 4_096;

    private final BlockingQueue<Runnable> queue = new LinkedBlockingQueue<>();
    private final Semaphore room = new Semaphore(WAITING_BATCHES);
    private final Map<GroupResource, Set<Watcher>> watchers = new HashMap<>();
    private final Thread thread;

    WatchDispatcher() {
        thread = Thread.ofPlatform().name("store-watches").daemon().start(this::run);
    }

    /** One watch; {@code closed} takes effect at once, removal from the set follows through the queue. */
    private static final class Watcher {
        private final GroupResource resource;
        private final long after;
        private final Consumer<Event> listener;
        private volatile boolean closed;

        Watcher(GroupResource resource, long after, Consumer<Event> listener) {
            this.resource = resource;
            this.after = after;
            this.listener = listener;
        }
    }

    /** Blocks while too many batches wait; gives up after a second so that a stuck watcher cannot stop all writes. */
    void awaitRoom() throws InterruptedException {
        if (!room.tryAcquire(1, TimeUnit.SECONDS)) {
            log.atWarn().log("watchers do not keep up with writes");
            return;
        }
        room.release();
    }

    void deliver(List<Event> events) {
        boolean counted = room.tryAcquire();
        queue.add(() -> {
            if (counted) {
                room.release();
            }
            for (var event : events) {
                for (var watcher : watchers.getOrDefault(event.object().key().resource(), Set.of())) {
                    tell(watcher, event);
                }
            }
        });
    }

    Store.Subscription subscribe(GroupResource resource, long after, List<Event> backlog, Consumer<Event> listener) {
        var watcher = new Watcher(resource, after, listener);
        queue.add(() -> {
            for (var event : backlog) {
                tell(watcher, event);
            }
            if (!watcher.closed) {
                watchers.computeIfAbsent(resource, absent -> new LinkedHashSet<>())
                        .add(watcher);
            }
        });
        return () -> {
            watcher.closed = true;
            queue.add(() -> remove(watcher));
        };
    }

    void whenDelivered(long revision, LongConsumer callback) {
        queue.add(() -> callback.accept(revision));
    }

    private void remove(Watcher watcher) {
        var others = watchers.get(watcher.resource);
        if (others != null) {
            others.remove(watcher);
            if (others.isEmpty()) {
                watchers.remove(watcher.resource);
            }
        }
    }

    private void tell(Watcher watcher, Event event) {
        if (watcher.closed || event.revision() <= watcher.after) {
            return;
        }
        try {
            watcher.listener.accept(event);
        } catch (RuntimeException e) {
            watcher.closed = true;
            queue.add(() -> remove(watcher));
            log.atError().setCause(e).addKeyValue("kind", watcher.resource).log("a watcher failed and was dropped");
        }
    }

    private void run() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                queue.take().run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                log.atError().setCause(e).log("a delivery callback failed");
            }
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
