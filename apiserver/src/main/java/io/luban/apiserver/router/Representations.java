package io.luban.apiserver.router;

import io.luban.apiserver.pipeline.ErrorResponses;
import io.luban.http.Headers;
import io.luban.http.Reply;
import io.luban.http.Request;
import io.luban.model.Status;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** In which form clients want answers, and what is said when there is none that suits. */
final class Representations {
    private static final String JSON = "application/json";

    private Representations() {}

    /** Whether JSON is among what the client takes; a client that names nothing takes anything. */
    static boolean acceptsJson(Request request) {
        var accepted = accepted(request);
        return accepted.isEmpty()
                || accepted.contains(JSON)
                || accepted.contains("application/*")
                || accepted.contains("*/*");
    }

    /** 406 of the built-in router. */
    static Reply notAcceptable() {
        return ErrorResponses.text(406, "406: Not Acceptable\n\nAvailable representations: " + JSON);
    }

    /** A Status for programs, escaped text for what may be a browser. */
    static Reply failure(Request request, Status status) {
        var accepted = accepted(request);
        boolean takesOnlyJson = !accepted.isEmpty() && accepted.stream().allMatch(JSON::equals);
        boolean isKubectl = request.header("User-Agent").orElse("").startsWith("kubectl");
        if (takesOnlyJson || isKubectl) {
            return Reply.of(status);
        }
        var text = status.message().replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") + "\n";
        var headers = Headers.of("Content-Type", "text/plain; charset=utf-8", "X-Content-Type-Options", "nosniff");
        if (status.details().retryAfterSeconds() > 0) {
            headers = headers.with(
                    "Retry-After", Integer.toString(status.details().retryAfterSeconds()));
        }
        return new Reply.Content(status.code(), headers, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Media types without parameters; those that the client refuses by the weight 0 are left out. */
    private static List<String> accepted(Request request) {
        var types = new ArrayList<String>();
        for (var value : request.headers().all("Accept")) {
            for (var range : value.split(",", -1)) {
                var parts = range.toLowerCase(Locale.ROOT).replace(" ", "").split(";", -1);
                boolean isRefused = false;
                for (int i = 1; i < parts.length; i++) {
                    isRefused |= parts[i].matches("q=0(\\.0*)?");
                }
                if (!parts[0].isEmpty() && !isRefused) {
                    types.add(parts[0]);
                }
            }
        }
        return types;
    }
}
