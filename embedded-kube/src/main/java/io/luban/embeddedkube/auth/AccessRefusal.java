package io.luban.embeddedkube.auth;

import io.luban.model.ApiException;
import io.luban.model.GroupResource;
import io.luban.model.Status;

/** Words a refused access as Kubernetes does. */
public final class AccessRefusal {
    private AccessRefusal() {}

    /** 403 that names user, verb and what was asked for; {@code reason} may be empty. */
    public static ApiException of(AccessRequest request, String reason) {
        var ending = reason.isEmpty() ? "" : ": " + reason;
        var user = "User \"" + request.user().name() + "\" cannot " + request.verb();
        if (!request.isResourceRequest()) {
            return new ApiException(
                    Status.of(403, "Forbidden", "forbidden: " + user + " path \"" + request.path() + "\"" + ending));
        }
        var resource = new GroupResource(request.group(), request.resource());
        var subject = request.name().isEmpty() ? resource.toString() : resource + " \"" + request.name() + "\"";
        var full =
                request.subresource().isEmpty() ? request.resource() : request.resource() + "/" + request.subresource();
        var scope = request.namespace().isEmpty()
                ? "at the cluster scope"
                : "in the namespace \"" + request.namespace() + "\"";
        var message = "%s is forbidden: %s resource \"%s\" in API group \"%s\" %s%s"
                .formatted(subject, user, full, request.group(), scope, ending);
        return ApiException.forbidden(resource, request.name(), message);
    }
}
