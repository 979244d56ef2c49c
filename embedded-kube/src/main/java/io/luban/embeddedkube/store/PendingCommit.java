package io.luban.embeddedkube.store;

import io.luban.model.ApiException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A transaction on its way through the sequencer; made and awaited by the caller's thread. */
final class PendingCommit {
    /** A disk that takes longer than this to write a few pages is not coming back for this request. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** One change; {@code object} is empty for a removal. */
    record Step(ObjectKey key, long expectedRevision, Optional<EncodedObject> object) {}

    private final List<Step> steps;
    private final long bytes;
    private final CompletableFuture<List<StoredObject>> outcome = new CompletableFuture<>();
    private List<StoredObject> results = List.of();
    private @Nullable RuntimeException failure;

    private PendingCommit(List<Step> steps) {
        this.steps = steps;
        this.bytes = steps.stream()
                .mapToLong(step ->
                        step.object().map(object -> object.template().length).orElse(0))
                .sum();
    }

    static PendingCommit of(List<Change> changes) {
        var steps = new ArrayList<Step>(changes.size());
        for (var change : changes) {
            var object = switch (change) {
                case Change.Put put -> Optional.of(EncodedObject.of(put.key(), put.object()));
                case Change.Delete delete -> Optional.<EncodedObject>empty();
            };
            steps.add(new Step(change.key(), change.expectedRevision(), object));
        }
        return new PendingCommit(steps);
    }

    List<Step> steps() {
        return steps;
    }

    long bytes() {
        return bytes;
    }

    /** Whether it only removes objects, or brings those further that are being removed. */
    boolean frees() {
        return steps.stream()
                .allMatch(
                        step -> step.object().map(EncodedObject::isTerminating).orElse(true));
    }

    /** The sequencer's verdict, told to the caller by {@link #complete} once everything before it is durable. */
    void succeeds(List<StoredObject> states) {
        results = states;
    }

    void fails(RuntimeException reason) {
        failure = reason;
    }

    void complete() {
        if (failure == null) {
            outcome.complete(results);
        } else {
            outcome.completeExceptionally(failure);
        }
    }

    List<StoredObject> await() {
        try {
            return outcome.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException reason) {
                throw reason;
            }
            throw new IllegalStateException(e.getCause());
        } catch (TimeoutException e) {
            throw ApiException.timeout("the storage did not confirm the write within " + PATIENCE.toSeconds() + " s");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ApiException.unavailable("interrupted while the write was being stored");
        }
    }
}
