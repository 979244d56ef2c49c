package io.luban.embeddedkube.custom;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.ApiException;
import io.luban.model.Json;
import io.luban.model.Status;
import java.util.ArrayList;
import java.util.List;

/**
 * One question to a conversion webhook and what its answer must fulfil. The webhook decides about the content of objects;
 * of their metadata it may change labels and annotations only.
 *
 * @param version of the review itself, with its group
 * @param kind of the objects
 * @param apiVersion wanted
 */
record ConversionReview(String version, String uid, String kind, List<ObjectNode> objects, String apiVersion) {
    ObjectNode question() {
        var body = Json.object().put("kind", "ConversionReview").put("apiVersion", version);
        var request = body.putObject("request").put("uid", uid).put("desiredAPIVersion", apiVersion);
        request.putArray("objects").addAll(objects);
        return body;
    }

    /** The converted objects, in the order of the question; a 500 when the answer cannot be used. */
    List<ObjectNode> read(JsonNode answer) {
        if (!Trees.text(answer, "kind").equals("ConversionReview")
                || !Trees.text(answer, "apiVersion").equals(version)) {
            throw failed("expected webhook response of %s, Kind=ConversionReview, got %s, Kind=%s"
                    .formatted(version, Trees.text(answer, "apiVersion"), Trees.text(answer, "kind")));
        }
        var response = answer.path("response");
        if (!response.isObject()) {
            throw failed("no response provided");
        }
        if (!Trees.text(response, "uid").equals(uid)) {
            throw failed("expected response.uid=\"%s\", got \"%s\"".formatted(uid, Trees.text(response, "uid")));
        }
        var result = response.path("result");
        if (!Trees.text(result, "status").equals("Success")) {
            var message = Trees.text(result, "message");
            throw failed(
                    message.isEmpty()
                            ? "response.result.status was '%s', not 'Success'".formatted(Trees.text(result, "status"))
                            : message);
        }
        var converted = response.path("convertedObjects");
        if (converted.size() != objects.size()) {
            throw failure("conversion webhook for %s returned %d objects, expected %d"
                    .formatted(subject(), converted.size(), objects.size()));
        }
        var results = new ArrayList<ObjectNode>(objects.size());
        for (int i = 0; i < objects.size(); i++) {
            results.add(accepted(objects.get(i), converted.get(i), i));
        }
        return results;
    }

    private ObjectNode accepted(ObjectNode original, JsonNode converted, int index) {
        if (!(converted instanceof ObjectNode object) || !(converted.get("metadata") instanceof ObjectNode metadata)) {
            throw invalid(index, "must be an object with metadata");
        }
        if (!Trees.text(object, "apiVersion").equals(apiVersion)) {
            throw invalid(
                    index,
                    "invalid groupVersion (expected %s, received %s)"
                            .formatted(apiVersion, Trees.text(object, "apiVersion")));
        }
        requireSame(index, "kind", Trees.text(original, "kind"), Trees.text(object, "kind"));
        requireSame(index, "name", Trees.name(original), Trees.name(object));
        requireSame(index, "namespace", Trees.namespace(original), Trees.namespace(object));
        requireSame(index, "UID", Trees.uid(original), Trees.uid(object));
        var kept = (ObjectNode) original.path("metadata").deepCopy();
        for (var member : List.of("labels", "annotations")) {
            if (metadata.path(member).isObject() && !metadata.path(member).isEmpty()) {
                kept.set(member, metadata.get(member));
            } else {
                kept.remove(member);
            }
        }
        object.set("metadata", kept);
        return object;
    }

    private void requireSame(int index, String what, String expected, String actual) {
        if (!expected.equals(actual)) {
            throw invalid(index, "must have the same %s: %s != %s".formatted(what, expected, actual));
        }
    }

    private ApiException invalid(int index, String why) {
        return failure("conversion webhook for %s returned invalid converted object at index %d: %s"
                .formatted(subject(), index, why));
    }

    /** The call or its answer is of no use. */
    ApiException failed(String why) {
        return failure("conversion webhook for %s failed: %s".formatted(subject(), why));
    }

    private String subject() {
        return Trees.text(objects.getFirst(), "apiVersion") + ", Kind=" + kind;
    }

    private static ApiException failure(String message) {
        return new ApiException(Status.of(500, "", message));
    }
}
