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
 * @param kinds that it is about
 * @param pathSuffix what follows {@code /mutate-} and {@code /validate-}; with a slash before it, the whole path
 * @param terms when API servers ask, and what they do without an answer
 * @param selector which objects are meant, empty for all
 */
record Webhook(String configuration, String name, Kinds kinds, String pathSuffix, Terms terms, ObjectNode selector) {
    /**
     * Some kinds, of one version of their groups.
     *
     * @param resources plurals of the kinds
     */
    record Kinds(List<String> groups, String version, List<String> resources, String scope) {
        /** Kinds of the platform. */
        static Kinds ofPlatform(List<String> groups, List<String> resources) {
            return new Kinds(groups, "v1alpha1", resources, "Cluster");
        }
    }

    /**
     * When API servers ask, and what they do without an answer.
     *
     * @param isNeeded whether nothing may be written without an answer
     * @param condition in CEL, under which API servers ask; empty for always. Old ones that know no conditions always ask
     */
    record Terms(Set<Phase> phases, List<String> operations, boolean isNeeded, int timeoutSeconds, String condition) {
        private static final int TIMEOUT_SECONDS = 10;
        private static final int HINT_SECONDS = 3;

        /** Whatever is written is judged. */
        static Terms writes(Set<Phase> phases) {
            return new Terms(phases, List.of("CREATE", "UPDATE"), true, TIMEOUT_SECONDS, "");
        }

        /** Removals are told; they never wait for the platform. */
        static Terms removals() {
            return new Terms(Set.of(Phase.VALIDATE), List.of("DELETE"), false, HINT_SECONDS, "");
        }

        /** What is made is completed where the condition holds; it never waits for the platform for long. */
        static Terms additions(String condition) {
            return new Terms(Set.of(Phase.MUTATE), List.of("CREATE"), false, HINT_SECONDS, condition);
        }
    }

    /** Field of an entry that servers before Kubernetes 1.27 do not know. */
    static final String CONDITIONS = "matchConditions";

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
        return pathSuffix.startsWith("/") ? pathSuffix : "/" + phase.prefix + "-" + pathSuffix;
    }

    /** The entry of a webhook configuration, without the place to call. */
    ObjectNode entry() {
        var entry = Json.object().put("name", name);
        entry.putArray("admissionReviewVersions").add("v1");
        entry.put("failurePolicy", terms.isNeeded() ? "Fail" : "Ignore")
                .put("sideEffects", terms.operations().contains("DELETE") ? "NoneOnDryRun" : "None")
                .put("timeoutSeconds", terms.timeoutSeconds());
        entry.put("matchPolicy", "Equivalent");
        var rule = entry.putArray("rules").addObject();
        kinds.groups().forEach(rule.putArray("apiGroups")::add);
        rule.putArray("apiVersions").add(kinds.version());
        terms.operations().forEach(rule.putArray("operations")::add);
        kinds.resources().forEach(rule.putArray("resources")::add);
        rule.put("scope", kinds.scope());
        if (!terms.condition().isEmpty()) {
            entry.putArray(CONDITIONS).addObject().put("name", "is-meant").put("expression", terms.condition());
        }
        if (!selector.isEmpty()) {
            entry.set("objectSelector", selector);
        }
        return entry;
    }
}
