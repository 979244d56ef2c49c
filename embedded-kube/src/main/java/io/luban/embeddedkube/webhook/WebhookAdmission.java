package io.luban.embeddedkube.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.admission.AdmissionPlugin;
import io.luban.embeddedkube.admission.AdmissionRequest;
import io.luban.embeddedkube.auth.User;
import io.luban.embeddedkube.patch.JsonPatch;
import io.luban.embeddedkube.policy.EquivalentForms;
import io.luban.embeddedkube.policy.MatchConditions.UndecidedException;
import io.luban.embeddedkube.policy.RequestConditions;
import io.luban.embeddedkube.registry.Registry;
import io.luban.embeddedkube.registry.ResourceType;
import io.luban.embeddedkube.service.ReviewClient;
import io.luban.embeddedkube.service.ReviewClient.CallFailedException;
import io.luban.embeddedkube.service.ReviewTarget;
import io.luban.embeddedkube.service.ServiceResolver;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.store.Store;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.ApiException;
import io.luban.model.GroupResource;
import io.luban.model.Ids;
import io.luban.model.Json;
import io.luban.model.ParseException;
import io.luban.model.Status;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the configured webhooks, first those that change objects, at the end those that judge them. */
public final class WebhookAdmission implements AdmissionPlugin, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(WebhookAdmission.class);
    private static final GroupResource NAMESPACES = new GroupResource("", "namespaces");

    private final Store store;
    private final ServiceResolver services;
    private final Ids ids;
    private final boolean skipsUnreachable;
    private final RequestConditions conditions;
    private final WebhookTable mutating;
    private final WebhookTable validating;
    private final EquivalentForms forms;
    private final ReviewClient client = new ReviewClient();

    /** A webhook that is to be asked, about objects in that version. */
    private record Concern(Webhook webhook, ResourceType type) {}

    /** {@code skipsUnreachable}: webhooks of Services behind which nothing real runs do not count. */
    public WebhookAdmission(
            Store store,
            Registry registry,
            ServiceResolver services,
            Ids ids,
            boolean skipsUnreachable,
            RequestConditions conditions) {
        this.store = store;
        this.forms = new EquivalentForms(registry);
        this.conditions = conditions;
        this.services = services;
        this.ids = ids;
        this.skipsUnreachable = skipsUnreachable;
        this.mutating = new WebhookTable(store, "mutatingwebhookconfigurations");
        this.validating = new WebhookTable(store, "validatingwebhookconfigurations");
    }

    @Override
    public void mutate(AdmissionRequest request) {
        var asked = new ArrayList<Concern>();
        int lastChange = -1;
        for (var concern : concerned(mutating, request)) {
            if (change(concern, request)) {
                lastChange = asked.size();
            }
            asked.add(concern);
        }
        for (int i = 0; i < lastChange; i++) {
            if (asked.get(i).webhook().behaviour().reinvokes()) {
                change(asked.get(i), request);
            }
        }
    }

    @Override
    public void validate(AdmissionRequest request) {
        concerned(validating, request)
                .forEach(concern -> ask(concern.webhook(), EquivalentForms.in(concern.type(), request), request));
    }

    private List<Concern> concerned(WebhookTable table, AdmissionRequest request) {
        var all = table.all();
        if (all.isEmpty()
                || request.user().equals(User.SYSTEM)
                || request.type().kind().group().equals("admissionregistration.k8s.io")) {
            return List.of();
        }
        var isNamespace = request.type().storage().equals(NAMESPACES);
        var hasNamespace = isNamespace || !request.namespace().isEmpty();
        var labels = isNamespace ? Trees.labels(request.object()) : labelsOf(request.namespace());
        var concerns = new ArrayList<Concern>();
        for (var webhook : all) {
            webhook.concern(request, forms, labels, hasNamespace)
                    .map(type -> new Concern(webhook, type))
                    .filter(concern -> hasConditions(concern, request))
                    .ifPresent(concerns::add);
        }
        return concerns;
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
    private boolean change(Concern concern, AdmissionRequest request) {
        var webhook = concern.webhook();
        var form = EquivalentForms.in(concern.type(), request);
        var patch = Trees.text(ask(webhook, form, request), "patch");
        if (patch.isEmpty()) {
            return false;
        }
        try {
            var operations = Json.parse(Base64.getDecoder().decode(patch));
            if (!(JsonPatch.apply(form.object().deepCopy(), operations) instanceof ObjectNode changed)) {
                throw failed(webhook, "the patch leaves no object");
            }
            if (changed.equals(form.object())) {
                return false;
            }
            form.object().removeAll();
            form.object().setAll(changed);
            EquivalentForms.takeOver(form, request);
            return true;
        } catch (ParseException | IllegalArgumentException e) {
            throw failed(webhook, "the patch cannot be read: " + e.getMessage());
        }
    }

    /** The response, an empty one when the webhook was passed over; throws when it denies. */
    private JsonNode ask(Webhook webhook, AdmissionRequest request, AdmissionRequest asked) {
        if (request.dryRun() && !webhook.behaviour().allowsDryRun()) {
            throw ApiException.badRequest("admission webhook \"" + webhook.name() + "\" does not support dry run");
        }
        try {
            var response = response(webhook, request, asked);
            response.path("warnings").forEach(warning -> request.warning().accept(warning.asText()));
            if (!response.isEmpty() && !response.path("allowed").asBoolean()) {
                throw denied(webhook, response.path("status"));
            }
            return response;
        } catch (CallFailedException e) {
            if (!webhook.behaviour().ignoresFailures()) {
                throw failed(webhook, String.valueOf(e.getMessage()));
            }
            log.atWarn()
                    .addKeyValue("name", webhook.name())
                    .addKeyValue("reason", e.getMessage())
                    .log("a webhook failed and was ignored as configured");
            return Json.object();
        }
    }

    private JsonNode response(Webhook webhook, AdmissionRequest request, AdmissionRequest asked)
            throws CallFailedException {
        var target = target(webhook);
        if (target.isEmpty()) {
            if (skipsUnreachable) {
                log.atDebug().addKeyValue("name", webhook.name()).log("nothing real stands behind the webhook");
                return Json.object();
            }
            throw new CallFailedException(
                    "no endpoints available for service \"" + Trees.text(webhook.client(), "service", "name") + "\"");
        }
        var uid = ids.uuid();
        var bundle = Trees.text(webhook.client(), "caBundle");
        var review = AdmissionReview.of(request, asked, uid);
        var response = client.call(
                        target.get(), bundle, review, webhook.behaviour().timeout())
                .path("response");
        if (!Trees.text(response, "uid").equals(uid)) {
            throw new CallFailedException(
                    "expected response.uid \"%s\", got \"%s\"".formatted(uid, Trees.text(response, "uid")));
        }
        return response;
    }

    private Optional<ReviewTarget> target(Webhook webhook) throws CallFailedException {
        try {
            return ReviewTarget.of(webhook.client(), services);
        } catch (IllegalArgumentException e) {
            throw new CallFailedException(String.valueOf(e.getMessage()));
        }
    }

    private static ApiException denied(Webhook webhook, JsonNode status) {
        int code = status.path("code").asInt(403);
        var given =
                Trees.text(status, "message").isEmpty() ? Trees.text(status, "reason") : Trees.text(status, "message");
        var message = "admission webhook \"" + webhook.name() + "\" denied the request"
                + (given.isEmpty() ? " without explanation" : ": " + given);
        var reason = Trees.text(status, "reason");
        return new ApiException(
                Status.of(code < 400 ? 403 : code, reason.isEmpty() && code == 403 ? "Forbidden" : reason, message));
    }

    private static ApiException failed(Webhook webhook, String why) {
        return ApiException.internal(
                "failed calling webhook \"%s\": failed to call webhook: %s".formatted(webhook.name(), why));
    }

    @Override
    public void close() {
        mutating.close();
        validating.close();
        client.close();
    }
}
