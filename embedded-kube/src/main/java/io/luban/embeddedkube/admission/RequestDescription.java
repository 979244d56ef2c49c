package io.luban.embeddedkube.admission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.admission.AdmissionRequest.Operation;
import io.luban.embeddedkube.auth.User;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.GroupVersionKind;
import io.luban.model.Json;

/** Tells others about a request: who does what to which resource; without the objects themselves. */
public final class RequestDescription {
    private RequestDescription() {}

    /**
     * The members that {@code request} of an AdmissionReview has, without uid and objects.
     *
     * @param asked the same request in the version in which it was made
     */
    public static ObjectNode of(AdmissionRequest request, AdmissionRequest asked) {
        var body = Json.object();
        putKind(body, "kind", request);
        putResource(body, "resource", request);
        putKind(body, "requestKind", asked);
        putResource(body, "requestResource", asked);
        if (!request.subresource().isEmpty()) {
            body.put("subResource", request.subresource()).put("requestSubResource", request.subresource());
        }
        body.put("name", request.name());
        if (!request.namespace().isEmpty()) {
            body.put("namespace", request.namespace());
        }
        body.put("operation", request.operation().name());
        body.set("userInfo", userInfo(request.user()));
        body.put("dryRun", request.dryRun());
        if (request.operation() == Operation.CONNECT) {
            body.putNull("options");
        } else {
            body.putObject("options").put("kind", options(request.operation())).put("apiVersion", "meta.k8s.io/v1");
        }
        return body;
    }

    private static String options(Operation operation) {
        return switch (operation) {
            case CREATE -> "CreateOptions";
            case UPDATE -> "UpdateOptions";
            case DELETE -> "DeleteOptions";
            case CONNECT -> "ConnectOptions";
        };
    }

    private static void putKind(ObjectNode body, String member, AdmissionRequest request) {
        var kind = kind(request);
        body.putObject(member)
                .put("group", kind.group())
                .put("version", kind.version())
                .put("kind", kind.kind());
    }

    /** A connection is about its options, and what is written below an object may be of a kind of its own. */
    private static GroupVersionKind kind(AdmissionRequest request) {
        if (request.operation() != Operation.CONNECT && request.subresource().isEmpty()) {
            return request.type().kind();
        }
        var version = Trees.text(request.object(), "apiVersion");
        int slash = version.indexOf('/');
        return new GroupVersionKind(
                slash < 0 ? "" : version.substring(0, slash),
                version.substring(slash + 1),
                Trees.text(request.object(), "kind"));
    }

    private static void putResource(ObjectNode body, String member, AdmissionRequest request) {
        var kind = request.type().kind();
        body.putObject(member)
                .put("group", kind.group())
                .put("version", kind.version())
                .put("resource", request.type().names().plural());
    }

    private static ObjectNode userInfo(User user) {
        var info = Json.object().put("username", user.name());
        if (!user.uid().isEmpty()) {
            info.put("uid", user.uid());
        }
        var groups = info.putArray("groups");
        user.groups().forEach(groups::add);
        if (!user.extra().isEmpty()) {
            var extra = info.putObject("extra");
            user.extra().forEach((key, values) -> {
                var list = extra.putArray(key);
                values.forEach(list::add);
            });
        }
        return info;
    }
}
