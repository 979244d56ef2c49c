package io.luban.embeddedkube.store;

import io.luban.model.ApiException;
import io.luban.model.Status;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes. It takes all transactions that wait, gives them consecutive revisions, writes them in one
 * database transaction, and only then makes them visible, tells the listeners and answers the callers, in this order.
 */
final class Sequencer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Sequencer.class);
    private static final int QUEUE = 20_000;
    private static final int BATCH_COMMITS = 1_000;
    private static final long BATCH_BYTES = 4L * 1024 * 1024;
    private static final int QUEUE_PATIENCE_SECONDS = 10;
    private static final int IDLE_SECONDS = 30;

    private final int batchCommits;
    private final Storage storage;
    private final StoreMemory memory;
    private final WatchDispatcher dispatcher;
    private final BlockingQueue<PendingCommit> queue = new LinkedBlockingQueue<>(QUEUE);
    private final PendingCommit stop = PendingCommit.of(List.of());
    private final List<Consumer<Event>> listeners = new CopyOnWriteArrayList<>();
    private final Thread thread;
    private volatile LongConsumer writeTimes = nanos -> {};
    private volatile boolean closed;

    Sequencer(StoreOptions.Durability durability, Storage storage, StoreMemory memory, WatchDispatcher dispatcher) {
        this.batchCommits = durability == StoreOptions.Durability.ALWAYS ? 1 : BATCH_COMMITS;
        this.storage = storage;
        this.memory = memory;
        this.dispatcher = dispatcher;
        this.thread = Thread.ofPlatform().name("store-sequencer").start(this::run);
    }

    Optional<String> readOnlyReason() {
        return storage.problem();
    }

    void whenWritten(LongConsumer listener) {
        writeTimes = listener;
    }

    Store.Subscription listen(Consumer<Event> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /** Blocks until the changes are durable and visible. */
    List<StoredObject> commit(List<Change> changes) {
        if (Thread.currentThread().equals(thread)) {
            throw new IllegalStateException("a listener of every event must not wait for a commit");
        }
        if (changes.isEmpty()) {
            return List.of();
        }
        var commit = PendingCommit.of(changes);
        try {
            if (closed || !queue.offer(commit, QUEUE_PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw notWritable(closed ? "the server is stopping" : "too many writes wait for the disk");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ApiException.unavailable("interrupted while the write was waiting for the disk");
        }
        return commit.await();
    }

    private void run() {
        boolean open = true;
        while (open) {
            try {
                int patience = storage.takesWrites() ? IDLE_SECONDS : Storage.RECOVERY_SECONDS;
                var next = queue.poll(patience, TimeUnit.SECONDS);
                if (next == null) {
                    storage.recover(this::publish);
                    storage.forget(memory.forgetOutdated(storage.seconds()));
                } else {
                    open = writeBatch(next);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                open = false;
            }
        }
    }

    /** False once the store is closed. */
    private boolean writeBatch(PendingCommit first) throws InterruptedException {
        var batch = new ArrayList<PendingCommit>();
        long bytes = 0;
        for (var next = first; next != null; next = bytes < BATCH_BYTES ? queue.poll() : null) {
            if (next == stop) {
                write(batch);
                refuseRest();
                return false;
            }
            batch.add(next);
            bytes += next.bytes();
            if (batch.size() >= batchCommits) {
                break;
            }
        }
        dispatcher.awaitRoom();
        write(batch);
        return true;
    }

    private void refuseRest() {
        for (var rest = queue.poll(); rest != null; rest = queue.poll()) {
            rest.fails(notWritable("the server is stopping"));
            rest.complete();
        }
    }

    private void write(List<PendingCommit> batch) {
        try {
            storage.recover(this::publish);
            var plan = new CommitPlan(memory);
            for (var commit : batch) {
                if (storage.takes(commit)) {
                    plan.add(commit);
                } else {
                    commit.fails(notWritable(storage.problem().orElse("try again")));
                }
            }
            if (!plan.events().isEmpty()) {
                long begin = System.nanoTime();
                storage.write(plan.events());
                writeTimes.accept(System.nanoTime() - begin);
                publish(plan.events());
                storage.afterWrite();
            }
        } catch (SQLException e) {
            storage.fails(e);
            batch.forEach(commit -> commit.fails(notWritable(String.valueOf(e.getMessage()))));
        } catch (RuntimeException e) {
            log.atError().setCause(e).log("a batch of writes failed");
            batch.forEach(commit -> commit.fails(ApiException.internal("the write could not be stored")));
        }
        batch.forEach(PendingCommit::complete);
    }

    private void publish(List<Event> events) {
        storage.forget(memory.publish(events, storage.seconds(), () -> dispatcher.deliver(events)));
        for (var event : events) {
            for (var listener : listeners) {
                tell(listener, event);
            }
        }
    }

    private static void tell(Consumer<Event> listener, Event event) {
        try {
            listener.accept(event);
        } catch (RuntimeException e) {
            log.atError().setCause(e).addKeyValue("name", event.object().key()).log("a listener of every event failed");
        }
    }

    private static ApiException notWritable(String cause) {
        var details = new Status.Details("", "", "", "", List.of(), Storage.RECOVERY_SECONDS);
        return new ApiException(new Status(503, "ServiceUnavailable", "storage is not writable: " + cause, details));
    }

    @Override
    public void close() {
        closed = true;
        try {
            queue.put(stop);
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        storage.close();
    }
}
