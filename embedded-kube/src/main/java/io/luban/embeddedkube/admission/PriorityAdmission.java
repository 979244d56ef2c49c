package io.luban.embeddedkube.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.admission.AdmissionRequest.Operation;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.store.Store;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.ApiException;
import io.luban.model.GroupResource;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.StreamSupport;

/** Gives pods the priority of their class, and sees to it that one class at most is the default. */
final class PriorityAdmission implements AdmissionPlugin {
    private static final GroupResource PODS = new GroupResource("", "pods");
    private static final GroupResource CLASSES = new GroupResource("scheduling.k8s.io", "priorityclasses");
    private static final String PREEMPTION = "preemptionPolicy";
    private static final String PREEMPTS = "PreemptLowerPriority";

    private final Store store;

    PriorityAdmission(Store store) {
        this.store = store;
    }

    @Override
    public void mutate(AdmissionRequest request) {
        boolean isNewPod = request.operation() == Operation.CREATE
                && request.type().storage().equals(PODS)
                && request.subresource().isEmpty();
        if (!isNewPod) {
            return;
        }
        var spec = Trees.ensure(request.object(), "spec");
        var name = Trees.text(spec, "priorityClassName");
        var found = name.isEmpty() ? defaultClass() : Optional.of(named(request, name));
        int priority = found.map(tree -> tree.path("value").asInt()).orElse(0);
        requireComputed(request, "integer value of priority", spec.path("priority"), Integer.toString(priority));
        spec.put("priority", priority);
        if (found.isEmpty()) {
            if (!spec.hasNonNull(PREEMPTION)) {
                spec.put(PREEMPTION, PREEMPTS);
            }
            return;
        }
        var policy = found.get().path(PREEMPTION).asText(PREEMPTS);
        requireComputed(request, "string value of PreemptionPolicy", spec.path(PREEMPTION), policy);
        spec.put("priorityClassName", Trees.name(found.get())).put(PREEMPTION, policy);
    }

    /** What follows from the class may stand in a pod already, but not another value. */
    private static void requireComputed(AdmissionRequest request, String what, JsonNode given, String computed) {
        if (!given.isMissingNode() && !given.isNull() && !given.asText().equals(computed)) {
            throw forbidden(
                    request,
                    "the %s (%s) must not be provided in pod spec; priority admission controller computed %s from the given PriorityClass name"
                            .formatted(what, given.asText(), computed));
        }
    }

    private ObjectNode named(AdmissionRequest request, String name) {
        return store.get(new ObjectKey(CLASSES, "", name))
                .orElseThrow(() -> forbidden(request, "no PriorityClass with name " + name + " was found"))
                .tree();
    }

    /** Of several that have become the default at once, the one of the lowest priority. */
    private Optional<ObjectNode> defaultClass() {
        return StreamSupport.stream(store.snapshot(CLASSES).all().spliterator(), false)
                .map(found -> found.tree())
                .filter(tree -> tree.path("globalDefault").asBoolean())
                .min(Comparator.comparingInt(tree -> tree.path("value").asInt()));
    }

    @Override
    public void validate(AdmissionRequest request) {
        boolean isWritten = request.operation() == Operation.CREATE || request.operation() == Operation.UPDATE;
        if (!isWritten
                || !request.type().storage().equals(CLASSES)
                || !request.object().path("globalDefault").asBoolean()) {
            return;
        }
        defaultClass()
                .map(Trees::name)
                .filter(name -> !name.equals(request.name()))
                .ifPresent(name -> {
                    throw forbidden(
                            request,
                            "PriorityClass %s is already marked as default. Only one default can exist"
                                    .formatted(name));
                });
    }

    private static ApiException forbidden(AdmissionRequest request, String why) {
        var resource = request.type().resource();
        return ApiException.forbidden(
                resource, request.name(), "%s \"%s\" is forbidden: %s".formatted(resource, request.name(), why));
    }
}
