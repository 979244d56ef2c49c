package io.luban.embeddedkube.reconcile;

import io.luban.embeddedkube.store.Event;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.store.Store;
import io.luban.model.ApiException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs controllers over a store, each on virtual threads of its own, until closed. */
public final class ControllerRunner implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ControllerRunner.class);

    private static final Duration CLOSING_PATIENCE = Duration.ofSeconds(5);

    private final List<Running> running = new ArrayList<>();
    private final Store.Subscription subscription;

    private record Running(Controller controller, WorkQueue queue, List<Thread> threads) {}

    private ControllerRunner(Store store, List<Controller> controllers) {
        for (var controller : controllers) {
            var queue = new WorkQueue();
            var threads = new ArrayList<Thread>();
            for (int i = 0; i < controller.workers(); i++) {
                threads.add(Thread.ofVirtual()
                        .name("controller-" + controller.name() + "-", i)
                        .unstarted(() -> run(controller, queue)));
            }
            running.add(new Running(controller, queue, threads));
        }
        subscription = store.watchAll(this::observe);
        for (var resource : store.resources()) {
            running.stream()
                    .filter(entry -> entry.controller().concerns(resource))
                    .forEach(entry -> store.snapshot(resource)
                            .all()
                            .forEach(object -> entry.controller()
                                    .observe(
                                            new Event(Event.Type.ADDED, object, Optional.empty()),
                                            entry.queue()::add)));
        }
        running.forEach(entry -> entry.threads().forEach(Thread::start));
    }

    /** Shows the controllers everything that is stored, and then every change. */
    public static ControllerRunner start(Store store, List<Controller> controllers) {
        return new ControllerRunner(store, controllers);
    }

    /** Whether every controller still has all of its workers; one that has ended does not come back by itself. */
    public boolean isRunning() {
        return running.stream().allMatch(entry -> entry.threads().stream().allMatch(Thread::isAlive));
    }

    private void observe(Event event) {
        for (var entry : running) {
            if (entry.controller().concerns(event.object().key().resource())) {
                entry.controller().observe(event, entry.queue()::add);
            }
        }
    }

    private static void run(Controller controller, WorkQueue queue) {
        try {
            for (var key = queue.take(); key.isPresent(); key = queue.take()) {
                try {
                    reconcile(controller, queue, key.get());
                } finally {
                    queue.done(key.get());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void reconcile(Controller controller, WorkQueue queue, ObjectKey key) {
        try {
            var outcome = controller.reconcile(key);
            queue.succeeded(key);
            if (outcome instanceof Outcome.Again again) {
                queue.addAfter(key, again.after());
            }
        } catch (ApiException e) {
            int attempt = queue.retry(key);
            log.atDebug()
                    .addKeyValue("name", key)
                    .addKeyValue("attempt", attempt)
                    .addKeyValue("reason", e.getMessage())
                    .log("reconciliation refused, trying again");
        } catch (RuntimeException e) {
            int attempt = queue.retry(key);
            log.atWarn()
                    .setCause(e)
                    .addKeyValue("name", key)
                    .addKeyValue("attempt", attempt)
                    .log("reconciliation failed, trying again");
        }
    }

    @Override
    public void close() {
        subscription.close();
        running.forEach(entry -> entry.queue().close());
        try {
            for (var entry : running) {
                for (var thread : entry.threads()) {
                    if (!thread.join(CLOSING_PATIENCE)) {
                        thread.interrupt();
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
