package io.luban.embeddedkube.store;

import io.luban.model.ApiException;
import io.luban.model.Status;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
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
    private static final int RECOVERY_SECONDS = 5;
    private static final long RECOVERY_NANOS = TimeUnit.SECONDS.toNanos(RECOVERY_SECONDS);

    private final Path directory;
    private final Clock clock;
    private final StoreMemory memory;
    private final WatchDispatcher dispatcher;
    private final BlockingQueue<PendingCommit> queue = new LinkedBlockingQueue<>(QUEUE);
    private final PendingCommit stop = PendingCommit.of(List.of());
    private final List<Consumer<Event>> listeners = new CopyOnWriteArrayList<>();
    private final Thread thread;
    private @Nullable Database database;
    private List<Event> dropped = new ArrayList<>();
    private long lastAttempt;
    private volatile String problem = "";
    private volatile boolean closed;

    Sequencer(Path directory, Clock clock, Database database, StoreMemory memory, WatchDispatcher dispatcher) {
        this.directory = directory;
        this.clock = clock;
        this.database = database;
        this.memory = memory;
        this.dispatcher = dispatcher;
        this.thread = Thread.ofPlatform().name("store-sequencer").start(this::run);
    }

    Optional<String> readOnlyReason() {
        return problem.isEmpty() ? Optional.empty() : Optional.of(problem);
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
                var next = problem.isEmpty() ? queue.take() : queue.poll(RECOVERY_SECONDS, TimeUnit.SECONDS);
                if (next == null) {
                    recover();
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
            if (batch.size() == BATCH_COMMITS) {
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
            if (!problem.isEmpty() && System.nanoTime() - lastAttempt > RECOVERY_NANOS) {
                recover();
            }
            var plan = new CommitPlan(memory);
            for (var commit : batch) {
                if (problem.isEmpty()) {
                    plan.add(commit);
                } else {
                    commit.fails(notWritable(problem));
                }
            }
            if (!plan.events().isEmpty()) {
                store(plan.events());
            }
        } catch (SQLException e) {
            becomeReadOnly(e);
            batch.forEach(commit -> commit.fails(notWritable(problem)));
        } catch (RuntimeException e) {
            log.atError().setCause(e).log("a batch of writes failed");
            batch.forEach(commit -> commit.fails(ApiException.internal("the write could not be stored")));
        }
        batch.forEach(PendingCommit::complete);
    }

    private void store(List<Event> events) throws SQLException {
        if (database == null) {
            throw new SQLException("the database is not open");
        }
        database.write(events, dropped);
        publish(events);
    }

    private void publish(List<Event> events) {
        dropped = memory.publish(events, () -> dispatcher.deliver(events));
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

    private void becomeReadOnly(SQLException cause) {
        problem = String.valueOf(cause.getMessage());
        lastAttempt = System.nanoTime();
        log.atError().setCause(cause).log("the store is read-only until the disk takes writes again");
    }

    /**
     * Opens the database anew and checks it. A commit that failed may have reached the disk all the same: what the file
     * knows beyond memory is published as if it had just happened.
     */
    private void recover() {
        lastAttempt = System.nanoTime();
        try {
            if (database != null) {
                database.close();
                database = null;
            }
            var reopened = Database.open(directory, clock);
            database = reopened;
            var news = reopened.load().events().stream()
                    .filter(event -> event.revision() > memory.state().revision())
                    .toList();
            dropped = List.of();
            if (!news.isEmpty()) {
                publish(news);
            }
            problem = "";
            log.atInfo().log("the store takes writes again");
        } catch (StoreOpenException e) {
            problem = String.valueOf(e.getMessage());
        }
    }

    private static ApiException notWritable(String cause) {
        var details = new Status.Details("", "", "", "", List.of(), RECOVERY_SECONDS);
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
        if (database != null) {
            database.close();
        }
    }
}
