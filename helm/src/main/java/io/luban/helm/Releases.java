package io.luban.helm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs operations on releases, each in a child process, at most {@value #PARALLEL} at once and one per release. Blocks
 * the calling thread; interrupting it kills the child. Closing kills every child.
 */
public final class Releases implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Releases.class);
    private static final int PARALLEL = 2;
    private static final long CLOSE_SECONDS = 5;

    private final Path directory;
    private final WorkerCommand command;
    private final Semaphore slots = new Semaphore(PARALLEL, true);
    private final Map<String, Worker> running = new ConcurrentHashMap<>();
    private final AtomicBoolean closed = new AtomicBoolean();

    private Releases(Path directory, WorkerCommand command) {
        this.directory = directory;
        this.command = command;
    }

    /**
     * Operations that keep their scratch files and the unpacked engine below {@code directory}, which must allow
     * programs to be run. Starts nothing yet.
     */
    public static Releases open(Path directory) {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException("folder " + directory + " for Helm operations cannot be made", e);
        }
        return new Releases(directory.toAbsolutePath().normalize(), WorkerCommand.ofThisProcess());
    }

    /**
     * Carries out one operation and returns how it ended, however it ended. Throws {@link InterruptedException} after
     * killing the child when the calling thread is interrupted, {@link IllegalStateException} when an operation on the
     * same release is under way.
     */
    public OperationResult run(ReleaseOperation operation, OperationLog output) throws InterruptedException {
        var key = operation.target().key();
        slots.acquire();
        try {
            if (closed.get()) {
                return new OperationResult.Failed("the process that carries out the operation is stopping");
            }
            var worker = new Worker(command, directory, output);
            if (running.putIfAbsent(key, worker) != null) {
                throw new IllegalStateException("release " + key + ": another operation is under way");
            }
            try {
                return worker.run(operation);
            } finally {
                running.remove(key);
            }
        } finally {
            slots.release();
        }
    }

    /** Whether an operation on the release is under way in this process. */
    public boolean isRunning(String namespace, String name) {
        return running.containsKey(namespace + "/" + name);
    }

    @Override
    public void close() {
        closed.set(true);
        running.values().forEach(Worker::kill);
        try {
            if (slots.tryAcquire(PARALLEL, CLOSE_SECONDS, TimeUnit.SECONDS)) {
                slots.release(PARALLEL);
            } else {
                log.atWarn().log("helm operations did not end in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
