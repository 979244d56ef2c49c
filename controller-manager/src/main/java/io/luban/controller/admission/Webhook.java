package io.luban.controller.admission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.Json;
import java.util.List;
import java.util.Set;

/**
 * One rule as API servers know it.
 *
 * @param configuration name of the object that carries the webhook
 * @param name of the webhook, which denials show
 * @param groups of the kinds, all in version v1alpha1
 * @param resources plurals of the kinds
 * @param pathSuffix what follows {@code /mutate-} and {@code /validate-}
 * @param terms when API servers ask, and what they do without an answer
 * @param selector which objects are meant, empty for all
 */
record Webhook(
        String configuration,
        String name,
        List<String> groups,
        List<String> resources,
        String pathSuffix,
        Terms terms,
        ObjectNode selector) {
    /**
     * When API servers ask, and what they do without an answer.
     *
     * @param isNeeded whether nothing may be written without an answer
     */
    record Terms(Set<Phase> phases, List<String> operations, boolean isNeeded, int timeoutSeconds) {
        private static final int TIMEOUT_SECONDS = 10;
        private static final int HINT_SECONDS = 3;

        /** Whatever is written is judged. */
        static Terms writes(Set<Phase> phases) {
            return new Terms(phases, List.of("CREATE", "UPDATE"), true, TIMEOUT_SECONDS);
        }

        /** Removals are told; they never wait for the platform. */
        static Terms removals() {
            return new Terms(Set.of(Phase.VALIDATE), List.of("DELETE"), false, HINT_SECONDS);
        }
    }

    /** The two times at which API servers ask. */
    enum Phase {
        MUTATE("mutate", "MutatingWebhookConfiguration", "mutatingwebhookconfigurations"),
        VALIDATE("validate", "ValidatingWebhookConfiguration", "validatingwebhookconfigurations");

        private final String prefix;
        private final String kind;
        private final String plural;

        Phase(String prefix, String kind, String plural) {
            this.prefix = prefix;
            this.kind = kind;
            this.plural = plural;
        }

        /** Path of the configurations. */
        String collection() {
            return "/apis/admissionregistration.k8s.io/v1/" + plural;
        }

        String kind() {
            return kind;
        }
    }

    Set<Phase> phases() {
        return terms.phases();
    }

    String path(Phase phase) {
        return "/" + phase.prefix + "-" + pathSuffix;
    }

    /** The entry of a webhook configuration, without the place to call. */
    ObjectNode entry() {
        var entry = Json.object().put("name", name);
        entry.putArray("admissionReviewVersions").add("v1");
        entry.put("failurePolicy", terms.isNeeded() ? "Fail" : "Ignore")
                .put("sideEffects", terms.isNeeded() ? "None" : "NoneOnDryRun")
                .put("timeoutSeconds", terms.timeoutSeconds());
        entry.put("matchPolicy", "Equivalent");
        var rule = entry.putArray("rules").addObject();
        groups.forEach(rule.putArray("apiGroups")::add);
        rule.putArray("apiVersions").add("v1alpha1");
        terms.operations().forEach(rule.putArray("operations")::add);
        resources.forEach(rule.putArray("resources")::add);
        rule.put("scope", "Cluster");
        if (!selector.isEmpty()) {
            entry.set("objectSelector", selector);
        }
        return entry;
    }
}
