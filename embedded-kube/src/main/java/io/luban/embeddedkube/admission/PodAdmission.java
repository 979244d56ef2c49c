package io.luban.embeddedkube.admission;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.luban.embeddedkube.admission.AdmissionRequest.Operation;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.ApiException;
import io.luban.model.GroupResource;
import io.luban.model.StatusCause;
import java.util.ArrayList;
import java.util.List;

/** Gives pods patience with nodes that fail, and refuses what only comes to pods that are there. */
final class PodAdmission implements AdmissionPlugin {
    private static final GroupResource PODS = new GroupResource("", "pods");
    private static final List<String> NODE_FAILURES =
            List.of("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable");
    private static final int PATIENCE_SECONDS = 300;

    @Override
    public void mutate(AdmissionRequest request) {
        if (isNewPod(request)) {
            var spec = Trees.ensure(request.object(), "spec");
            var tolerations = Trees.ensureArray(spec, "tolerations");
            NODE_FAILURES.forEach(key -> tolerate(tolerations, key));
        }
    }

    @Override
    public void validate(AdmissionRequest request) {
        if (!isNewPod(request)) {
            return;
        }
        var spec = request.object().path("spec");
        var problems = new ArrayList<StatusCause>();
        if (!spec.path("ephemeralContainers").isEmpty()) {
            problems.add(StatusCause.forbidden("spec.ephemeralContainers", "cannot be set on create"));
        }
        if (!spec.path("schedulingGates").isEmpty() && spec.hasNonNull("nodeName")) {
            problems.add(StatusCause.forbidden(
                    "spec.nodeName", "cannot be set until all schedulingGates have been cleared"));
        }
        if (!problems.isEmpty()) {
            throw ApiException.invalid("", "Pod", request.name(), problems);
        }
    }

    private static boolean isNewPod(AdmissionRequest request) {
        return request.operation() == Operation.CREATE
                && request.type().storage().equals(PODS)
                && request.subresource().isEmpty();
    }

    private static void tolerate(ArrayNode tolerations, String key) {
        for (var toleration : tolerations) {
            var effect = Trees.text(toleration, "effect");
            var tolerated = Trees.text(toleration, "key");
            if ((tolerated.equals(key) || tolerated.isEmpty()) && (effect.isEmpty() || effect.equals("NoExecute"))) {
                return;
            }
        }
        tolerations
                .addObject()
                .put("key", key)
                .put("operator", "Exists")
                .put("effect", "NoExecute")
                .put("tolerationSeconds", PATIENCE_SECONDS);
    }
}
