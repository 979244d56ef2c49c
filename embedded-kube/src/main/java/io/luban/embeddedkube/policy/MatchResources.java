package io.luban.embeddedkube.policy;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.embeddedkube.admission.AdmissionRequest;
import io.luban.embeddedkube.registry.ResourceType;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.LabelSelector;
import java.util.List;
import java.util.Optional;

/** Which requests a policy or a binding is about; without rules every one whose labels are chosen. */
record MatchResources(
        List<ResourceRule> rules,
        List<ResourceRule> excluded,
        boolean isExact,
        LabelSelector namespace,
        LabelSelector object) {
    static MatchResources of(JsonNode match) {
        return new MatchResources(
                ResourceRule.listOf(match.path("resourceRules")),
                ResourceRule.listOf(match.path("excludeResourceRules")),
                EquivalentForms.isExact(match),
                selector(match, "namespaceSelector"),
                selector(match, "objectSelector"));
    }

    private static LabelSelector selector(JsonNode match, String member) {
        return match.hasNonNull(member) ? LabelSelector.from(match.path(member)) : LabelSelector.EVERYTHING;
    }

    /** The version in which the request is meant; empty when it is not. */
    Optional<ResourceType> match(RequestContext context, EquivalentForms forms) {
        var request = context.request();
        var type = rules.isEmpty() ? Optional.of(request.type()) : forms.match(rules, isExact, request);
        return type.filter(found -> forms.match(excluded, isExact, request).isEmpty()
                && isObjectMeant(request)
                && (!context.hasNamespace()
                        || namespace.isEverything()
                        || namespace.matches(context.namespaceLabels())));
    }

    private boolean isObjectMeant(AdmissionRequest request) {
        return object.isEverything()
                || object.matches(Trees.labels(request.object()))
                || request.old().map(old -> object.matches(Trees.labels(old))).orElse(false);
    }
}
