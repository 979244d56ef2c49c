package io.luban.http;

import io.luban.model.ParseException;
import io.luban.model.Status;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One request on its way to an upstream and the answer on its way back; both streamed with back-pressure. */
final class Forwarding implements UpstreamConnection.User {
    private static final long CONTINUE_MILLIS = 1000;
    /** How long a client may take to read why its upgrade was refused. */
    private static final long REFUSAL_MILLIS = 10_000;

    private final Exchange exchange;
    private final ForwardTarget target;
    private final UpstreamPool pool;
    private final ForwardHead head;
    private final HttpServerResponse response;
    private final Runnable endWithServer = this::cut;
    private @Nullable UpstreamConnection connection;
    private @Nullable Tunnel tunnel;
    private @Nullable CollectedAnswer collected;
    private @Nullable BodyEdit passing;
    private long timer = -1;
    private long remaining = -1;
    private boolean answered;
    private boolean done;
    private boolean retried;

    Forwarding(Exchange exchange, ForwardTarget target) {
        this.exchange = exchange;
        this.target = target;
        pool = exchange.listener().loop().upstreams().of(target.upstream());
        head = new ForwardHead(exchange, target);
        response = exchange.response();
    }

    void start() {
        if (exchange.isOver()) {
            return;
        }
        exchange.whenOver(this::clientGone);
        if (target.headersTimeout().isPositive()) {
            timer = vertxTimer(target.headersTimeout().toMillis(), this::timeout);
        }
        if (head.streamsBody()) {
            exchange.wire().pause();
            exchange.body().take();
        }
        var idle = pool.takeIdle();
        if (idle != null) {
            send(idle);
        } else {
            connect();
        }
    }

    @Override
    public void informational(int status, Headers headers) {
        if (answered || exchange.isOver()) {
            return;
        }
        if (status == 100) {
            response.writeContinue();
        } else if (status == 103) {
            var hints = MultiMap.caseInsensitiveMultiMap();
            headers.forEach(hints::add);
            response.writeEarlyHints(hints);
        } else {
            exchange.informational(status, ForwardHead.endToEnd(headers));
        }
    }

    @Override
    public void head(ResponseHead answer) {
        answered = true;
        cancelTimer();
        if (head.isUpgrade() && answer.status() == 101) {
            var opened = new Tunnel(exchange, current(), answer, target);
            tunnel = opened;
            opened.open();
            return;
        }
        if (answer.status() == 101) {
            current().abandon();
            fail(502, "Bad Gateway", "the upstream left HTTP without being asked to");
            return;
        }
        if (head.isUpgrade()) {
            if (answer.status() < 400) {
                current().abandon();
                fail(502, "Bad Gateway", "invalid upgrade response: status code " + answer.status());
                return;
            }
            exchange.closeAfterwards();
            timer = vertxTimer(REFUSAL_MILLIS, this::hangUp);
        }
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
            vertxTimer(CollectedAnswer.PATIENCE_MILLIS, () -> sendInstead(waiting));
        } else {
            sendInstead(waiting);
        }
    }

    /** What else the upstream has to say is of no interest. */
    private void sendInstead(CollectedAnswer waiting) {
        if (!done) {
            done = true;
            current().abandon();
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
        if (remaining < 0) {
            startUnbounded();
        } else if (remaining > 0) {
            // The first bytes of the body usually come within the same turn of the loop: then one write does for both.
            exchange.listener().loop().execute(this::flushHead);
        }
    }

    @Override
    public void body(Buffer chunk) {
        var upgraded = tunnel;
        if (upgraded != null) {
            upgraded.fromUpstream(chunk);
            return;
        }
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
            var paused = current();
            paused.pause();
            response.drainHandler(ignored -> paused.resume());
        }
    }

    private Buffer edited(BodyEdit edit, Buffer came) {
        try {
            return Buffer.buffer(edit.piece(came.getBytes()));
        } catch (ParseException e) {
            cut();
            return Buffer.buffer();
        }
    }

    /** What an edit still has when the body is complete. */
    private Buffer rest() {
        var edit = passing;
        try {
            return edit == null ? Buffer.buffer() : Buffer.buffer(edit.rest());
        } catch (ParseException e) {
            cut();
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

    @Override
    public void end(Headers trailers) {
        done = true;
        exchange.listener().forget(endWithServer);
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
                response.putTrailer(name, value);
            }
        });
        exchange.end(rest.length() == 0 ? null : rest);
    }

    @Override
    public void failed(Throwable cause) {
        exchange.listener().forget(endWithServer);
        var current = tunnel;
        if (current != null) {
            current.upstreamGone();
            return;
        }
        if (done || exchange.isOver()) {
            return;
        }
        var whole = collected;
        if (whole != null && whole.isReplaced()) {
            sendInstead(whole);
            return;
        }
        if (answered) {
            done = true;
            exchange.reset();
            return;
        }
        if (mayRetry()) {
            retried = true;
            connect();
            return;
        }
        fail(502, "Bad Gateway", explain(cause));
    }

    private void connect() {
        pool.connect().onComplete(result -> {
            if (done || exchange.isOver()) {
                Optional.ofNullable(result.result()).ifPresent(UpstreamConnection::close);
            } else if (result.succeeded()) {
                send(result.result());
            } else {
                fail(502, "Bad Gateway", explain(result.cause()));
            }
        });
    }

    private void send(UpstreamConnection opened) {
        connection = opened;
        boolean streams = head.streamsBody();
        opened.send(this, head.encode(), target.method().equals("HEAD"), !streams);
        if (streams) {
            new BodyPump(exchange, head).start(opened, () -> done);
            if (head.expectsContinue()) {
                vertxTimer(CONTINUE_MILLIS, this::askForBody);
            }
            exchange.wire().resume();
        }
    }

    private void askForBody() {
        if (!answered && !exchange.isOver() && exchange.wire().bytesRead() == 0) {
            response.writeContinue();
        }
    }

    private void startUnbounded() {
        exchange.listener().keep(endWithServer);
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
        if (!done && !exchange.isOver() && !response.headWritten()) {
            response.writeHead();
        }
    }

    /** A connection that had been idle may have been closed by the upstream just now; reading twice does no harm. */
    private boolean mayRetry() {
        var last = connection;
        return !retried
                && last != null
                && last.wasUsed()
                && !head.streamsBody()
                && (target.method().equals("GET") || target.method().equals("HEAD"));
    }

    private void timeout() {
        var waiting = connection;
        if (waiting != null) {
            waiting.abandon();
        }
        fail(504, "Timeout", "no answer from " + name() + " within " + target.headersTimeout());
    }

    private void fail(int code, String reason, String message) {
        if (done) {
            return;
        }
        done = true;
        cancelTimer();
        if (!exchange.isOver()) {
            exchange.send(target.inspector().failed(Status.of(code, reason, message)));
        }
    }

    private void clientGone() {
        cancelTimer();
        exchange.listener().forget(endWithServer);
        var waiting = connection;
        if (!done && tunnel == null && !response.ended()) {
            done = true;
            if (waiting != null) {
                waiting.abandon();
            }
        }
    }

    /** Not only the answer: what waits to be written would keep the connection. */
    private void hangUp() {
        cut();
        exchange.connection().close();
    }

    private void cut() {
        var waiting = connection;
        done = true;
        if (waiting != null) {
            waiting.abandon();
        }
        exchange.reset();
    }

    private UpstreamConnection current() {
        var known = connection;
        if (known == null) {
            throw new IllegalStateException("no connection");
        }
        return known;
    }

    private String explain(Throwable cause) {
        var root = cause;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        var text = root.getMessage();
        return "error trying to reach " + name() + ": "
                + (text == null ? root.getClass().getSimpleName() : text);
    }

    private String name() {
        var upstream = target.upstream();
        return (upstream.tls() ? "https://" : "http://") + upstream.host() + ":" + upstream.port();
    }

    private long vertxTimer(long millis, Runnable action) {
        return exchange.listener().loop().vertx().setTimer(Math.max(1, millis), ignored -> action.run());
    }

    private void cancelTimer() {
        if (timer >= 0) {
            exchange.listener().loop().vertx().cancelTimer(timer);
            timer = -1;
        }
    }
}
