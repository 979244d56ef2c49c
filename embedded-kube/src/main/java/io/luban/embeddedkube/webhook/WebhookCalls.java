package io.luban.embeddedkube.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.embeddedkube.admission.AdmissionRequest;
import io.luban.embeddedkube.service.ReviewClient;
import io.luban.embeddedkube.service.ReviewClient.CallFailedException;
import io.luban.embeddedkube.service.ReviewTarget;
import io.luban.embeddedkube.service.ServiceResolver;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.ApiException;
import io.luban.model.Ids;
import io.luban.model.Json;
import io.luban.model.Status;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks single webhooks and passes on what they say besides their judgement. Safe for use from any thread. */
final class WebhookCalls implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(WebhookCalls.class);

    private final ServiceResolver services;
    private final Ids ids;
    private final boolean skipsUnreachable;
    private final WebhookObserver observer;
    private final ReviewClient client = new ReviewClient();

    WebhookCalls(ServiceResolver services, Ids ids, boolean skipsUnreachable, WebhookObserver observer) {
        this.services = services;
        this.ids = ids;
        this.skipsUnreachable = skipsUnreachable;
        this.observer = observer;
    }

    /**
     * A call that is due.
     *
     * @param form the request in the version that the webhook wants
     * @param asked the request as it was made
     * @param round 0, or 1 when a webhook is asked again
     * @param index place among the webhooks of the round
     */
    record Due(
            Webhook webhook, WebhookPhase phase, AdmissionRequest form, AdmissionRequest asked, int round, int index) {
        void annotate(String prefix, String value) {
            asked.remarks().annotate(phase.annotationKey(prefix, round, index), value);
        }
    }

    /** The response; an empty object when the webhook was passed over. Throws when it denies or fails. */
    JsonNode ask(Due due) {
        var webhook = due.webhook();
        if (due.asked().dryRun() && !webhook.behaviour().allowsDryRun()) {
            throw ApiException.badRequest("admission webhook \"" + webhook.name() + "\" does not support dry run");
        }
        try {
            var response = response(due);
            response.path("warnings").forEach(warning -> due.asked().warn(warning.asText()));
            response.path("auditAnnotations")
                    .properties()
                    .forEach(entry -> due.asked()
                            .remarks()
                            .annotate(
                                    webhook.name() + "/" + entry.getKey(),
                                    entry.getValue().asText()));
            if (!response.isEmpty() && !response.path("allowed").asBoolean()) {
                throw denied(webhook, response.path("status"));
            }
            return response;
        } catch (CallFailedException e) {
            if (!webhook.behaviour().ignoresFailures()) {
                throw failed(webhook, String.valueOf(e.getMessage()));
            }
            passOver(due, String.valueOf(e.getMessage()));
            return Json.object();
        }
    }

    private void passOver(Due due, String reason) {
        var webhook = due.webhook();
        log.atWarn()
                .addKeyValue("name", webhook.name())
                .addKeyValue("reason", reason)
                .log("a webhook failed and was ignored as configured");
        observer.failedOpen(webhook.name(), due.phase().metric());
        due.annotate("failed-open.", webhook.name());
    }

    private JsonNode response(Due due) throws CallFailedException {
        var webhook = due.webhook();
        var target = target(webhook);
        if (target.isEmpty()) {
            var service = webhook.client().path("service");
            if (skipsUnreachable) {
                var name = Trees.text(service, "namespace") + "/" + Trees.text(service, "name");
                observer.skipped(webhook.configuration(), webhook.name(), name);
                return Json.object();
            }
            throw new CallFailedException("no endpoints available for service \"" + Trees.text(service, "name") + "\"");
        }
        var uid = ids.uuid();
        var review = AdmissionReview.of(due.form(), due.asked(), uid);
        var response = client.call(
                        target.get(),
                        Trees.text(webhook.client(), "caBundle"),
                        review,
                        webhook.behaviour().timeout())
                .path("response");
        check(response, uid);
        return response;
    }

    private static void check(JsonNode response, String uid) throws CallFailedException {
        if (!Trees.text(response, "uid").equals(uid)) {
            throw new CallFailedException(
                    "expected response.uid \"%s\", got \"%s\"".formatted(uid, Trees.text(response, "uid")));
        }
        boolean hasPatch = !Trees.text(response, "patch").isEmpty();
        var type = Trees.text(response, "patchType");
        if (hasPatch && type.isEmpty()) {
            throw new CallFailedException("webhook returned response.patch but not response.patchType");
        }
        if (hasPatch && !type.equals("JSONPatch")) {
            throw new CallFailedException("webhook returned invalid response.patchType of \"" + type + "\"");
        }
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

    static ApiException failed(Webhook webhook, String why) {
        return ApiException.internal(
                "failed calling webhook \"%s\": failed to call webhook: %s".formatted(webhook.name(), why));
    }

    @Override
    public void close() {
        client.close();
    }
}
