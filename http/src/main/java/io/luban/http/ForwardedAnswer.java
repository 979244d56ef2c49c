package io.luban.http;

import io.luban.model.ParseException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import org.jspecify.annotations.Nullable;

/**
 * An upstream's answer on its way to the client: streamed as it comes or piece by piece through an edit, or held back to be
 * changed or replaced as a whole. Ends with {@link Forwarding}, which holds the connection that it comes from.
 */
final class ForwardedAnswer {
    private final Exchange exchange;
    private final ForwardTarget target;
    private final Forwarding forwarding;
    private final HttpServerResponse response;
    private @Nullable CollectedAnswer collected;
    private @Nullable BodyEdit passing;
    private @Nullable Runnable endWithServer;
    private long remaining = -1;

    ForwardedAnswer(Exchange exchange, ForwardTarget target, Forwarding forwarding) {
        this.exchange = exchange;
        this.target = target;
        this.forwarding = forwarding;
        response = exchange.response();
    }

    /** The head has come, and is the last word. */
    void head(ResponseHead answer) {
        switch (target.inspector().inspect(answer.status(), ForwardHead.endToEnd(answer.headers()))) {
            case AnswerInspector.Verdict.Pass pass -> begin(answer, pass.headers(), answer.contentLength());
            case AnswerInspector.Verdict.Replace replace -> replace(answer, replace);
            case AnswerInspector.Verdict.Rewrite rewrite -> {
                if (isHead()) {
                    begin(answer, rewrite.headers().without("Content-Length"), -1);
                } else {
                    collected = new CollectedAnswer(answer, rewrite);
                }
            }
            case AnswerInspector.Verdict.Through through -> pass(answer, through);
        }
    }

    private void replace(ResponseHead answer, AnswerInspector.Verdict.Replace replace) {
        var waiting = new CollectedAnswer(answer, replace);
        collected = waiting;
        if (replace.reader().isPresent()
                && answer.contentLength() != 0
                && !target.method().equals("HEAD")) {
            forwarding.after(CollectedAnswer.PATIENCE_MILLIS, () -> sendInstead(waiting));
        } else {
            sendInstead(waiting);
        }
    }

    /** What else the upstream has to say is of no interest. */
    private void sendInstead(CollectedAnswer waiting) {
        if (forwarding.breakOff()) {
            exchange.send(waiting.changed());
        }
    }

    private void pass(ResponseHead answer, AnswerInspector.Verdict.Through through) {
        passing = through.edit();
        if (through.edit().keepsLength() || answer.contentLength() == 0) {
            begin(answer, through.headers(), answer.contentLength());
        } else {
            begin(answer, through.headers().without("Content-Length"), -1);
        }
    }

    /** Whether the client wants no body, which it would take for its next answer. */
    private boolean isHead() {
        return exchange.wire().method().equals(HttpMethod.HEAD);
    }

    private void begin(ResponseHead answer, Headers headers, long length) {
        remaining = length;
        boolean lengthOnly = target.method().equals("HEAD") && !isHead();
        exchange.head(answer.status(), lengthOnly ? headers.without("Content-Length") : headers);
        exchange.reason(answer.reason());
        if (remaining < 0) {
            beginUnbounded();
        } else if (remaining > 0) {
            // The first bytes of the body usually come within the same turn of the loop: then one write does for both.
            exchange.listener().loop().execute(this::flushHead);
        }
    }

    private void beginUnbounded() {
        Runnable end = forwarding::cut;
        endWithServer = end;
        exchange.listener().keep(end);
        if (exchange.isOver()) {
            return;
        }
        if (exchange.wire().version() == HttpVersion.HTTP_1_0) {
            exchange.closeAfterwards();
            response.putHeader("Connection", "close").write(Buffer.buffer());
        } else {
            response.writeHead();
        }
    }

    private void flushHead() {
        if (!forwarding.isDone() && !exchange.isOver() && !response.headWritten()) {
            response.writeHead();
        }
    }

    /** A piece of the body has come. */
    void body(Buffer chunk) {
        if (exchange.isOver()) {
            return;
        }
        var whole = collected;
        if (whole != null) {
            collect(whole, chunk);
            return;
        }
        // asked with another method, the upstream may send a body to a HEAD request
        if (!isHead()) {
            passOn(chunk);
        }
    }

    private void passOn(Buffer came) {
        var edit = passing;
        var chunk = edit == null ? came : edited(edit, came);
        if (remaining >= 0) {
            remaining -= chunk.length();
            if (remaining == 0) {
                rest();
                exchange.settleBody();
                exchange.end(chunk);
                return;
            }
        }
        if (chunk.length() == 0 || exchange.isOver()) {
            return;
        }
        response.write(chunk);
        if (response.writeQueueFull()) {
            var paused = forwarding.connection();
            paused.pause();
            response.drainHandler(ignored -> paused.resume());
        }
    }

    private Buffer edited(BodyEdit edit, Buffer came) {
        try {
            return Buffer.buffer(edit.piece(came.getBytes()));
        } catch (ParseException e) {
            forwarding.cut();
            return Buffer.buffer();
        }
    }

    /** What an edit still has when the body is complete. */
    private Buffer rest() {
        var edit = passing;
        try {
            return edit == null ? Buffer.buffer() : Buffer.buffer(edit.rest());
        } catch (ParseException e) {
            forwarding.cut();
            return Buffer.buffer();
        }
    }

    /** Goes over to streaming when the body is larger than anybody wants to change. */
    private void collect(CollectedAnswer whole, Buffer chunk) {
        if (whole.add(chunk)) {
            return;
        }
        if (whole.isReplaced()) {
            sendInstead(whole);
            return;
        }
        collected = null;
        begin(whole.head(), whole.headers(), whole.head().contentLength());
        body(whole.unchanged());
    }

    /** The upstream has said all. */
    void end(Headers trailers) {
        forget();
        if (exchange.isOver() || response.ended()) {
            return;
        }
        var whole = collected;
        if (whole != null) {
            exchange.send(whole.changed());
            return;
        }
        var rest = isHead() ? Buffer.buffer() : rest();
        if (exchange.isOver()) {
            return;
        }
        exchange.settleBody();
        trailers.forEach((name, value) -> {
            if (!Fields.isForbiddenTrailer(name)) {
                response.trailers().add(ResponseFields.bytes(name), ResponseFields.bytes(value));
            }
        });
        exchange.end(rest.length() == 0 ? null : rest);
    }

    /** The upstream broke off; true when nobody misses the rest. */
    boolean wantsNoMore() {
        var whole = collected;
        if (whole == null || !whole.isReplaced()) {
            return false;
        }
        sendInstead(whole);
        return true;
    }

    /** The server does not have to end it any more. */
    void forget() {
        var end = endWithServer;
        if (end != null) {
            exchange.listener().forget(end);
        }
    }
}
