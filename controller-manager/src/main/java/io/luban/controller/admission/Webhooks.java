package io.luban.controller.admission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.controller.admission.Webhook.Kinds;
import io.luban.controller.admission.Webhook.Phase;
import io.luban.controller.serviceaccount.Accounts;
import io.luban.model.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** All webhooks of the platform and the rule that stands behind each. */
final class Webhooks {
    private static final String GROUP = "kubesphere.io";
    private static final String SURFACE_GROUP = "extensions.kubesphere.io";
    private static final Set<Phase> BOTH = Set.of(Phase.MUTATE, Phase.VALIDATE);

    private Webhooks() {}

    static Map<Webhook, Rule> over(Others others, Set<String> reservedGroups, Consumer<String> planRemoved) {
        var webhooks = new LinkedHashMap<Webhook, Rule>();
        webhooks.put(plans(), new InstallPlanRule());
        webhooks.put(removals(), new RemovalRule(planRemoved));
        webhooks.put(
                new Webhook(
                        "subscriptions.kubesphere.io",
                        "subscriptions.kubesphere.io",
                        Kinds.ofPlatform(List.of(GROUP), List.of("subscriptions")),
                        "kubesphere-io-v1alpha1-subscription",
                        Webhook.Terms.writes(Set.of(Phase.VALIDATE)),
                        Json.object()),
                new SubscriptionRule());
        webhooks.put(surface("jsbundles", "jsbundle"), new JsBundleRule(others));
        webhooks.put(surface("apiservices", "apiservice"), new ApiServiceRule(others, reservedGroups));
        webhooks.put(surface("reverseproxies", "reverseproxy"), new ReverseProxyRule(others));
        webhooks.put(surface("extensionentries", "extensionentry"), new ExtensionEntryRule(others));
        webhooks.put(catalog(), new EarlyForms(others));
        return webhooks;
    }

    /** Pods that name an account of the platform. */
    static Webhook pods() {
        return new Webhook(
                "serviceaccounts.kubesphere.io",
                "serviceaccounts.kubesphere.io",
                new Kinds(List.of(""), "v1", List.of("pods"), "Namespaced"),
                "/serviceaccount-pod-injector",
                Webhook.Terms.additions(
                        "has(object.metadata.annotations) && '" + Accounts.OF_POD + "' in object.metadata.annotations"),
                Json.object());
    }

    private static Webhook plans() {
        return new Webhook(
                "installplans.kubesphere.io",
                "installplans.kubesphere.io",
                Kinds.ofPlatform(List.of(GROUP), List.of("installplans")),
                "kubesphere-io-v1alpha1-installplan",
                Webhook.Terms.writes(BOTH),
                selector("app.kubernetes.io/managed-by", "NotIn", "Helm"));
    }

    private static Webhook removals() {
        return new Webhook(
                "installplans.kubesphere.io",
                "removals.installplans.kubesphere.io",
                Kinds.ofPlatform(List.of(GROUP), List.of("installplans")),
                "kubesphere-io-v1alpha1-installplan-removal",
                Webhook.Terms.removals(),
                Json.object());
    }

    private static Webhook surface(String plural, String kind) {
        return new Webhook(
                "extensions.kubesphere.io",
                plural + "." + SURFACE_GROUP,
                Kinds.ofPlatform(List.of(SURFACE_GROUP, GROUP), List.of(plural)),
                "extensions-kubesphere-io-v1alpha1-" + kind,
                Webhook.Terms.writes(BOTH),
                Json.object());
    }

    /** What comes out of a repository has been read by this build and is complete. */
    private static Webhook catalog() {
        return new Webhook(
                "catalog.kubesphere.io",
                "catalog.kubesphere.io",
                Kinds.ofPlatform(List.of(GROUP), List.of("categories", "extensions", "extensionversions")),
                "kubesphere-io-v1alpha1-catalog",
                Webhook.Terms.writes(Set.of(Phase.MUTATE)),
                selector("kubesphere.io/repository-ref", "DoesNotExist"));
    }

    private static ObjectNode selector(String key, String operator, String... values) {
        var selector = Json.object();
        var expression = selector.putArray("matchExpressions")
                .addObject()
                .put("key", key)
                .put("operator", operator);
        if (values.length > 0) {
            List.of(values).forEach(expression.putArray("values")::add);
        }
        return selector;
    }
}
