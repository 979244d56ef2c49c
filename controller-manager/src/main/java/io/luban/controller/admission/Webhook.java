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
 * @param phases when API servers ask
 * @param selector which objects are meant, empty for all
 */
record Webhook(
        String configuration,
        String name,
        List<String> groups,
        List<String> resources,
        String pathSuffix,
        Set<Phase> phases,
        ObjectNode selector) {
    private static final int TIMEOUT_SECONDS = 10;

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

    String path(Phase phase) {
        return "/" + phase.prefix + "-" + pathSuffix;
    }

    /** The entry of a webhook configuration, without the place to call. */
    ObjectNode entry() {
        var entry = Json.object().put("name", name);
        entry.putArray("admissionReviewVersions").add("v1");
        entry.put("failurePolicy", "Fail").put("sideEffects", "None").put("timeoutSeconds", TIMEOUT_SECONDS);
        entry.put("matchPolicy", "Equivalent");
        var rule = entry.putArray("rules").addObject();
        groups.forEach(rule.putArray("apiGroups")::add);
        rule.putArray("apiVersions").add("v1alpha1");
        rule.putArray("operations").add("CREATE").add("UPDATE");
        resources.forEach(rule.putArray("resources")::add);
        rule.put("scope", "Cluster");
        if (!selector.isEmpty()) {
            entry.set("objectSelector", selector);
        }
        return entry;
    }
}
