package io.luban.model;

import java.util.List;

/** The only way code below a handler reports a failure that the client shall see; carries the Kubernetes Status. */
public final class ApiException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Status status;

    /** A failure with the given wire form. */
    public ApiException(Status status) {
        super(status.message());
        this.status = status;
    }

    /** What the client is told. */
    public Status status() {
        return status;
    }

    /** HTTP status. */
    public int code() {
        return status.code();
    }

    /** 400 without further details. */
    public static ApiException badRequest(String message) {
        return new ApiException(Status.of(400, "BadRequest", message));
    }

    /** 401. */
    public static ApiException unauthorized(String message) {
        return new ApiException(Status.of(401, "Unauthorized", message));
    }

    /** 403 about one object or resource; {@code message} is complete. */
    public static ApiException forbidden(GroupResource resource, String name, String message) {
        return about(403, "Forbidden", message, resource, name);
    }

    /** 404 {@code configmaps "a" not found}. */
    public static ApiException notFound(GroupResource resource, String name) {
        return about(404, "NotFound", "%s \"%s\" not found".formatted(resource, name), resource, name);
    }

    /** 404 for a path that no group-version serves. */
    public static ApiException noSuchResource() {
        return generic(404, "NotFound", "the server could not find the requested resource");
    }

    /** 405. */
    public static ApiException methodNotAllowed() {
        return generic(405, "MethodNotAllowed", "the server does not allow this method on the requested resource");
    }

    /** 406 naming the media types that are served. */
    public static ApiException notAcceptable(String accepted) {
        return new ApiException(
                Status.of(406, "NotAcceptable", "only the following media types are accepted: " + accepted));
    }

    /** 409 {@code configmaps "a" already exists}. */
    public static ApiException alreadyExists(GroupResource resource, String name) {
        return about(409, "AlreadyExists", "%s \"%s\" already exists".formatted(resource, name), resource, name);
    }

    /** 409 with the storage-level wording around {@code reason}. */
    public static ApiException conflict(GroupResource resource, String name, String reason) {
        return about(
                409,
                "Conflict",
                "Operation cannot be fulfilled on %s \"%s\": %s".formatted(resource, name, reason),
                resource,
                name);
    }

    /** 410: a version that is no longer retained. */
    public static ApiException expired(String message) {
        return new ApiException(Status.of(410, "Expired", message));
    }

    /** 413. */
    public static ApiException tooLarge(String message) {
        return new ApiException(Status.of(413, "RequestEntityTooLarge", message));
    }

    /** 415. */
    public static ApiException unsupportedMediaType(String message) {
        return new ApiException(Status.of(415, "UnsupportedMediaType", message));
    }

    /** 422 {@code Deployment.apps "x" is invalid: …} listing every cause. */
    public static ApiException invalid(String group, String kind, String name, List<StatusCause> causes) {
        var parts = causes.stream()
                .map(cause -> cause.field().isEmpty() ? cause.message() : cause.field() + ": " + cause.message())
                .distinct()
                .toList();
        var text = parts.size() == 1 ? parts.getFirst() : "[" + String.join(", ", parts) + "]";
        var qualified = group.isEmpty() ? kind : kind + "." + group;
        var message = "%s \"%s\" is invalid: %s".formatted(qualified, name, text);
        return new ApiException(
                new Status(422, "Invalid", message, new Status.Details(name, group, kind, "", causes, 0)));
    }

    /** 429 with advice when to come back. */
    public static ApiException tooManyRequests(String message, int retryAfterSeconds) {
        return new ApiException(new Status(
                429, "TooManyRequests", message, new Status.Details("", "", "", "", List.of(), retryAfterSeconds)));
    }

    /** 500 whose message may be shown. */
    public static ApiException internal(String message) {
        return new ApiException(Status.of(500, "InternalError", "Internal error occurred: " + message));
    }

    /** 503. */
    public static ApiException unavailable(String message) {
        return new ApiException(Status.of(503, "ServiceUnavailable", message));
    }

    /** 504. */
    public static ApiException timeout(String message) {
        return new ApiException(Status.of(504, "Timeout", message));
    }

    /** A failure that is about no object in particular, with empty details on the wire. */
    public static ApiException generic(int code, String reason, String message) {
        return new ApiException(new Status(code, reason, message, Status.Details.EMPTY));
    }

    private static ApiException about(int code, String reason, String message, GroupResource resource, String name) {
        var details = new Status.Details(name, resource.group(), resource.resource(), "", List.of(), 0);
        return new ApiException(new Status(code, reason, message, details));
    }
}
