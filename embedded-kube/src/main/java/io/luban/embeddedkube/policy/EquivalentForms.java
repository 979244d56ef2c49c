package io.luban.embeddedkube.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.admission.AdmissionRequest;
import io.luban.embeddedkube.registry.Registry;
import io.luban.embeddedkube.registry.ResourceType;
import io.luban.embeddedkube.tree.Trees;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Requests as somebody wants to see them who named another version of the same objects: with {@code matchPolicy:
 * Equivalent}, rules about one version hold for all of them.
 */
public final class EquivalentForms {
    private final Registry registry;

    /** Forms of what is served. */
    public EquivalentForms(Registry registry) {
        this.registry = registry;
    }

    /** Whether rules are about the named versions alone. */
    public static boolean isExact(JsonNode holder) {
        return Trees.text(holder, "matchPolicy").equals("Exact");
    }

    /** The version in which the rules mean the request: its own if they name it, else another one; empty for none. */
    public Optional<ResourceType> match(List<ResourceRule> rules, boolean isExact, AdmissionRequest request) {
        if (rules.stream().anyMatch(rule -> rule.matches(request, request.type()))) {
            return Optional.of(request.type());
        }
        if (isExact || rules.stream().noneMatch(rule -> rule.isAboutResource(request))) {
            return Optional.empty();
        }
        return registry.all().stream()
                .filter(type -> type.storage().equals(request.type().storage())
                        && !type.kind().equals(request.type().kind()))
                .filter(type -> rules.stream().anyMatch(rule -> rule.matches(request, type)))
                .findFirst();
    }

    /** The request with its objects in that version; what is changed there does not change the request itself. */
    public static AdmissionRequest in(ResourceType type, AdmissionRequest request) {
        if (isIn(type, request)) {
            return request;
        }
        return new AdmissionRequest(
                request.operation(),
                type,
                request.subresource(),
                request.namespace(),
                request.name(),
                converted(request.object(), request.type(), type),
                request.old().map(old -> converted(old, request.type(), type)),
                request.user(),
                request.dryRun(),
                request.remarks(),
                UnaryOperator.identity());
    }

    /** Puts the object of a form in the place of the request's own. */
    public static void takeOver(AdmissionRequest form, AdmissionRequest request) {
        if (!isIn(form.type(), request)) {
            var object = converted(form.object(), form.type(), request.type());
            request.object().removeAll();
            request.object().setAll(object);
        }
    }

    private static boolean isIn(ResourceType type, AdmissionRequest request) {
        return type.kind().equals(request.type().kind());
    }

    /** What a subresource speaks (a Scale, an Eviction) has one version for all versions of the resource. */
    private static ObjectNode converted(ObjectNode object, ResourceType from, ResourceType to) {
        if (!Trees.text(object, "kind").equals(from.kind().kind())) {
            return object.deepCopy();
        }
        return to.conversion().toServed(from.conversion().toStored(object.deepCopy()));
    }
}
