package io.luban.embeddedkube.admission;

import io.luban.embeddedkube.admission.AdmissionRequest.Operation;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.GroupResource;
import java.util.Map;

/** Holds claims and volumes until nothing uses them any more; their controller lets them go. */
final class StorageInUse implements AdmissionPlugin {
    private static final Map<GroupResource, String> FINALIZERS = Map.of(
            new GroupResource("", "persistentvolumeclaims"), "kubernetes.io/pvc-protection",
            new GroupResource("", "persistentvolumes"), "kubernetes.io/pv-protection");

    @Override
    public void mutate(AdmissionRequest request) {
        var finalizer = FINALIZERS.get(request.type().storage());
        if (finalizer != null
                && request.operation() == Operation.CREATE
                && request.subresource().isEmpty()) {
            var list = Trees.ensureArray(Trees.ensure(request.object(), "metadata"), "finalizers");
            if (!Trees.items(list).contains(finalizer)) {
                list.add(finalizer);
            }
        }
    }
}
