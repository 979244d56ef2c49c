package io.luban.controller.subscription;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.controller.loop.Loops;
import io.luban.controller.loop.ReconcileLoop;
import io.luban.kube.CollectionQuery;
import io.luban.kube.KubeRest;
import io.luban.kube.ProjectedCache;
import java.time.Clock;
import java.util.Optional;

/** The controller of Subscriptions with the watches that wake it. */
public final class SubscriptionControllers implements AutoCloseable {
    private final ReconcileLoop loop;
    private final ProjectedCache<Watched> subscriptions;
    private final ProjectedCache<Watched> plans;

    private record Watched(String extension, String version) {}

    private SubscriptionControllers(KubeRest kube, Loops loops, Clock clock) {
        loop = loops.start("subscription", 1, new SubscriptionReconciler(kube, clock));
        subscriptions = ProjectedCache.start(
                kube,
                CollectionQuery.of(SubscriptionReconciler.SUBSCRIPTIONS),
                SubscriptionControllers::watched,
                (name, before, after) -> {
                    loop.add(name.name());
                    if (after.isEmpty()) {
                        before.ifPresent(gone -> addAll(gone.extension()));
                    }
                });
        plans = ProjectedCache.start(
                kube,
                CollectionQuery.of(SubscriptionReconciler.PLANS),
                SubscriptionControllers::watched,
                (name, before, after) -> addAll(name.name()));
    }

    /** Starts the controller. */
    public static SubscriptionControllers start(KubeRest kube, Loops loops, Clock clock) {
        return new SubscriptionControllers(kube, loops, clock);
    }

    private void addAll(String extension) {
        subscriptions.all().forEach((name, subscription) -> {
            if (subscription.extension().equals(extension)) {
                loop.add(name.name());
            }
        });
    }

    private static Optional<Watched> watched(ObjectNode object) {
        return Optional.of(new Watched(
                object.at("/spec/extension/name").asText(""),
                object.at("/metadata/resourceVersion").asText("")));
    }

    @Override
    public void close() {
        plans.close();
        subscriptions.close();
        loop.close();
    }
}
