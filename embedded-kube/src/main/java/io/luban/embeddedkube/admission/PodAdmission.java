package io.luban.embeddedkube.admission;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.luban.embeddedkube.admission.AdmissionRequest.Operation;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.GroupResource;
import java.util.List;

/** Gives pods patience with nodes that fail. */
final class PodAdmission implements AdmissionPlugin {
    private static final GroupResource PODS = new GroupResource("", "pods");
    private static final List<String> NODE_FAILURES =
            List.of("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable");
    private static final int PATIENCE_SECONDS = 300;

    @Override
    public void mutate(AdmissionRequest request) {
        if (request.operation() == Operation.CREATE
                && request.type().storage().equals(PODS)
                && request.subresource().isEmpty()) {
            var spec = Trees.ensure(request.object(), "spec");
            var tolerations = Trees.ensureArray(spec, "tolerations");
            NODE_FAILURES.forEach(key -> tolerate(tolerations, key));
        }
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
