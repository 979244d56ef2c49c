package io.luban.controller.admission;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.controller.loop.Outcome;
import io.luban.controller.loop.Reconciler;
import io.luban.kube.KubeRest;
import io.luban.model.Json;

/**
 * Takes the wish to remove a plan whose removal has failed for what it is: try again. The wish is written down on the
 * plan, so that it reaches whoever works on plans.
 */
final class RemovalRequests implements Reconciler {
    private static final String PLANS = "/apis/kubesphere.io/v1alpha1/installplans/";
    private static final String RETRY = "kubesphere.io/retry";
    private static final String FAILED = "UninstallFailed";

    private final KubeRest kube;

    RemovalRequests(KubeRest kube) {
        this.kube = kube;
    }

    @Override
    public Outcome reconcile(String name) {
        var plan = kube.find(PLANS + name);
        if (plan.isPresent() && hasFailedToGo(plan.get())) {
            var patch = Json.object();
            patch.withObject("/metadata/annotations").put(RETRY, "");
            kube.patch(PLANS + name, patch);
        }
        return Outcome.DONE;
    }

    private static boolean hasFailedToGo(JsonNode plan) {
        if (!plan.at("/metadata/deletionTimestamp").isTextual()) {
            return false;
        }
        if (plan.at("/status/state").asText("").equals(FAILED)) {
            return true;
        }
        for (var agent : plan.at("/status/clusterSchedulingStatuses")) {
            if (agent.path("state").asText("").equals(FAILED)) {
                return true;
            }
        }
        return false;
    }
}
