package io.luban.embeddedkube.operation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.registry.ResourceType;
import io.luban.model.ApiException;
import io.luban.model.GroupVersionKind;

/** Compares what a body says about itself with what the URL says. */
public final class BodyChecks {
    private static final String OTHER_NAMESPACE =
            "the namespace of the provided object does not match the namespace sent on the request";

    private BodyChecks() {}

    /** Fills absent {@code apiVersion} and {@code kind}; others than the endpoint's are a 400. */
    static void kind(ResourceType type, ObjectNode object) {
        kind(type.kind(), object);
    }

    /** The same for an endpoint that speaks a kind of its own. */
    public static void kind(GroupVersionKind wanted, ObjectNode object) {
        var version = object.path("apiVersion").asText("");
        var kind = object.path("kind").asText("");
        if (!version.isEmpty() && !version.equals(wanted.apiVersion())) {
            throw ApiException.badRequest(
                    "the API version in the data (%s) does not match the expected API version (%s)"
                            .formatted(version, wanted.apiVersion()));
        }
        if (!kind.isEmpty() && !kind.equals(wanted.kind())) {
            throw ApiException.badRequest(
                    "%s in version \"%s\" cannot be handled as a %s: converting (%s.%s) to (%s.%s): unknown conversion"
                            .formatted(
                                    kind,
                                    wanted.version(),
                                    wanted.kind(),
                                    wanted.version(),
                                    kind,
                                    internalPackage(wanted.group()),
                                    wanted.kind()));
        }
        object.put("apiVersion", wanted.apiVersion()).put("kind", wanted.kind());
    }

    /** The namespace of the URL goes into the body; another one there is a 400, and one where there is none does not count. */
    static void namespace(Call call, ObjectNode object) {
        var metadata = Metadata.of(object);
        var given = metadata.text("namespace");
        if (!call.type().namespaced()) {
            metadata.remove("namespace");
            return;
        }
        if (!given.isEmpty() && !given.equals(call.target().namespace())) {
            throw ApiException.badRequest(OTHER_NAMESPACE);
        }
        metadata.set("namespace", call.target().namespace());
    }

    /** The same for a body that is answered and not stored: nothing is put into it. */
    public static void namespace(String namespace, ObjectNode object) {
        var given = Metadata.of(object).text("namespace");
        if (!namespace.isEmpty() && !given.isEmpty() && !given.equals(namespace)) {
            throw ApiException.badRequest(OTHER_NAMESPACE);
        }
    }

    /** A PUT names its object in the body as in the URL. */
    static void name(Call call, ObjectNode object) {
        var given = Metadata.of(object).name();
        var wanted = call.target().name();
        if (given.isEmpty()) {
            throw ApiException.badRequest(
                    "the name of the object (%s based on URL) was undeterminable: name must be provided"
                            .formatted(wanted));
        }
        if (!given.equals(wanted)) {
            throw ApiException.badRequest(
                    "the name of the object (%s) does not match the name on the URL (%s)".formatted(given, wanted));
        }
    }

    private static String internalPackage(String group) {
        int dot = group.indexOf('.');
        if (group.isEmpty()) {
            return "core";
        }
        return dot < 0 ? group : group.substring(0, dot);
    }
}
