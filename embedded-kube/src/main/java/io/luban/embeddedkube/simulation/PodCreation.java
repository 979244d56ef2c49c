package io.luban.embeddedkube.simulation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.reconcile.Cluster;
import io.luban.embeddedkube.reconcile.EventRecorder;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.ApiException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Creates and deletes pods side by side, and tells about each in the words of Kubernetes. */
final class PodCreation {
    private static final int AT_ONCE = 16;

    private final Cluster cluster;
    private final EventRecorder.Source events;

    PodCreation(Cluster cluster, EventRecorder.Source events) {
        this.cluster = cluster;
        this.events = events;
    }

    /** Creates as many pods; answers what kept the first refused one from coming. */
    Optional<ApiException> create(ObjectNode owner, int count, Supplier<ObjectNode> pod) {
        return create(owner, IntStream.range(0, count).mapToObj(i -> pod.get()).toList());
    }

    /** Creates the pods; answers what kept the first refused one from coming. */
    Optional<ApiException> create(ObjectNode owner, List<ObjectNode> pods) {
        var failures = new ConcurrentLinkedQueue<ApiException>();
        sideBySide(pods.stream()
                .<Runnable>map(pod -> () -> createOne(owner, pod, failures))
                .toList());
        return Optional.ofNullable(failures.peek());
    }

    private void createOne(ObjectNode owner, ObjectNode pod, ConcurrentLinkedQueue<ApiException> failures) {
        try {
            cluster.create(Kinds.PODS, pod)
                    .ifPresent(
                            created -> events.normal(owner, "SuccessfulCreate", "Created pod: " + Trees.name(created)));
        } catch (ApiException e) {
            failures.add(e);
            events.warning(
                    owner, "FailedCreate", "Error creating: " + e.status().message());
        }
    }

    /** Deletes the pods in the background. */
    void delete(ObjectNode owner, List<ObjectNode> pods) {
        sideBySide(pods.stream().<Runnable>map(pod -> () -> delete(owner, pod)).toList());
    }

    private void delete(ObjectNode owner, ObjectNode pod) {
        cluster.delete(Cluster.key(Kinds.PODS, pod), Trees.uid(pod));
        events.normal(owner, "SuccessfulDelete", "Deleted pod: " + Trees.name(pod));
    }

    private static void sideBySide(List<Runnable> tasks) {
        if (tasks.size() == 1) {
            tasks.getFirst().run();
            return;
        }
        var permits = new Semaphore(AT_ONCE);
        var failures = new ConcurrentLinkedQueue<RuntimeException>();
        var threads = tasks.stream()
                .map(task -> Thread.ofVirtual().start(() -> {
                    permits.acquireUninterruptibly();
                    try {
                        task.run();
                    } catch (ApiException e) {
                        failures.add(e);
                    } finally {
                        permits.release();
                    }
                }))
                .toList();
        try {
            for (var thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!failures.isEmpty()) {
            throw failures.remove();
        }
    }
}
