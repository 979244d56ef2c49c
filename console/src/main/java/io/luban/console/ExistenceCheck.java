package io.luban.console;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.http.Headers;
import io.luban.http.Reply;
import io.luban.http.Request;
import io.luban.model.Json;

/**
 * Requests with the field {@code x-check-exist}: whether something is there, answered without an error in either case, so
 * that a form can check a name.
 */
final class ExistenceCheck {
    private static final String FIELD = "x-check-exist";

    private final Gateway gateway;

    ExistenceCheck(Gateway gateway) {
        this.gateway = gateway;
    }

    /** Whether a request is such a question; one that writes never is. */
    static boolean isAsked(Request request) {
        return request.method().equals("GET") && request.headers().contains(FIELD) && !request.isUpgrade();
    }

    Reply answer(String rawTarget, Headers headers) {
        var bare = headers.without(FIELD).without("Accept-Encoding").without("Connection");
        boolean exists = gateway.get(rawTarget, bare)
                .filter(answer -> answer.status() < 400)
                .flatMap(Gateway::parsed)
                .map(ExistenceCheck::exists)
                .orElse(false);
        return Reply.json(200, Json.bytes(Json.object().put("exist", exists)));
    }

    private static boolean exists(JsonNode body) {
        if (body.has("items")) {
            return !body.path("items").isEmpty();
        }
        if (body.has("total")) {
            return body.path("total").asLong() > 0;
        }
        return body.has("annotations")
                || !body.has("exist")
                || body.path("exist").asBoolean();
    }
}
