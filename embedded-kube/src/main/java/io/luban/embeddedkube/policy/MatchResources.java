package io.luban.embeddedkube.policy;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.embeddedkube.admission.AdmissionRequest;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.LabelSelector;
import java.util.List;

/** Which requests a policy or a binding is about; without rules every one whose labels are chosen. */
record MatchResources(
        List<ResourceRule> rules, List<ResourceRule> excluded, LabelSelector namespace, LabelSelector object) {
    static MatchResources of(JsonNode match) {
        return new MatchResources(
                ResourceRule.listOf(match.path("resourceRules")),
                ResourceRule.listOf(match.path("excludeResourceRules")),
                selector(match, "namespaceSelector"),
                selector(match, "objectSelector"));
    }

    private static LabelSelector selector(JsonNode match, String member) {
        return match.hasNonNull(member) ? LabelSelector.from(match.path(member)) : LabelSelector.EVERYTHING;
    }

    boolean matches(RequestContext context) {
        var request = context.request();
        return (rules.isEmpty() || anyMatches(rules, request))
                && !anyMatches(excluded, request)
                && isObjectMeant(request)
                && (!context.hasNamespace()
                        || namespace.isEverything()
                        || namespace.matches(context.namespaceLabels()));
    }

    private static boolean anyMatches(List<ResourceRule> rules, AdmissionRequest request) {
        return rules.stream().anyMatch(rule -> rule.matches(request));
    }

    private boolean isObjectMeant(AdmissionRequest request) {
        return object.isEverything()
                || object.matches(Trees.labels(request.object()))
                || request.old().map(old -> object.matches(Trees.labels(old))).orElse(false);
    }
}
