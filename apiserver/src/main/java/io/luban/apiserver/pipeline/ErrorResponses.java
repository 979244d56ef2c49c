package io.luban.apiserver.pipeline;

import io.luban.http.Headers;
import io.luban.http.Reply;
import io.luban.http.Request;
import io.luban.model.Json;
import io.luban.model.Status;

/** Error bodies in the forms that the gateway's clients expect. */
public final class ErrorResponses {
    private ErrorResponses() {}

    /**
     * A Status at the top level and once more under {@code ErrStatus}: the original's clients look there, Kubernetes'
     * clients at the top.
     */
    public static Reply wrapped(Status status) {
        var json = status.toJson();
        json.set("ErrStatus", status.toJson());
        return Reply.json(status.code(), Json.bytes(json));
    }

    /** 503 in the wrapped form. */
    public static Reply unavailable(String message) {
        return wrapped(Status.of(503, "ServiceUnavailable", message));
    }

    /**
     * A Status, in refusals of rights with its details even when there are none, in the form that the client asks for, and that no browser may take
     * for something else.
     */
    public static Reply refusal(Request request, Status status) {
        var form = StatusForm.of(request);
        var headers = Headers.of("Content-Type", form.mediaType(), "X-Content-Type-Options", "nosniff");
        return new Reply.Content(status.code(), headers, form.encode(request, status));
    }

    /** Plain text as the built-in router answers. */
    public static Reply text(int status, String message) {
        return Reply.text(status, message);
    }

    /** 404 of the built-in router. */
    public static Reply pageNotFound() {
        return text(404, "404: Page Not Found");
    }
}
