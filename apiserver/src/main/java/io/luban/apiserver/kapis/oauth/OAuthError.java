package io.luban.apiserver.kapis.oauth;

import io.luban.http.Headers;
import io.luban.http.Reply;
import io.luban.model.Json;

/** A refusal in the words of RFC 6749 §5.2. */
final class OAuthError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String error;
    private final transient Headers headers;

    OAuthError(int status, String error, String description) {
        this(status, error, description, Headers.EMPTY);
    }

    OAuthError(int status, String error, String description, Headers headers) {
        super(description);
        this.status = status;
        this.error = error;
        this.headers = headers;
    }

    static OAuthError invalidRequest(String description) {
        return new OAuthError(400, "invalid_request", description);
    }

    static OAuthError invalidGrant(String description) {
        return new OAuthError(400, "invalid_grant", description);
    }

    Reply reply() {
        var body = Json.object().put("error", error).put("error_description", getMessage());
        var fields = headers.toBuilder()
                .add("Content-Type", "application/json")
                .add("Cache-Control", "no-store")
                .add("Pragma", "no-cache")
                .build();
        return new Reply.Content(status, fields, Json.bytes(body));
    }
}
