package io.luban.embeddedkube.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.admission.AdmissionRequest;
import io.luban.embeddedkube.policy.EquivalentForms;
import io.luban.embeddedkube.policy.ResourceRule;
import io.luban.embeddedkube.registry.ResourceType;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.LabelSelector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One webhook of a configuration. */
record Webhook(
        ObjectNode configuration,
        String name,
        JsonNode client,
        List<ResourceRule> rules,
        boolean isExact,
        JsonNode matchConditions,
        Selectors selectors,
        Behaviour behaviour) {
    /** Labels of the namespace and of the object that are asked for. */
    record Selectors(LabelSelector namespace, LabelSelector object) {}

    /** What holds around a call. */
    record Behaviour(boolean ignoresFailures, boolean allowsDryRun, boolean reinvokes, Duration timeout) {}

    static List<Webhook> listOf(ObjectNode configuration) {
        var result = new ArrayList<Webhook>();
        configuration.path("webhooks").forEach(hook -> result.add(of(configuration, hook)));
        return result;
    }

    private static Webhook of(ObjectNode configuration, JsonNode hook) {
        var sideEffects = Trees.text(hook, "sideEffects");
        return new Webhook(
                configuration,
                Trees.text(hook, "name"),
                hook.path("clientConfig"),
                ResourceRule.listOf(hook.path("rules")),
                EquivalentForms.isExact(hook),
                hook.path("matchConditions"),
                new Selectors(selector(hook, "namespaceSelector"), selector(hook, "objectSelector")),
                new Behaviour(
                        Trees.text(hook, "failurePolicy").equals("Ignore"),
                        sideEffects.equals("None") || sideEffects.equals("NoneOnDryRun"),
                        Trees.text(hook, "reinvocationPolicy").equals("IfNeeded"),
                        Duration.ofSeconds(hook.path("timeoutSeconds").asLong(10))));
    }

    private static LabelSelector selector(JsonNode hook, String member) {
        return hook.hasNonNull(member) ? LabelSelector.from(hook.path(member)) : LabelSelector.EVERYTHING;
    }

    /**
     * The version in which the request is to be sent, empty when it is not; namespaces are judged by their own labels,
     * other cluster objects always.
     */
    Optional<ResourceType> concern(
            AdmissionRequest request,
            EquivalentForms forms,
            Map<String, String> namespaceLabels,
            boolean hasNamespace) {
        return forms.match(rules, isExact, request).filter(type -> hasLabels(request, namespaceLabels, hasNamespace));
    }

    private boolean hasLabels(AdmissionRequest request, Map<String, String> namespaceLabels, boolean hasNamespace) {
        var isObjectMeant = selectors.object().matches(Trees.labels(request.object()))
                || request.old()
                        .map(old -> selectors.object().matches(Trees.labels(old)))
                        .orElse(false);
        return isObjectMeant && (!hasNamespace || selectors.namespace().matches(namespaceLabels));
    }
}
