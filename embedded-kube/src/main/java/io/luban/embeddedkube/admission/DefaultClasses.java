package io.luban.embeddedkube.admission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.admission.AdmissionRequest.Operation;
import io.luban.embeddedkube.store.Store;
import io.luban.embeddedkube.store.StoredObject;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.ApiException;
import io.luban.model.GroupResource;
import io.luban.model.StatusCause;
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

    private static final String ANNOTATED_CLASS = "kubernetes.io/ingress.class";

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
        } else if (resource.equals(INGRESSES)) {
            setIngressClass(request, spec);
        }
    }

    /** The class may be named by an annotation of old times as well, but not another one. */
    private void setIngressClass(AdmissionRequest request, ObjectNode spec) {
        var annotated = Trees.annotation(request.object(), ANNOTATED_CLASS);
        var name = Trees.text(spec, "ingressClassName");
        if (!spec.has("ingressClassName") && annotated.isEmpty()) {
            newest(INGRESS, "ingressclass.kubernetes.io/is-default-class")
                    .ifPresent(found -> spec.put("ingressClassName", found));
        } else if (!annotated.isEmpty() && !name.isEmpty() && !annotated.equals(name)) {
            var cause = StatusCause.invalid(
                    "annotations." + ANNOTATED_CLASS,
                    annotated,
                    "must match `ingressClassName` when both are specified");
            throw ApiException.invalid(INGRESSES.group(), "Ingress", request.name(), List.of(cause));
        }
    }

    /** Of several that are annotated, the newest. */
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
