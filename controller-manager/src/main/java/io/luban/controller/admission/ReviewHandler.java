package io.luban.controller.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.controller.admission.Webhook.Phase;
import io.luban.http.Handler;
import io.luban.http.Reply;
import io.luban.http.Request;
import io.luban.model.ApiException;
import io.luban.model.Json;
import io.luban.model.ParseException;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Answers AdmissionReviews (admission.k8s.io/v1), each path by its rule. */
final class ReviewHandler implements Handler {
    /** The largest object twice, and what stands around it. */
    private static final long LONGEST_REVIEW = 8L * 1024 * 1024;

    private final Map<String, Asked> paths = new HashMap<>();

    private record Asked(Rule rule, Phase phase) {}

    ReviewHandler(Map<Webhook, Rule> webhooks) {
        webhooks.forEach((webhook, rule) ->
                webhook.phases().forEach(phase -> paths.put(webhook.path(phase), new Asked(rule, phase))));
    }

    @Override
    public Reply handle(Request request) {
        var asked = Optional.ofNullable(paths.get(request.path())).orElseThrow(() -> ApiException.noSuchResource());
        var question = read(request).path("request");
        var response = Json.object().put("uid", question.path("uid").asText(""));
        if (question.path("object") instanceof ObjectNode object) {
            var old = question.path("oldObject") instanceof ObjectNode stored
                    ? Optional.of(stored)
                    : Optional.<ObjectNode>empty();
            // Some servers complete the object only afterwards.
            var metadata = object.withObject("/metadata");
            if (!question.path("namespace").asText("").isEmpty() && !metadata.has("namespace")) {
                metadata.set("namespace", question.path("namespace"));
            }
            answer(asked, object, old, response);
        } else {
            if (question.path("oldObject").isObject()
                    && !question.path("dryRun").asBoolean(false)) {
                asked.rule().removed(question.path("oldObject"));
            }
            response.put("allowed", true);
        }
        var answer = Json.object().put("apiVersion", "admission.k8s.io/v1").put("kind", "AdmissionReview");
        answer.set("response", response);
        return Reply.json(200, Json.bytes(answer));
    }

    private static JsonNode read(Request request) {
        try {
            var review = Json.parse(request.body(LONGEST_REVIEW));
            if (!review.path("request").isObject()) {
                throw ApiException.badRequest("the body is no AdmissionReview with a request");
            }
            return review;
        } catch (ParseException e) {
            throw ApiException.badRequest("the body is no AdmissionReview: " + e.getMessage());
        }
    }

    private static void answer(Asked asked, ObjectNode object, Optional<ObjectNode> old, ObjectNode response) {
        try {
            if (asked.phase() == Phase.MUTATE) {
                complete(asked.rule(), new Review(object.deepCopy(), old), object, response);
            } else {
                var warnings = asked.rule().check(new Review(object, old));
                if (!warnings.isEmpty()) {
                    warnings.forEach(response.putArray("warnings")::add);
                }
            }
            response.put("allowed", true);
        } catch (RefusedException e) {
            response.put("allowed", false)
                    .putObject("status")
                    .put("code", e.code())
                    .put("reason", e.word())
                    .put("message", e.reason());
        }
    }

    private static void complete(Rule rule, Review review, ObjectNode before, ObjectNode response) {
        rule.complete(review);
        var patch = JsonChanges.between(before, review.object());
        if (!patch.isEmpty()) {
            response.put("patchType", "JSONPatch")
                    .put("patch", Base64.getEncoder().encodeToString(Json.bytes(patch)));
        }
    }
}
