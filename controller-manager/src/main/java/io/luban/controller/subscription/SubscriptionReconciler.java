package io.luban.controller.subscription;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.controller.extension.Lists;
import io.luban.controller.loop.Outcome;
import io.luban.controller.loop.Reconciler;
import io.luban.kube.KubeRest;
import io.luban.model.ApiException;
import io.luban.model.Json;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/** Keeps one Subscription and the plan of its extension equal. */
final class SubscriptionReconciler implements Reconciler {
    static final String SUBSCRIPTIONS = "/apis/kubesphere.io/v1alpha1/subscriptions";
    static final String PLANS = "/apis/kubesphere.io/v1alpha1/installplans";

    private static final String OWNER = "kubesphere.io/subscription";
    private static final String TARGET_NAMESPACE = "kubesphere.io/target-namespace";
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final KubeRest kube;
    private final Clock clock;

    SubscriptionReconciler(KubeRest kube, Clock clock) {
        this.kube = kube;
        this.clock = clock;
    }

    @Override
    public Outcome reconcile(String name) {
        var found = kube.find(SUBSCRIPTIONS + "/" + name).map(Subscription::new);
        if (found.isEmpty()) {
            return Outcome.DONE;
        }
        var subscription = found.get();
        if (subscription.isBeingDeleted()) {
            return subscription.hasFinalizer() ? remove(subscription) : Outcome.DONE;
        }
        if (!subscription.hasFinalizer()) {
            kube.patch(path(subscription), finalizers(subscription, true));
            return Outcome.again(Duration.ZERO);
        }
        var owner = owner(subscription.extension());
        if (!owner.name().equals(name)) {
            var status = new SubscriptionStatus(subscription, clock.instant());
            status.state(
                    "Conflict",
                    "ExtensionIsTaken",
                    "extension \"%s\" belongs to Subscription \"%s\""
                            .formatted(subscription.extension(), owner.name()));
            write(subscription, status.over(MissingNode.getInstance()));
            return Outcome.DONE;
        }
        return follow(subscription);
    }

    private Subscription owner(String extension) {
        return Lists.items(kube, SUBSCRIPTIONS).stream()
                .map(Subscription::new)
                .filter(other -> other.extension().equals(extension))
                .min(Subscription.BY_AGE)
                .orElseThrow(() -> ApiException.unavailable("the subscription vanished while it was looked at"));
    }

    private Outcome follow(Subscription subscription) {
        var plan = plan(subscription);
        if (plan.filter(SubscriptionReconciler::isLeaving).isPresent()) {
            write(subscription, new SubscriptionStatus(subscription, clock.instant()).over(plan.get()));
            return Outcome.again(PATIENCE);
        }
        if (plan.isEmpty() && subscription.wasEverPushed() && subscription.isPushed()) {
            // whoever deleted the plan wanted the extension to go, not to be installed again
            kube.delete(path(subscription));
            return Outcome.DONE;
        }
        if (plan.isEmpty()) {
            conclude(
                    subscription,
                    kube.create(PLANS, newPlan(subscription)),
                    subscription.object().path("spec"));
        } else if (subscription.isPushed()) {
            conclude(subscription, plan.get(), takenOver(subscription, plan.get()));
        } else {
            var pushed = kube.patch(PLANS + "/" + subscription.extension(), push(subscription, plan.get()));
            conclude(subscription, pushed, subscription.object().path("spec"));
        }
        return Outcome.DONE;
    }

    private static ObjectNode newPlan(Subscription subscription) {
        var plan = Json.object().put("apiVersion", "kubesphere.io/v1alpha1").put("kind", "InstallPlan");
        plan.putObject("metadata").put("name", subscription.extension());
        annotate(plan, subscription);
        var spec = plan.putObject("spec");
        spec.putObject("extension").put("name", subscription.extension()).put("version", subscription.version());
        spec.put("enabled", subscription.enabled().asBoolean(true));
        spec.put("config", subscription.config().text());
        return plan;
    }

    /** What the Subscription says; where it says nothing the plan stays as it is. */
    private static ObjectNode push(Subscription subscription, ObjectNode plan) {
        var patch = Json.object();
        annotate(patch, subscription);
        if (isSettled(subscription, plan)) {
            patch.withObject("/metadata/annotations").remove(TARGET_NAMESPACE);
        }
        var spec = patch.putObject("spec");
        spec.putObject("extension").put("version", subscription.version());
        if (subscription.enabled().isBoolean()) {
            spec.set("enabled", subscription.enabled());
        }
        if (subscription.config().isSaid()
                && !subscription.config().means(plan.at("/spec/config").asText(""))) {
            spec.put("config", subscription.config().text());
        }
        return patch;
    }

    private static void annotate(ObjectNode plan, Subscription subscription) {
        var annotations =
                plan.withObject("/metadata").withObject("/annotations").put(OWNER, subscription.name());
        if (!subscription.targetNamespace().isEmpty()) {
            annotations.put(TARGET_NAMESPACE, subscription.targetNamespace());
        }
    }

    /** The Subscription's spec with what somebody has changed in the plan since. */
    private static ObjectNode takenOver(Subscription subscription, ObjectNode plan) {
        var spec = (ObjectNode) subscription.object().path("spec").deepCopy();
        var wanted = plan.path("spec");
        spec.withObject("/extension").set("version", wanted.at("/extension/version"));
        if (wanted.path("enabled").asBoolean() != subscription.enabled().asBoolean(true)) {
            spec.set("enabled", wanted.path("enabled"));
        }
        var config = wanted.path("config").asText("");
        if (!subscription.config().means(config)) {
            spec.set("config", subscription.config().inMyForm(config));
        }
        return spec;
    }

    /** Writes how the plan stands, and the spec that plan and Subscription now share. */
    private void conclude(Subscription subscription, ObjectNode plan, JsonNode spec) {
        var status = new SubscriptionStatus(subscription, clock.instant());
        var release = subscription.text("/spec/releaseName");
        if (!release.isEmpty() && !release.equals(subscription.extension())) {
            status.state(
                    "ReleaseNameIgnored",
                    "ReleaseNameIgnored",
                    "the release is called like the extension, \"%s\"".formatted(subscription.extension()));
        }
        var settled = plan.at("/status/targetNamespace").asText("");
        if (isSettled(subscription, plan)
                && !subscription.targetNamespace().isEmpty()
                && !settled.equals(subscription.targetNamespace())) {
            status.state(
                    "TargetNamespaceImmutable",
                    "TargetNamespaceImmutable",
                    "the extension is installed in namespace \"%s\" and stays there".formatted(settled));
        }
        var written = status.over(plan);
        written.put("observedSpec", Subscription.mark(spec));
        written.set("observedGeneration", subscription.object().at("/metadata/generation"));
        var patch = Json.object();
        // what was read must still be there, or an edit made meanwhile would count as seen
        patch.putObject("metadata").set("resourceVersion", subscription.object().at("/metadata/resourceVersion"));
        boolean isSame = Json.sameValue(spec, subscription.object().path("spec"));
        if (!isSame) {
            patch.set("spec", spec);
        }
        if (!isSame || differs(subscription, written)) {
            patch.set("status", written);
            kube.patch(path(subscription), patch);
        }
    }

    private void write(Subscription subscription, ObjectNode status) {
        if (differs(subscription, status)) {
            var patch = Json.object();
            patch.set("status", status);
            kube.patch(path(subscription), patch);
        }
    }

    /** Whether a written status would tell anything new; the generation counts our own writes and does not. */
    private static boolean differs(Subscription subscription, ObjectNode status) {
        var present = subscription.object().path("status");
        return status.properties().stream()
                .filter(field -> !field.getKey().equals("observedGeneration"))
                .anyMatch(field -> !Json.sameValue(field.getValue(), present.path(field.getKey())));
    }

    private Outcome remove(Subscription subscription) {
        var plan = plan(subscription)
                .filter(found ->
                        found.at("/metadata/annotations").path(OWNER).asText("").equals(subscription.name()));
        if (plan.isPresent()) {
            if (!isLeaving(plan.get())) {
                kube.delete(PLANS + "/" + subscription.extension());
            }
            write(subscription, new SubscriptionStatus(subscription, clock.instant()).over(plan.get()));
            return Outcome.again(PATIENCE);
        }
        try {
            kube.patch(path(subscription), finalizers(subscription, false));
        } catch (ApiException e) {
            if (e.code() != 404) {
                throw e;
            }
        }
        return Outcome.DONE;
    }

    private Optional<ObjectNode> plan(Subscription subscription) {
        return kube.find(PLANS + "/" + subscription.extension());
    }

    private static boolean isSettled(Subscription subscription, ObjectNode plan) {
        return !plan.at("/status/targetNamespace").asText("").isEmpty()
                && !subscription.extension().isEmpty();
    }

    private static boolean isLeaving(ObjectNode plan) {
        return plan.at("/metadata/deletionTimestamp").isTextual();
    }

    private static String path(Subscription subscription) {
        return SUBSCRIPTIONS + "/" + subscription.name();
    }

    private static ObjectNode finalizers(Subscription subscription, boolean protects) {
        var patch = Json.object();
        var metadata = patch.putObject("metadata");
        metadata.set("resourceVersion", subscription.object().at("/metadata/resourceVersion"));
        var list = metadata.putArray("finalizers");
        subscription.object().at("/metadata/finalizers").forEach(finalizer -> {
            if (!finalizer.asText().equals(Subscription.FINALIZER)) {
                list.add(finalizer);
            }
        });
        if (protects) {
            list.add(Subscription.FINALIZER);
        }
        return patch;
    }
}
