package io.luban.apiserver.masking;

import io.luban.apiserver.authorization.Authorizer;
import io.luban.apiserver.pipeline.Exchange;
import io.luban.apiserver.pipeline.RequestInfo;
import io.luban.http.AnswerInspector;
import io.luban.http.ForwardTarget;
import io.luban.http.Headers;
import io.luban.http.Reply;
import io.luban.model.ApiException;
import io.luban.model.Status;
import java.util.ArrayList;
import java.util.Locale;

/**
 * Keeps secrets of objects from callers: asks Kubernetes for forms of an answer that can be read here, and takes the secrets
 * out of them. Whoever may get {@code clusters/kubeconfig} sees those of clusters, whoever may update repositories those of
 * repositories; hashes of passwords nobody sees.
 */
public final class Masking {
    private static final String JSON = "application/json";

    private final Authorizer authorizer;
    private final StoredSecrets stored;

    /** Asks {@code authorizer} who sees clusters whole, and {@code stored} for what callers cannot send. */
    public Masking(Authorizer authorizer, StoredSecrets stored) {
        this.authorizer = authorizer;
        this.stored = stored;
    }

    /** What has to be hidden from the caller in answers to the request; memory only. */
    public Secrecy hiding(Exchange exchange) {
        var secrecy = Secrecy.of(exchange.info());
        boolean seesAll = switch (secrecy) {
            case NONE, USERS -> false;
            case CLUSTERS -> may(exchange, "get", "kubeconfig");
            case REPOSITORIES -> may(exchange, "update", "");
        };
        return seesAll ? Secrecy.NONE : secrecy;
    }

    private boolean may(Exchange exchange, String verb, String subresource) {
        var info = exchange.info();
        var wanted = new RequestInfo(
                true,
                info.isKubernetesRequest(),
                info.path(),
                verb,
                info.apiPrefix(),
                info.apiGroup(),
                info.apiVersion(),
                info.cluster(),
                "",
                "",
                info.resource(),
                subresource,
                info.name(),
                info.scope());
        return authorizer.decide(exchange.user(), wanted).allowed();
    }

    /** Whether {@link #prepared} has to read the body and the stored object. */
    public boolean blocks(Exchange exchange, Secrecy secrecy) {
        return secrecy != Secrecy.NONE && StoredSecrets.concern(exchange);
    }

    /**
     * The request in a form whose answer can be masked, with the stored secrets where a written object lacks them. Throws 400
     * when it asks for objects by their secrets, 406 when it accepts no JSON, 403 when a patch would copy a secret.
     */
    public Exchange prepared(Exchange exchange, Secrecy secrecy) {
        refuseSelector(exchange, secrecy);
        var request = exchange.request();
        var headers = request.headers().without("Accept-Encoding").with("Accept", accepted(request.headers()));
        return stored.completed(exchange.with(request.withHeaders(headers)), secrecy);
    }

    private static void refuseSelector(Exchange exchange, Secrecy secrecy) {
        var selectors = exchange.request().queryParameters().get("fieldSelector");
        if (selectors == null) {
            return;
        }
        for (var place : secrecy.places()) {
            var field = place.toString().substring(1).replace('/', '.');
            if (selectors.stream().anyMatch(selector -> selector.contains(field))) {
                throw ApiException.badRequest("field label not supported: " + field);
            }
        }
    }

    /** Only what of the accepted forms is JSON, tables included. */
    private static String accepted(Headers headers) {
        var ranges = new ArrayList<String>();
        boolean isAny = true;
        for (var value : headers.all("Accept")) {
            for (var range : value.split(",", -1)) {
                isAny &= range.isBlank();
                var type = range.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
                switch (type) {
                    case JSON -> ranges.add(range.strip());
                    case "*/*", "application/*" -> ranges.add(JSON);
                    default -> {
                        // a form from which nothing could be taken out
                    }
                }
            }
        }
        if (!isAny && ranges.isEmpty()) {
            throw ApiException.notAcceptable(JSON + ", " + JSON + ";stream=watch");
        }
        return ranges.isEmpty() ? JSON : String.join(", ", ranges);
    }

    /** The answer without what is secret. */
    public static Reply masked(Reply reply, Secrecy secrecy) {
        return switch (reply) {
            case Reply.Content content -> content(content, secrecy);
            case Reply.Stream stream ->
                new Reply.Stream(
                        stream.status(),
                        stream.headers().without("Content-Length"),
                        sink -> stream.source().start(new MaskedSink(sink, secrecy)));
            case Reply.WebSocket socket ->
                new Reply.WebSocket(
                        socket.headers(), session -> socket.handler().open(new MaskedSession(session, secrecy)));
            case Reply.Forward forward -> new Reply.Forward(forwarded(forward.target(), secrecy));
            case Reply.Edited edited -> new Reply.Edited(masked(edited.reply(), secrecy), edited.edit());
            case Reply.Observed observed -> new Reply.Observed(masked(observed.reply(), secrecy), observed.observer());
        };
    }

    private static Reply content(Reply.Content content, Secrecy secrecy) {
        if (content.body().length == 0 || isHarmless(content.status(), content.headers())) {
            return content;
        }
        if (!isReadable(content.headers())) {
            return unreadable();
        }
        return new Reply.Content(content.status(), content.headers(), MaskedJson.of(secrecy, content.body()));
    }

    /** What goes to a server elsewhere leaves HTTP for WebSockets only: in other tunnels nothing could be taken out. */
    private static ForwardTarget forwarded(ForwardTarget target, Secrecy secrecy) {
        var masked = target.with(new MaskedAnswer(target.inspector(), secrecy));
        var headers = target.headers();
        return headers.first("Upgrade").orElse("").equalsIgnoreCase("websocket")
                ? masked.with(headers.without("Sec-WebSocket-Extensions"))
                        .editingTunnel(() -> new MaskedFrames(secrecy))
                : masked.with(headers.without("Connection").without("Upgrade"));
    }

    /** A refusal in another form than JSON comes from a server before Kubernetes, which knows no objects. */
    static boolean isHarmless(int status, Headers headers) {
        return status == 204 || status == 304 || (status >= 400 && !isReadable(headers));
    }

    static boolean isReadable(Headers headers) {
        var type = headers.first("Content-Type").orElse("").split(";", 2)[0].strip();
        return type.equalsIgnoreCase(JSON) && !headers.contains("Content-Encoding");
    }

    static Reply.Content unreadable() {
        var status = ApiException.internal("the answer came in a form from which secrets cannot be taken out")
                .status();
        return (Reply.Content) Reply.of(status);
    }

    /** An answer of a server elsewhere. */
    private record MaskedAnswer(AnswerInspector answers, Secrecy secrecy) implements AnswerInspector {
        @Override
        public Verdict inspect(int status, Headers headers) {
            if (isHarmless(status, headers)) {
                return answers.inspect(status, headers);
            }
            return switch (answers.inspect(status, headers)) {
                case Verdict.Pass pass ->
                    isReadable(headers)
                            ? new Verdict.Through(pass.headers(), new MaskedJson(secrecy))
                            : new Verdict.Replace(unreadable());
                case Verdict.Replace replace -> replace;
                case Verdict.Rewrite rewrite -> new Verdict.Replace(unreadable());
                case Verdict.Through through -> new Verdict.Replace(unreadable());
            };
        }

        @Override
        public void upgraded() {
            answers.upgraded();
        }

        @Override
        public Reply.Content failed(Status status) {
            return answers.failed(status);
        }
    }
}
