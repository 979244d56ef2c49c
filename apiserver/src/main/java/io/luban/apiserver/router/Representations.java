package io.luban.apiserver.router;

import io.luban.apiserver.pipeline.ErrorResponses;
import io.luban.http.AnswerInspector;
import io.luban.http.Headers;
import io.luban.http.Reply;
import io.luban.http.Request;
import io.luban.model.Json;
import io.luban.model.ParseException;
import io.luban.model.Status;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** In which form clients want answers, and what is said when there is none that suits. */
final class Representations {
    private static final String JSON = "application/json";
    private static final String TEXT = "text/plain; charset=utf-8";

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

    /** The reply with failures in the form that suits the client, be they of Kubernetes or of the gateway. */
    static Reply worded(Request request, Reply reply) {
        return takesStatus(request)
                ? (reply instanceof Reply.Content content ? asStatus(content) : reply)
                : switch (reply) {
                    case Reply.Content content -> worded(content);
                    case Reply.Forward forward ->
                        new Reply.Forward(forward.target()
                                .with(new Worded(forward.target().inspector(), request)));
                    case Reply.Edited edited -> new Reply.Edited(worded(request, edited.reply()), edited.edit());
                    case Reply.Observed observed ->
                        new Reply.Observed(worded(request, observed.reply()), observed.observer());
                    case Reply.Stream stream -> stream;
                    case Reply.WebSocket socket -> socket;
                };
    }

    private static Reply worded(Reply.Content content) {
        return content.status() < 400 || !isJson(content.headers())
                ? content
                : new Reply.Content(content.status(), asText(content.headers()), text(content.body()));
    }

    private static Reply asStatus(Reply.Content content) {
        var type = content.headers().first("Content-Type").orElse("");
        if (content.status() < 400 || !type.startsWith("text/plain")) {
            return content;
        }
        var reason = switch (content.status()) {
            case 404 -> "NotFound";
            case 405 -> "MethodNotAllowed";
            case 415 -> "UnsupportedMediaType";
            default -> "BadRequest";
        };
        var status = Status.of(content.status(), reason, new String(content.body(), StandardCharsets.UTF_8).strip());
        return new Reply.Content(
                content.status(), content.headers().with("Content-Type", JSON), Json.bytes(status.toJson()));
    }

    private static boolean isJson(Headers headers) {
        return headers.first("Content-Type").orElse("").startsWith(JSON);
    }

    private static Headers asText(Headers headers) {
        return headers.with("Content-Type", TEXT).with("X-Content-Type-Options", "nosniff");
    }

    /** The message of a Status; what is none stays. */
    private static byte[] text(byte[] body) {
        try {
            var message = Json.parse(body).path("message").asText("");
            return message.isEmpty() ? body : escaped(message).getBytes(StandardCharsets.UTF_8);
        } catch (ParseException e) {
            return body;
        }
    }

    private static String escaped(String message) {
        return message.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") + "\n";
    }

    /** Failures of a Kubernetes elsewhere. */
    private record Worded(AnswerInspector answers, Request request) implements AnswerInspector {
        private static final int LONGEST_STATUS = 1024 * 1024;

        @Override
        public Verdict inspect(int status, Headers headers) {
            var verdict = answers.inspect(status, headers);
            return status >= 400 && isJson(headers) && verdict instanceof Verdict.Pass pass
                    ? new Verdict.Rewrite(asText(pass.headers()), LONGEST_STATUS, Representations::text)
                    : verdict;
        }

        @Override
        public void upgraded() {
            answers.upgraded();
        }

        @Override
        public Reply.Content failed(Status status) {
            return (Reply.Content) failure(request, status);
        }
    }

    private static boolean takesStatus(Request request) {
        var accepted = accepted(request);
        boolean takesOnlyJson = !accepted.isEmpty() && accepted.stream().allMatch(JSON::equals);
        var agent = request.header("User-Agent").orElse("");
        return takesOnlyJson || agent.startsWith("kubectl") || agent.contains(" kubernetes/");
    }

    /** A Status for programs, escaped text for what may be a browser. */
    static Reply failure(Request request, Status status) {
        if (takesStatus(request)) {
            return Reply.of(status);
        }
        var headers = asText(Headers.EMPTY);
        if (status.details().retryAfterSeconds() > 0) {
            headers = headers.with(
                    "Retry-After", Integer.toString(status.details().retryAfterSeconds()));
        }
        return new Reply.Content(
                status.code(), headers, escaped(status.message()).getBytes(StandardCharsets.UTF_8));
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
