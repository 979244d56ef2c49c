package io.luban.http;

import io.luban.model.ApiException;
import io.luban.model.Status;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.impl.http1.Http1ServerConnection;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request and the reply to it, on the event loop of its connection: decides who answers, carries the reply out, and
 * tells the observers when all is over.
 */
final class Exchange {
    private static final Logger log = LoggerFactory.getLogger(Exchange.class);
    private static final int LARGE_BYTES = 64 * 1024;
    private static final long MAX_DISCARDED_BYTES = 8L * 1024 * 1024;

    private final Listener listener;
    private final ClientConnection connection;
    private final HttpServerRequest wire;
    private final HttpServerResponse response;
    private final WireBody body;
    private final long begun = System.nanoTime();
    private @Nullable UnaryOperator<Headers> edit;
    private @Nullable List<Consumer<Reply.Completion>> observers;
    private @Nullable Runnable whenOver;
    private final int number;
    private int status;
    private boolean over;
    private boolean upgraded;
    private boolean closeAfterwards;

    Exchange(Listener listener, ClientConnection connection, HttpServerRequest wire) {
        this.listener = listener;
        this.connection = connection;
        this.wire = wire;
        response = wire.response();
        body = new WireBody(listener.loop(), wire, listener.limits().bodyIdle());
        number = connection.requestBegins();
        listener.activity().requestBegins();
        response.endHandler(ignored -> finish(true));
        response.closeHandler(ignored -> finish(false));
        response.exceptionHandler(ignored -> finish(false));
    }

    /** Tries the fast path; else lets a virtual thread decide. */
    void begin() {
        var origin = new WireOrigin(listener, connection, wire, body);
        // CONNECT of HTTP/2 has none
        var target = wire.uri() == null ? "" : RequestTarget.originForm(wire.uri());
        var head = origin.head();
        var problem = target.isEmpty() ? "malformed request target" : head.problem();
        if (head.closes() || !problem.isEmpty()) {
            closeAfterwards();
        }
        if (!problem.isEmpty()) {
            carryOut(Reply.of(ApiException.badRequest(problem).status()));
            return;
        }
        var request = RequestValue.of(origin, wire.method().name(), target);
        var quick = decide(() -> listener.fastPath().attempt(request).orElse(null));
        if (quick != null) {
            carryOut(quick);
            return;
        }
        wire.pause();
        listener.loop().runtime().handlers().execute(() -> {
            var reply = decide(() -> listener.handler().handle(request));
            listener.loop()
                    .execute(() -> carryOut(reply == null ? failure(new IllegalStateException("no reply")) : reply));
        });
    }

    /** Carries out a reply; called once, on the event loop. */
    void carryOut(Reply reply) {
        try {
            switch (reply) {
                case Reply.Edited edited -> {
                    var outer = edit;
                    var inner = edited.edit();
                    edit = outer == null ? inner : headers -> outer.apply(inner.apply(headers));
                    carryOut(edited.reply());
                }
                case Reply.Observed observed -> {
                    observe(observed.observer());
                    carryOut(observed.reply());
                }
                case Reply.Content content -> send(content);
                case Reply.Stream stream -> stream(stream);
                case Reply.WebSocket socket -> open(socket);
                case Reply.Forward forward -> new Forwarding(this, forward.target()).start();
            }
        } catch (RuntimeException e) {
            giveUp(e);
        }
    }

    /** Whether nobody waits for the reply any more. */
    boolean isOver() {
        return over;
    }

    HttpServerRequest wire() {
        return wire;
    }

    HttpServerResponse response() {
        return response;
    }

    WireBody body() {
        return body;
    }

    /** What stands behind the request's body, once that has ended. */
    Headers trailers() {
        return connection.trailers(number);
    }

    /** An answer before the answer, in HTTP/1.1 only. */
    void informational(int code, Headers headers) {
        if (wire.connection() instanceof Http1ServerConnection http && !response.headWritten()) {
            var fields = new DefaultHttpHeaders();
            headers.forEach(fields::add);
            var interim = new DefaultFullHttpResponse(
                    io.netty.handler.codec.http.HttpVersion.HTTP_1_1,
                    HttpResponseStatus.valueOf(code),
                    Unpooled.EMPTY_BUFFER,
                    fields,
                    new DefaultHttpHeaders());
            // a client that has left is noticed elsewhere
            var unusedOutcome = http.channelHandlerContext().writeAndFlush(interim);
        }
    }

    Listener listener() {
        return listener;
    }

    ClientConnection connection() {
        return connection;
    }

    /** Closes the connection once the reply is out. */
    void closeAfterwards() {
        closeAfterwards = true;
    }

    /** Runs when the exchange is over; at once if it is over already. */
    void whenOver(Runnable action) {
        if (over) {
            action.run();
        } else {
            whenOver = action;
        }
    }

    /** Writes the response head into the wire's response, passed through the edits of outer stages. */
    void head(int code, Headers headers) {
        var edited = edited(headers);
        status = code;
        response.setStatusCode(code);
        var fields = response.headers();
        boolean dated = false;
        for (int i = 0; i < edited.size(); i++) {
            var name = edited.name(i);
            fields.add(name, edited.value(i));
            dated |= name.equalsIgnoreCase("Date");
        }
        if (!dated) {
            fields.set("Date", listener.loop().date());
        }
        if (closeAfterwards && wire.version() != HttpVersion.HTTP_2) {
            fields.set("Connection", "close");
        }
    }

    /** Outer stages may change everything but where the answer ends and who may go on speaking. */
    private Headers edited(Headers headers) {
        var operator = edit;
        if (operator == null) {
            return headers;
        }
        var kept = Headers.builder();
        operator.apply(headers).forEach((name, value) -> {
            if (!Fields.isFraming(name) && Headers.isField(name, value)) {
                kept.add(name, value);
            }
        });
        headers.forEach((name, value) -> {
            if (Fields.isFraming(name)) {
                kept.add(name, value);
            }
        });
        return kept.build();
    }

    /** Ends the client's connection (or HTTP/2 stream) so that it notices the missing rest. */
    void reset() {
        if (!over) {
            response.reset();
            finish(false);
        }
    }

    /** Sends a complete answer. */
    void send(Reply.Content content) {
        if (over) {
            return;
        }
        settleBody();
        head(content.status(), content.headers().requireSendable().without("Content-Length"));
        if (wire.method().equals(HttpMethod.HEAD)) {
            response.putHeader("Content-Length", Integer.toString(content.body().length));
            end(null);
        } else if (content.status() == 204 || content.status() == 304) {
            end(null);
        } else {
            end(BufferInternal.buffer(Unpooled.wrappedBuffer(content.body())));
        }
    }

    /** Whether the client can leave HTTP on this connection. */
    boolean isUpgradable() {
        return wire.version() == HttpVersion.HTTP_1_1;
    }

    /** Takes the client's connection out of HTTP; its response head is the caller's business. */
    Future<NetSocket> upgrade() {
        return ((Http1ServerConnection) wire.connection()).netSocket();
    }

    /** The bytes of an upgrade answer, as they came unless an outer stage edits them. */
    Buffer upgradeHead(ResponseHead answer) {
        status = answer.status();
        upgraded = true;
        listener.activity().upgraded();
        if (edit == null) {
            return Buffer.buffer(answer.raw());
        }
        var text = new StringBuilder("HTTP/1.1 101 Switching Protocols\r\n");
        edited(answer.headers())
                .forEach((name, value) ->
                        text.append(name).append(": ").append(value).append("\r\n"));
        return Buffer.buffer(text.append("\r\n").toString(), StandardCharsets.ISO_8859_1.name());
    }

    /** The upgraded connection is over. */
    void finishUpgraded(long bytesSent) {
        listener.closed(wire.connection());
        finish(true, bytesSent);
    }

    /** Ends the response, with last bytes if there are any. */
    void end(@Nullable Buffer last) {
        if (status == 204) {
            // Vert.x announces a length of zero, which RFC 9110 §8.6 forbids here.
            response.headersEndHandler(ignored -> response.headers().remove("Content-Length"));
        }
        var ended = last == null ? response.end() : response.end(last);
        if (last != null && last.length() > LARGE_BYTES && !ended.isComplete()) {
            cutUnlessDone(ended);
        }
        if (closeAfterwards) {
            ended.onComplete(ignored -> connection.close());
        }
    }

    /** What waits to be read takes memory, so a client that does not read is let go. */
    private void cutUnlessDone(Future<Void> written) {
        var vertx = listener.loop().vertx();
        long timer = vertx.setTimer(listener.limits().writeTimeout().toMillis(), ignored -> connection.close());
        written.onComplete(ignored -> vertx.cancelTimer(timer));
    }

    private void stream(Reply.Stream stream) {
        if (over) {
            return;
        }
        settleBody();
        head(stream.status(), stream.headers().requireSendable());
        if (wire.method().equals(HttpMethod.HEAD)) {
            end(null);
            return;
        }
        if (!body.isAnnounced() && wire.version() != HttpVersion.HTTP_2) {
            // a watch may live for hours, with a token here that its other requests share elsewhere
            wire.headers().clear();
        }
        new ResponseStream(this).start(stream.source());
    }

    private void open(Reply.WebSocket reply) {
        if (over) {
            return;
        }
        var key = Handshake.key(this);
        if (key.isEmpty()) {
            var refusal = ApiException.badRequest("a WebSocket request (RFC 6455, version 13) is expected here");
            send((Reply.Content) Reply.of(refusal.status()));
            return;
        }
        var head = Handshake.accept(key, reply.headers().requireSendable());
        upgrade().onSuccess(socket -> {
            socket.write(upgradeHead(head));
            reply.handler().open(new SocketSession(this, socket));
        });
    }

    /** An unread body is thrown away, within limits, so that the connection can go on or the client sees the answer. */
    void settleBody() {
        if (wire.isEnded() || !body.isAnnounced()) {
            return;
        }
        if (!body.isTaken() && "100-continue".equalsIgnoreCase(wire.getHeader("Expect"))) {
            closeAfterwards();
            return;
        }
        var discarded = new long[1];
        wire.exceptionHandler(ignored -> {});
        wire.endHandler(ignored -> {});
        wire.handler(chunk -> {
            discarded[0] += chunk.length();
            if (discarded[0] > MAX_DISCARDED_BYTES) {
                connection.close();
            }
        });
        wire.resume();
    }

    private void observe(Consumer<Reply.Completion> observer) {
        var known = observers;
        if (known == null) {
            known = new ArrayList<>(2);
            observers = known;
        }
        if (over) {
            observer.accept(new Reply.Completion(0, 0, false, elapsed()));
        } else {
            known.add(observer);
        }
    }

    private long elapsed() {
        return System.nanoTime() - begun;
    }

    private void finish(boolean complete) {
        finish(complete, response.bytesWritten());
    }

    private void finish(boolean complete, long bytesSent) {
        if (over) {
            return;
        }
        over = true;
        connection.requestEnds();
        listener.activity().requestEnds(upgraded);
        var action = whenOver;
        if (action != null) {
            whenOver = null;
            action.run();
        }
        var told = observers;
        if (told != null) {
            var completion = new Reply.Completion(status, bytesSent, complete, elapsed());
            told.forEach(observer -> tell(observer, completion));
        }
    }

    private void tell(Consumer<Reply.Completion> observer, Reply.Completion completion) {
        try {
            observer.accept(completion);
        } catch (RuntimeException e) {
            log.atError().setCause(e).log("observer of an exchange failed");
        }
    }

    private void giveUp(RuntimeException cause) {
        if (over) {
            return;
        }
        if (response.headWritten()) {
            failure(cause);
            reset();
            return;
        }
        response.headers().clear();
        edit = null;
        send((Reply.Content) failure(cause));
    }

    private interface Decision {
        @Nullable Reply make();
    }

    private @Nullable Reply decide(Decision decision) {
        try {
            return decision.make();
        } catch (ApiException e) {
            return Reply.of(e.status());
        } catch (RuntimeException e) {
            return failure(e);
        }
    }

    private Reply failure(RuntimeException cause) {
        var id = listener.loop().runtime().nextErrorId();
        log.atError()
                .setCause(cause)
                .addKeyValue("errorId", id)
                .addKeyValue("verb", wire.method().name())
                .addKeyValue("path", wire.path())
                .log("request failed");
        return Reply.of(Status.of(500, "InternalError", "Internal error occurred: error id " + id));
    }
}
