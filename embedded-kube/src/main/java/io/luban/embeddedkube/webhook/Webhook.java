package io.luban.embeddedkube.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.embeddedkube.admission.AdmissionRequest;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.LabelSelector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One webhook of a configuration. */
record Webhook(String name, JsonNode client, List<Rule> rules, Selectors selectors, Behaviour behaviour) {
    /** Labels of the namespace and of the object that are asked for. */
    record Selectors(LabelSelector namespace, LabelSelector object) {}

    /** What holds around a call. */
    record Behaviour(boolean ignoresFailures, boolean allowsDryRun, boolean reinvokes, Duration timeout) {}

    /** Which requests are concerned. */
    record Rule(
            List<String> operations, List<String> groups, List<String> versions, List<String> resources, String scope) {
        static Rule of(JsonNode rule) {
            return new Rule(
                    Trees.items(rule.path("operations")),
                    Trees.items(rule.path("apiGroups")),
                    Trees.items(rule.path("apiVersions")),
                    Trees.items(rule.path("resources")),
                    rule.path("scope").asText("*"));
        }

        boolean matches(AdmissionRequest request) {
            var kind = request.type().kind();
            return contains(operations, request.operation().name())
                    && contains(groups, kind.group())
                    && contains(versions, kind.version())
                    && resources.stream().anyMatch(wanted -> isResource(wanted, request))
                    && isInScope(request);
        }

        private boolean isInScope(AdmissionRequest request) {
            return switch (scope) {
                case "Namespaced" -> request.type().namespaced();
                case "Cluster" -> !request.type().namespaced();
                default -> true;
            };
        }

        private static boolean contains(List<String> wanted, String value) {
            return wanted.contains("*") || wanted.contains(value);
        }

        private static boolean isResource(String wanted, AdmissionRequest request) {
            var plural = request.type().names().plural();
            var sub = request.subresource();
            int slash = wanted.indexOf('/');
            if (slash < 0) {
                return sub.isEmpty() && (wanted.equals("*") || wanted.equals(plural));
            }
            var resourcePart = wanted.substring(0, slash);
            var subPart = wanted.substring(slash + 1);
            return (resourcePart.equals("*") || resourcePart.equals(plural))
                    && (subPart.equals("*") || subPart.equals(sub));
        }
    }

    static List<Webhook> listOf(JsonNode configuration) {
        var result = new ArrayList<Webhook>();
        configuration.path("webhooks").forEach(hook -> result.add(of(hook)));
        return result;
    }

    private static Webhook of(JsonNode hook) {
        var rules = new ArrayList<Rule>();
        hook.path("rules").forEach(rule -> rules.add(Rule.of(rule)));
        var sideEffects = Trees.text(hook, "sideEffects");
        return new Webhook(
                Trees.text(hook, "name"),
                hook.path("clientConfig"),
                rules,
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

    /** Whether the request is to be sent; namespaces are judged by their own labels, other cluster objects always. */
    boolean concerns(AdmissionRequest request, Map<String, String> namespaceLabels, boolean hasNamespace) {
        if (rules.stream().noneMatch(rule -> rule.matches(request))) {
            return false;
        }
        var isObjectMeant = selectors.object().matches(Trees.labels(request.object()))
                || request.old()
                        .map(old -> selectors.object().matches(Trees.labels(old)))
                        .orElse(false);
        return isObjectMeant && (!hasNamespace || selectors.namespace().matches(namespaceLabels));
    }
}
