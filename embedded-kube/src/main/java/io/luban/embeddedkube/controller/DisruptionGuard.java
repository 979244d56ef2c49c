package io.luban.embeddedkube.controller;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.reconcile.Cluster;
import io.luban.embeddedkube.tree.Conditions;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.ApiException;
import io.luban.model.GroupResource;
import io.luban.model.LabelSelector;
import io.luban.model.Status;
import io.luban.model.StatusCause;
import java.util.List;

/** Lets evictions pass as far as PodDisruptionBudgets allow, and counts them there. */
final class DisruptionGuard {
    private static final GroupResource BUDGETS = new GroupResource("policy", "poddisruptionbudgets");
    private static final GroupResource PODS = new GroupResource("", "pods");
    private static final List<String> HARMLESS = List.of("Succeeded", "Failed", "Pending");
    private static final int RETRY_SECONDS = 10;
    private static final int MOST_DISRUPTED = 2000;

    private final Cluster cluster;

    DisruptionGuard(Cluster cluster) {
        this.cluster = cluster;
    }

    /** Returns when the pod may go; 429 when its budget is spent. A pod that is not there passes. */
    void permit(String namespace, String name, boolean dryRun) {
        var found = cluster.get(PODS, namespace, name);
        if (found.isEmpty()
                || Trees.isTerminating(found.get())
                || HARMLESS.contains(Trees.text(found.get(), "status", "phase"))) {
            return;
        }
        var pod = found.get();
        var budgets = cluster.list(BUDGETS, namespace).stream()
                .filter(budget -> concerns(budget, pod))
                .toList();
        if (budgets.size() > 1) {
            throw ApiException.generic(
                    500,
                    "InternalError",
                    "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.");
        }
        if (!budgets.isEmpty() && !isFree(budgets.getFirst(), pod)) {
            spend(budgets.getFirst(), name, dryRun);
        }
    }

    private static boolean concerns(ObjectNode budget, ObjectNode pod) {
        var selector = Trees.at(budget, "spec", "selector");
        return selector.isObject() && LabelSelector.from(selector).matches(Trees.labels(pod));
    }

    /** Pods that serve nobody may go where the budget says so, or where enough others are healthy. */
    private static boolean isFree(ObjectNode budget, ObjectNode pod) {
        if (Conditions.isTrue(pod, "Ready")) {
            return false;
        }
        int healthy = Trees.at(budget, "status", "currentHealthy").asInt();
        int desired = Trees.at(budget, "status", "desiredHealthy").asInt();
        return Trees.text(budget, "spec", "unhealthyPodEvictionPolicy").equals("AlwaysAllow")
                || (healthy >= desired && desired > 0);
    }

    private void spend(ObjectNode budget, String pod, boolean dryRun) {
        if (dryRun) {
            check(budget);
            return;
        }
        cluster.modify(Cluster.key(BUDGETS, budget), "status", current -> {
            check(current);
            var status = Trees.ensure(current, "status");
            status.put("disruptionsAllowed", status.path("disruptionsAllowed").asInt() - 1);
            Trees.ensure(status, "disruptedPods").put(pod, Trees.time(cluster.now()));
            return current;
        });
    }

    private static void check(ObjectNode budget) {
        var status = budget.path("status");
        var name = Trees.name(budget);
        if (status.path("observedGeneration").asLong()
                < Trees.at(budget, "metadata", "generation").asLong()) {
            throw refused("The disruption budget " + name + " is still being processed by the server.", RETRY_SECONDS);
        }
        if (status.path("disruptedPods").size() > MOST_DISRUPTED) {
            throw ApiException.forbidden(
                    BUDGETS,
                    name,
                    "DisruptedPods map too big - too many evictions not confirmed" + " by PDB controller");
        }
        if (status.path("disruptionsAllowed").asInt() <= 0) {
            throw refused(
                    "The disruption budget %s needs %d healthy pods and has %d currently"
                            .formatted(
                                    name,
                                    status.path("desiredHealthy").asInt(),
                                    status.path("currentHealthy").asInt()),
                    0);
        }
    }

    private static ApiException refused(String why, int retrySeconds) {
        var causes = List.of(new StatusCause("DisruptionBudget", why, ""));
        return new ApiException(new Status(
                429,
                "TooManyRequests",
                "Cannot evict pod as it would violate the pod's disruption budget.",
                new Status.Details("", "", "", "", causes, retrySeconds)));
    }
}
