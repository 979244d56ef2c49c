package io.luban.http;

import io.luban.model.Status;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One request on its way to an upstream: finds a connection, sends, and waits for the {@link ForwardedAnswer}. */
final class Forwarding implements UpstreamConnection.User {
    private static final long CONTINUE_MILLIS = 1000;
    /** How long a client may take to read why its upgrade was refused. */
    private static final long REFUSAL_MILLIS = 10_000;

    private final Exchange exchange;
    private final ForwardTarget target;
    private final UpstreamPool pool;
    private final ForwardHead head;
    private final HttpServerResponse response;
    private final ForwardedAnswer passed;
    private @Nullable UpstreamConnection connection;
    private @Nullable Tunnel tunnel;
    private long timer = -1;
    private boolean answered;
    private boolean done;
    private boolean retried;

    Forwarding(Exchange exchange, ForwardTarget target) {
        this.exchange = exchange;
        this.target = target;
        pool = exchange.listener().loop().upstreams().of(target.upstream());
        head = new ForwardHead(exchange, target);
        response = exchange.response();
        passed = new ForwardedAnswer(exchange, target, this);
    }

    void start() {
        if (exchange.isOver()) {
            return;
        }
        exchange.whenOver(this::clientGone);
        if (target.headersTimeout().isPositive()) {
            timer = after(target.headersTimeout().toMillis(), this::timeout);
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
        if (answered || exchange.isOver() || !exchange.takesInterim()) {
            return;
        }
        if (status == 100) {
            response.writeContinue();
        } else if (status == 103) {
            var hints = MultiMap.caseInsensitiveMultiMap();
            ForwardHead.endToEnd(headers).forEach((name, value) -> hints.add(name, ResponseFields.bytes(value)));
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
            target.inspector().upgraded();
            var opened = new Tunnel(exchange, connection(), answer, target);
            tunnel = opened;
            opened.open();
            return;
        }
        if (answer.status() == 101) {
            connection().abandon();
            fail(502, "Bad Gateway", "the upstream left HTTP without being asked to");
            return;
        }
        if (head.isUpgrade()) {
            if (answer.status() < 400) {
                connection().abandon();
                fail(502, "Bad Gateway", "invalid upgrade response: status code " + answer.status());
                return;
            }
            exchange.closeAfterwards();
            timer = after(REFUSAL_MILLIS, this::hangUp);
        }
        passed.head(answer);
    }

    @Override
    public void body(Buffer chunk) {
        var upgraded = tunnel;
        if (upgraded != null) {
            upgraded.fromUpstream(chunk);
        } else {
            passed.body(chunk);
        }
    }

    @Override
    public void end(Headers trailers) {
        done = true;
        passed.end(trailers);
    }

    @Override
    public void failed(Throwable cause) {
        passed.forget();
        var current = tunnel;
        if (current != null) {
            current.upstreamGone();
            return;
        }
        if (done || exchange.isOver()) {
            return;
        }
        if (passed.wantsNoMore()) {
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
        fail(502, "Bad Gateway", target.upstream().explain(cause));
    }

    private void connect() {
        pool.connect().onComplete(result -> {
            if (done || exchange.isOver()) {
                Optional.ofNullable(result.result()).ifPresent(UpstreamConnection::close);
            } else if (result.succeeded()) {
                send(result.result());
            } else {
                fail(502, "Bad Gateway", target.upstream().explain(result.cause()));
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
                after(CONTINUE_MILLIS, this::askForBody);
            }
            exchange.wire().resume();
        }
    }

    private void askForBody() {
        if (!answered && !exchange.isOver() && exchange.wire().bytesRead() == 0) {
            response.writeContinue();
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
        fail(504, "Timeout", "no answer from " + target.upstream().url() + " within " + target.headersTimeout());
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
        passed.forget();
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

    /** Leaves the upstream, and the client without the rest. */
    void cut() {
        var waiting = connection;
        done = true;
        if (waiting != null) {
            waiting.abandon();
        }
        exchange.reset();
    }

    /** Leaves the upstream when it has more to say than the client is to hear; false when that is over already. */
    boolean breakOff() {
        if (done) {
            return false;
        }
        done = true;
        connection().abandon();
        return true;
    }

    boolean isDone() {
        return done;
    }

    /** The connection that the answer comes from. */
    UpstreamConnection connection() {
        var known = connection;
        if (known == null) {
            throw new IllegalStateException("no connection");
        }
        return known;
    }

    /** Runs something later, by a timer of that number. */
    long after(long millis, Runnable action) {
        return exchange.listener().loop().vertx().setTimer(Math.max(1, millis), ignored -> action.run());
    }

    private void cancelTimer() {
        if (timer >= 0) {
            exchange.listener().loop().vertx().cancelTimer(timer);
            timer = -1;
        }
    }
}
