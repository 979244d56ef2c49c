package io.luban.embeddedkube.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.admission.AdmissionRequest;
import io.luban.embeddedkube.admission.AdmissionRequest.Operation;
import io.luban.embeddedkube.admission.RequestDescription;
import io.luban.model.Json;

/** The question that is sent to a webhook. */
final class AdmissionReview {
    private AdmissionReview() {}

    static ObjectNode of(AdmissionRequest request, AdmissionRequest asked, String uid) {
        var review = Json.object().put("kind", "AdmissionReview").put("apiVersion", "admission.k8s.io/v1");
        var body = review.putObject("request").put("uid", uid);
        body.setAll(RequestDescription.of(request, asked));
        boolean isDeletion = request.operation() == Operation.DELETE;
        body.set("object", isDeletion ? Json.object().nullNode() : request.object());
        JsonNode old =
                request.old().isPresent() ? request.old().get() : Json.object().nullNode();
        body.set("oldObject", old);
        return review;
    }
}
