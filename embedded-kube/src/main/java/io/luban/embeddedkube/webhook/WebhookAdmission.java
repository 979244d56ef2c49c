package io.luban.embeddedkube.webhook;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.admission.AdmissionPlugin;
import io.luban.embeddedkube.admission.AdmissionRequest;
import io.luban.embeddedkube.admission.AdmissionRequest.Operation;
import io.luban.embeddedkube.auth.User;
import io.luban.embeddedkube.patch.JsonPatch;
import io.luban.embeddedkube.policy.EquivalentForms;
import io.luban.embeddedkube.policy.MatchConditions.UndecidedException;
import io.luban.embeddedkube.policy.RequestConditions;
import io.luban.embeddedkube.registry.Registry;
import io.luban.embeddedkube.registry.ResourceType;
import io.luban.embeddedkube.service.ServiceResolver;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.store.Store;
import io.luban.embeddedkube.tree.Trees;
import io.luban.embeddedkube.webhook.WebhookCalls.Due;
import io.luban.model.ApiException;
import io.luban.model.GroupResource;
import io.luban.model.Ids;
import io.luban.model.Json;
import io.luban.model.ParseException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Asks the configured webhooks, first those that change objects, at the end those that judge them. */
public final class WebhookAdmission implements AdmissionPlugin, AutoCloseable {
    private static final GroupResource NAMESPACES = new GroupResource("", "namespaces");
    private static final GroupResource PODS = new GroupResource("", "pods");

    private final Store store;
    private final RequestConditions conditions;
    private final WebhookTable mutating;
    private final WebhookTable validating;
    private final EquivalentForms forms;
    private final WebhookCalls calls;
    private final List<AdmissionPlugin> builtIns;

    /** A webhook that is to be asked, about objects in that version. */
    private record Concern(Webhook webhook, ResourceType type) {}

    /**
     * How webhooks are called.
     *
     * @param skipsUnreachable webhooks of Services behind which nothing real runs do not count
     * @param builtIns plug-ins that ran before, and complete once more what webhooks have added
     */
    public record Calling(
            ServiceResolver services,
            Ids ids,
            boolean skipsUnreachable,
            WebhookObserver observer,
            List<AdmissionPlugin> builtIns) {
        /** Copies the list. */
        public Calling {
            builtIns = List.copyOf(builtIns);
        }
    }

    /** Follows the configurations in the store until closed. */
    public WebhookAdmission(Store store, Registry registry, RequestConditions conditions, Calling calling) {
        this.store = store;
        this.forms = new EquivalentForms(registry);
        this.conditions = conditions;
        this.calls =
                new WebhookCalls(calling.services(), calling.ids(), calling.skipsUnreachable(), calling.observer());
        this.builtIns = calling.builtIns();
        this.mutating = new WebhookTable(store, "mutatingwebhookconfigurations");
        this.validating = new WebhookTable(store, "validatingwebhookconfigurations");
    }

    @Override
    public void mutate(AdmissionRequest request) {
        var all = asked(mutating, request);
        var round = new ArrayList<Integer>();
        int lastChange = -1;
        for (int i = 0; i < all.size(); i++) {
            // each webhook is chosen by what those before it have left
            var concern = concern(all.get(i), request);
            if (concern.isPresent()) {
                if (change(concern.get(), request, 0, i)) {
                    lastChange = i;
                }
                round.add(i);
            }
        }
        if (lastChange >= 0 && completes(request)) {
            lastChange = all.size();
        }
        for (int i : round) {
            if (i < lastChange && all.get(i).behaviour().reinvokes()) {
                int again = i;
                concern(all.get(i), request).ifPresent(concern -> change(concern, request, 1, again));
            }
        }
    }

    /** Lets the built-in plug-ins see what webhooks have added: a container gets limits and a token like any other. */
    private boolean completes(AdmissionRequest request) {
        var before = request.object().deepCopy();
        builtIns.forEach(plugin -> plugin.mutate(request));
        return !request.object().equals(before);
    }

    @Override
    public void validate(AdmissionRequest request) {
        var all = asked(validating, request);
        for (int i = 0; i < all.size(); i++) {
            int index = i;
            concern(all.get(i), request).ifPresent(concern -> {
                var form = EquivalentForms.in(concern.type(), request);
                calls.ask(new Due(concern.webhook(), WebhookPhase.VALIDATING, form, request, 0, index));
            });
        }
    }

    /** The webhooks that may have a say in the request at all. */
    private static List<Webhook> asked(WebhookTable table, AdmissionRequest request) {
        boolean isExempt = (request.user().equals(User.SYSTEM) && !isNewPod(request))
                || request.type().kind().group().equals("admissionregistration.k8s.io");
        return isExempt ? List.of() : table.all();
    }

    /** The pods of workloads, which elsewhere are made by clients of the server, may be completed or refused. */
    private static boolean isNewPod(AdmissionRequest request) {
        return request.operation() == AdmissionRequest.Operation.CREATE
                && request.subresource().isEmpty()
                && request.type().storage().equals(PODS);
    }

    private Optional<Concern> concern(Webhook webhook, AdmissionRequest request) {
        var isNamespace = request.type().storage().equals(NAMESPACES);
        var hasNamespace = isNamespace || !request.namespace().isEmpty();
        var labels = isNamespace ? Trees.labels(request.object()) : labelsOf(request.namespace());
        return webhook.concern(request, forms, labels, hasNamespace)
                .map(type -> new Concern(webhook, type))
                .filter(concern -> hasConditions(concern, request));
    }

    private boolean hasConditions(Concern concern, AdmissionRequest request) {
        var webhook = concern.webhook();
        if (webhook.matchConditions().isEmpty()) {
            return true;
        }
        try {
            var form = EquivalentForms.in(concern.type(), request);
            return conditions.hold(webhook.matchConditions(), form, request);
        } catch (UndecidedException e) {
            if (webhook.behaviour().ignoresFailures()) {
                return false;
            }
            var resource = request.type().resource();
            throw ApiException.forbidden(
                    resource,
                    request.name(),
                    "%s \"%s\" is forbidden: %s".formatted(resource, request.name(), e.getMessage()));
        }
    }

    private Map<String, String> labelsOf(String namespace) {
        return namespace.isEmpty()
                ? Map.of()
                : store.get(new ObjectKey(NAMESPACES, "", namespace))
                        .map(found -> found.labels())
                        .orElse(Map.of());
    }

    /** Asks, and applies the patch of the answer; whether the object changed. */
    private boolean change(Concern concern, AdmissionRequest request, int round, int index) {
        var webhook = concern.webhook();
        var form = EquivalentForms.in(concern.type(), request);
        var due = new Due(webhook, WebhookPhase.MUTATING, form, request, round, index);
        var response = calls.ask(due);
        if (response.isEmpty()) {
            return false;
        }
        var patch = Trees.text(response, "patch");
        boolean isChanged = !patch.isEmpty() && isPatched(webhook, form, request, patch);
        due.annotate(
                "",
                Json.text(Json.object()
                        .put("configuration", Trees.name(webhook.configuration()))
                        .put("webhook", webhook.name())
                        .put("mutated", isChanged)));
        return isChanged;
    }

    private static boolean isPatched(Webhook webhook, AdmissionRequest form, AdmissionRequest request, String patch) {
        if (request.operation() == Operation.DELETE) {
            throw ApiException.internal(
                    "admission webhook \"%s\" attempted to modify the object, which is not supported for this operation"
                            .formatted(webhook.name()));
        }
        var changed = patched(webhook, form.object(), patch);
        if (changed.equals(form.object())) {
            return false;
        }
        form.object().removeAll();
        form.object().setAll(changed);
        EquivalentForms.takeOver(form, request);
        settle(webhook, request);
        return true;
    }

    private static ObjectNode patched(Webhook webhook, ObjectNode object, String patch) {
        try {
            var operations = Json.parse(Base64.getDecoder().decode(patch));
            if (JsonPatch.apply(object.deepCopy(), operations) instanceof ObjectNode changed) {
                return changed;
            }
        } catch (ParseException | IllegalArgumentException | ApiException e) {
            throw WebhookCalls.failed(webhook, "the patch cannot be used: " + e.getMessage());
        }
        throw WebhookCalls.failed(webhook, "the patch leaves no object");
    }

    /** What is wrong with a patched object is the fault of the webhook, not of the client. */
    private static void settle(Webhook webhook, AdmissionRequest request) {
        try {
            request.settle();
        } catch (ApiException e) {
            throw WebhookCalls.failed(webhook, "the patched object cannot be used: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        mutating.close();
        validating.close();
        calls.close();
    }
}
