package io.luban.http;

import io.netty.buffer.Unpooled;
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
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** One request and the reply to it, on the event loop of its connection: carries the reply out and tells when all is over. */
final class Exchange {
    private static final int LARGE_BYTES = 64 * 1024;
    private static final int LOOP_DETECTED = 508;
    private static final byte[] NOTHING = {};

    private final Listener listener;
    private final ClientConnection connection;
    private final HttpServerRequest wire;
    private final HttpServerResponse response;
    private final WireBody body;
    private final long begun = System.nanoTime();
    private @Nullable UnaryOperator<Headers> edit;
    private @Nullable Observer observers;
    private @Nullable Runnable whenOver;
    private final int number;
    private byte[] early = NOTHING;
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
                case Reply.Stream stream -> ResponseStream.answer(this, stream);
                case Reply.WebSocket socket -> SocketSession.answer(this, socket);
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

    /** Whether the client knows answers before the answer; to clients of HTTP/1.0 none may be sent. */
    boolean takesInterim() {
        return wire.version() != HttpVersion.HTTP_1_0;
    }

    /** An answer before the answer, in HTTP/1.1 only. */
    void informational(int code, Headers headers) {
        if (wire.connection() instanceof Http1ServerConnection http && !response.headWritten()) {
            var interim = ResponseFields.interim(code, headers);
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
        if (wire.version() != HttpVersion.HTTP_2) {
            connection.endsWithAnswer();
        }
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
        if (code == LOOP_DETECTED) {
            // the one code of the gateway that the engine has no words for
            reason("Loop Detected");
        }
        ResponseFields.write(edited, response.headers(), listener.loop().date());
        if (closeAfterwards && wire.version() != HttpVersion.HTTP_2) {
            response.headers().set("Connection", "close");
        }
    }

    /** Other words for the status than the usual ones, unless they are none; HTTP/2 knows no words. */
    void reason(String words) {
        boolean isUsual = words.isEmpty()
                || words.equals(HttpResponseStatus.valueOf(status).reasonPhrase());
        if (!isUsual && wire.version() != HttpVersion.HTTP_2) {
            response.setStatusMessage(words);
        }
    }

    private Headers edited(Headers headers) {
        var operator = edit;
        return operator == null ? headers : ResponseFields.edited(headers, operator);
    }

    /** Ends the client's connection (or HTTP/2 stream) so that it notices the missing rest. */
    void reset() {
        if (!over) {
            if (wire.version() == HttpVersion.HTTP_1_0) {
                connection.breaksWhenClosed();
            }
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
        early = connection.leavesHttp();
        return ((Http1ServerConnection) wire.connection()).netSocket();
    }

    /** What the client has sent behind its request before the upgrade was answered. */
    Buffer early() {
        return Buffer.buffer(early);
    }

    /** The bytes of an upgrade answer, as they came unless an outer stage edits them. */
    Buffer upgradeHead(ResponseHead answer) {
        status = answer.status();
        upgraded = true;
        listener.activity().upgraded();
        return edit == null ? Buffer.buffer(answer.raw()) : ResponseFields.switching(edited(answer.headers()));
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

    /** What the client still sends is thrown away; or the connection ends with the answer. */
    void settleBody() {
        if (!body.settle(connection)) {
            closeAfterwards();
        }
    }

    private void observe(Consumer<Reply.Completion> observer) {
        if (over) {
            observer.accept(new Reply.Completion(0, 0, false, elapsed()));
        } else {
            observers = new Observer(observers, observer);
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
            told.tell(new Reply.Completion(status, bytesSent, complete, elapsed()));
        }
    }

    private void giveUp(RuntimeException cause) {
        if (over) {
            return;
        }
        if (response.headWritten()) {
            Decision.failure(this, cause);
            reset();
            return;
        }
        response.headers().clear();
        edit = null;
        send((Reply.Content) Decision.failure(this, cause));
    }
}
