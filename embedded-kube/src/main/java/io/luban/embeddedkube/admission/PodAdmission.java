package io.luban.embeddedkube.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.admission.AdmissionRequest.Operation;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.store.Store;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.ApiException;
import io.luban.model.GroupResource;
import java.util.List;

/** Gives pods the priority of their class, and the patience with nodes that fail. */
final class PodAdmission implements AdmissionPlugin {
    private static final GroupResource PODS = new GroupResource("", "pods");
    private static final GroupResource CLASSES = new GroupResource("scheduling.k8s.io", "priorityclasses");
    private static final List<String> NODE_FAILURES =
            List.of("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable");
    private static final int PATIENCE_SECONDS = 300;

    private final Store store;

    PodAdmission(Store store) {
        this.store = store;
    }

    @Override
    public void mutate(AdmissionRequest request) {
        if (request.operation() == Operation.CREATE
                && request.type().storage().equals(PODS)
                && request.subresource().isEmpty()) {
            var spec = Trees.ensure(request.object(), "spec");
            setPriority(request, spec);
            var tolerations = Trees.ensureArray(spec, "tolerations");
            NODE_FAILURES.forEach(key -> tolerate(tolerations, key));
        }
    }

    private void setPriority(AdmissionRequest request, ObjectNode spec) {
        var name = Trees.text(spec, "priorityClassName");
        if (!name.isEmpty()) {
            var found = store.get(new ObjectKey(CLASSES, "", name))
                    .orElseThrow(() -> ApiException.forbidden(
                            PODS,
                            request.name(),
                            "pods \"%s\" is forbidden: no PriorityClass with name %s was found"
                                    .formatted(request.name(), name)))
                    .tree();
            apply(spec, found);
            return;
        }
        for (var candidate : store.snapshot(CLASSES).all()) {
            var tree = candidate.tree();
            if (tree.path("globalDefault").asBoolean()) {
                spec.put("priorityClassName", candidate.key().name());
                apply(spec, tree);
                return;
            }
        }
        spec.put("priority", 0);
        if (!spec.hasNonNull("preemptionPolicy")) {
            spec.put("preemptionPolicy", "PreemptLowerPriority");
        }
    }

    private static void apply(ObjectNode spec, JsonNode priorityClass) {
        spec.put("priority", priorityClass.path("value").asInt());
        spec.put("preemptionPolicy", priorityClass.path("preemptionPolicy").asText("PreemptLowerPriority"));
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
