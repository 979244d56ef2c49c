package io.luban.embeddedkube.admission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.admission.AdmissionRequest.Operation;
import io.luban.embeddedkube.store.Store;
import io.luban.embeddedkube.store.StoredObject;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.ApiException;
import io.luban.model.GroupResource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Fills in the class of claims and Ingresses that name none, where one is annotated as the default. */
final class DefaultClasses implements AdmissionPlugin {
    private static final GroupResource CLAIMS = new GroupResource("", "persistentvolumeclaims");
    private static final GroupResource INGRESSES = new GroupResource("networking.k8s.io", "ingresses");
    private static final GroupResource STORAGE = new GroupResource("storage.k8s.io", "storageclasses");
    private static final GroupResource INGRESS = new GroupResource("networking.k8s.io", "ingressclasses");

    private final Store store;

    DefaultClasses(Store store) {
        this.store = store;
    }

    @Override
    public void mutate(AdmissionRequest request) {
        var resource = request.type().storage();
        boolean isConcerned = resource.equals(CLAIMS) || resource.equals(INGRESSES);
        if (!isConcerned
                || request.operation() != Operation.CREATE
                || !request.subresource().isEmpty()) {
            return;
        }
        var spec = Trees.ensure(request.object(), "spec");
        if (resource.equals(CLAIMS) && !spec.has("storageClassName")) {
            newest(STORAGE, "storageclass.kubernetes.io/is-default-class")
                    .ifPresent(name -> spec.put("storageClassName", name));
        } else if (resource.equals(INGRESSES)
                && !spec.has("ingressClassName")
                && Trees.annotation(request.object(), "kubernetes.io/ingress.class")
                        .isEmpty()) {
            setIngressClass(request, spec);
        }
    }

    private void setIngressClass(AdmissionRequest request, ObjectNode spec) {
        var annotation = "ingressclass.kubernetes.io/is-default-class";
        long count = defaults(INGRESS, annotation).size();
        if (count > 1) {
            var message = "%d default IngressClasses were found, only 1 allowed".formatted(count);
            throw ApiException.forbidden(
                    INGRESSES,
                    request.name(),
                    "%s \"%s\" is forbidden: %s".formatted(INGRESSES, request.name(), message));
        }
        newest(INGRESS, annotation).ifPresent(name -> spec.put("ingressClassName", name));
    }

    private Optional<String> newest(GroupResource resource, String annotation) {
        return defaults(resource, annotation).stream()
                .max(Comparator.comparingLong(StoredObject::createRevision))
                .map(found -> found.key().name());
    }

    private List<StoredObject> defaults(GroupResource resource, String annotation) {
        var result = new ArrayList<StoredObject>();
        for (var candidate : store.snapshot(resource).all()) {
            if (Trees.annotation(candidate.tree(), annotation).equals("true")) {
                result.add(candidate);
            }
        }
        return result;
    }
}
