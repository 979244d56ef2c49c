package io.luban.apiserver.pipeline;

import io.luban.http.Request;

/**
 * A request on its way through the stages with what they found out so far. Immutable; a stage hands on a changed copy.
 *
 * @param request the request as the next stage shall see it
 * @param user anonymous until authentication
 * @param credential how the user was established
 */
public record Exchange(Request request, RequestInfo info, User user, Credential credential) {
    /** How a user was established; some credentials must not travel on. */
    public enum Credential {
        NONE,
        BASIC,
        BEARER
    }

    /** A request about which nothing is known. */
    public static Exchange of(Request request) {
        return new Exchange(request, RequestInfo.UNKNOWN, User.ANONYMOUS, Credential.NONE);
    }

    /** With a changed request. */
    public Exchange with(Request changed) {
        return new Exchange(changed, info, user, credential);
    }

    /** With what the request is about. */
    public Exchange with(RequestInfo found) {
        return new Exchange(request, found, user, credential);
    }

    /** With who asks. */
    public Exchange with(User found, Credential how) {
        return new Exchange(request, info, found, how);
    }
}
