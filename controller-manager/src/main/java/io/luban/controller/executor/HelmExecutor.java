package io.luban.controller.executor;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.luban.helm.OperationLog;
import io.luban.helm.OperationResult;
import io.luban.helm.ReleaseOperation;
import io.luban.helm.Releases;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs Helm operations in the background, at most one per release, and keeps each result until it is fetched. What is
 * under way is known in memory only: after a restart nothing is, and whoever finds an unfinished state starts anew.
 */
public final class HelmExecutor implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(HelmExecutor.class);

    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

    private final Releases releases;
    private final ExecutorEndpoint endpoint;
    private final OperationLogs logs;
    private final BooleanSupplier mayAct;
    private final Consumer<String> finished;
    private final Map<String, Running> running = new ConcurrentHashMap<>();
    private final Map<String, Finished> results = new ConcurrentHashMap<>();

    private record Running(String extension, Thread thread, LongAdder writes) {}

    /**
     * What operations are run with.
     *
     * @param releases runs Helm; closed with the executor
     * @param mayAct asked before an operation under way changes anything
     */
    public record Engine(Releases releases, ExecutorEndpoint endpoint, OperationLogs logs, BooleanSupplier mayAct) {}

    /**
     * An operation that has ended.
     *
     * @param operation its name
     */
    public record Finished(String operation, OperationResult result) {}

    /** What happens after the engine has succeeded, as part of the operation; may turn success into failure. */
    @FunctionalInterface
    public interface FollowUp {
        /** Nothing more to do. */
        FollowUp NONE = result -> result;

        /** The result of the whole operation. */
        OperationResult complete(OperationResult.Succeeded result) throws InterruptedException;
    }

    /**
     * What an operation is about.
     *
     * @param extension whose release it is
     * @param release unique among all releases
     * @param member the cluster it works on; empty for the one of the endpoint
     */
    public record Subject(String extension, String release, Optional<KubernetesClient> member) {}

    /**
     * An operation to run.
     *
     * @param name of the operation
     * @param grant as whom it acts
     * @param operation made for the kubeconfig it is given
     */
    public record Task(
            Subject subject,
            String name,
            Grant grant,
            Function<String, ReleaseOperation> operation,
            FollowUp followUp) {}

    /** An executor that tells {@code finished} the extension whose operation has ended. */
    public HelmExecutor(Engine engine, Consumer<String> finished) {
        this.releases = engine.releases();
        this.endpoint = engine.endpoint();
        this.logs = engine.logs();
        this.mayAct = engine.mayAct();
        this.finished = finished;
    }

    /**
     * Starts an operation; throws {@link IllegalStateException} when the release has one under way.
     *
     * @param noted writes down that the operation begins; when it is run, the operation's log can be followed already
     */
    public void start(Task task, Runnable noted) {
        var release = task.subject().release();
        if (isRunning(release)) {
            throw new IllegalStateException("release \"%s\": another operation is under way".formatted(release));
        }
        var output = logs.open(release, task.name());
        boolean begins = false;
        try {
            noted.run();
            begin(task, output);
            begins = true;
        } finally {
            if (!begins) {
                output.discard();
            }
        }
    }

    private void begin(Task task, OperationLogs.Writer output) {
        var release = task.subject().release();
        var writes = new LongAdder();
        var thread = Thread.ofVirtual().name("helm " + task.name()).unstarted(() -> run(task, output, writes));
        if (running.putIfAbsent(release, new Running(task.subject().extension(), thread, writes)) != null) {
            throw new IllegalStateException("release \"%s\": another operation is under way".formatted(release));
        }
        results.remove(release);
        thread.start();
    }

    /** Whether an operation on the release is under way. */
    public boolean isRunning(String release) {
        return running.containsKey(release);
    }

    /** How many times the release's operation has written objects so far; 0 when none is under way. */
    public long writes(String release) {
        var current = running.get(release);
        return current == null ? 0 : current.writes().sum();
    }

    /** A log that counts; what reaches the cluster is told one line each. */
    private static OperationLog counted(OperationLog log, LongAdder lines) {
        return line -> {
            lines.increment();
            log.line(line);
        };
    }

    /** Whether an operation on any release of the extension is under way. */
    public boolean isBusy(String extension) {
        return running.values().stream().anyMatch(current -> current.extension().equals(extension));
    }

    /** The result of the named operation, once; empty while it runs and when nothing is known about it. */
    public Optional<OperationResult> take(String release, String operation) {
        var done = results.get(release);
        if (done == null || !done.operation().equals(operation)) {
            return Optional.empty();
        }
        results.remove(release, done);
        return Optional.of(done.result());
    }

    /** Ends what the release has under way and waits until it has ended. */
    public void cancel(String release) throws InterruptedException {
        var current = running.get(release);
        if (current != null) {
            current.thread().interrupt();
            current.thread().join();
        }
        results.remove(release);
    }

    /** Ends everything that the extension has under way and waits until it has ended. */
    public void cancelAll(String extension) throws InterruptedException {
        for (var entry : Map.copyOf(running).entrySet()) {
            if (entry.getValue().extension().equals(extension)) {
                cancel(entry.getKey());
            }
        }
    }

    /** Nothing of the release is installed any more; what its operations said is kept for a while only. */
    public void forget(String release) {
        results.remove(release);
        logs.retire(release);
    }

    /** Ends every operation and waits until none goes on; each is left as a crash would leave it. */
    @Override
    public void close() {
        var ending = List.copyOf(running.values());
        ending.forEach(current -> current.thread().interrupt());
        releases.close();
        try {
            for (var current : ending) {
                current.thread().join(CLOSE_LIMIT);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run(Task task, OperationLogs.Writer opened, LongAdder writes) {
        var extension = task.subject().extension();
        var release = task.subject().release();
        OperationResult result;
        try (var output = opened;
                var access = endpoint.open(
                        task.grant().onlyWhile(mayAct), task.subject().member(), counted(output, writes))) {
            result = run(task, output, access.kubeconfig());
            output.line(result.message());
        } catch (InterruptedException e) {
            // whoever interrupted decides how to go on; there is no result
            Thread.currentThread().interrupt();
            running.remove(release);
            return;
        } catch (RuntimeException e) {
            // the border of a background task: its failure is a result like any other
            log.atError().setCause(e).addKeyValue("release", release).log("helm operation broke off");
            result = new OperationResult.Failed(e.toString());
        }
        results.put(release, new Finished(task.name(), result));
        running.remove(release);
        finished.accept(extension);
    }

    private OperationResult run(Task task, OperationLogs.Writer output, String kubeconfig) throws InterruptedException {
        output.line("operation " + task.name() + " of release " + task.subject().release() + " begins");
        return switch (releases.run(task.operation().apply(kubeconfig), output)) {
            case OperationResult.Succeeded done -> task.followUp().complete(done);
            case OperationResult.Failed failed -> failed;
        };
    }
}
