package io.luban.standalone.inprocess;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.StandardHttpRequest;
import io.luban.http.Headers;
import io.luban.http.Reply;
import io.luban.model.ApiException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request and the reply to it: a virtual thread decides and carries out, as the server does for the network. */
final class Call {
    private static final Logger log = LoggerFactory.getLogger(Call.class);

    private final HandlerTransport transport;
    private final StandardHttpRequest request;
    private final AsyncBody.Consumer<List<ByteBuffer>> consumer;
    private final ArrivingBody body;
    private final CompletableFuture<HttpResponse<AsyncBody>> answer = new CompletableFuture<>();
    private final List<Consumer<Reply.Completion>> observers = new ArrayList<>(2);
    private final AtomicBoolean over = new AtomicBoolean();
    private final long begun = System.nanoTime();

    Call(HandlerTransport transport, StandardHttpRequest request, AsyncBody.Consumer<List<ByteBuffer>> consumer) {
        this.transport = transport;
        this.request = request;
        this.consumer = consumer;
        body = new ArrivingBody(consumer);
    }

    /** The answer's head is due within the request's own time; afterwards its body may go on. */
    CompletableFuture<HttpResponse<AsyncBody>> begin() {
        if (answer.isDone()) {
            transport.over(this);
            return answer;
        }
        Thread.ofVirtual().name("in-process request").start(this::work);
        var limit = request.getTimeout();
        if (limit == null || !limit.isPositive()) {
            return answer;
        }
        return answer.orTimeout(limit.toNanos(), TimeUnit.NANOSECONDS)
                .exceptionallyCompose(failure -> CompletableFuture.failedFuture(
                        failure instanceof TimeoutException
                                ? new SocketTimeoutException("no answer within " + limit)
                                : failure));
    }

    /** The client gives up. */
    void breakOff(RuntimeException reason) {
        answer.completeExceptionally(reason);
        body.fail(reason);
    }

    private void work() {
        try {
            var sent = SentRequest.read(request);
            carryOut(sent, transport.handler().handle(sent.local()), UnaryOperator.identity());
        } catch (ApiException e) {
            give((Reply.Content) Reply.of(e.status()), UnaryOperator.identity());
        } catch (Throwable e) {
            // whoever waits for the answer must learn of it, whatever it is
            answer.completeExceptionally(e);
            body.fail(e);
            end(0, false);
        }
    }

    private void carryOut(SentRequest sent, Reply reply, UnaryOperator<Headers> edit) {
        switch (reply) {
            case Reply.Edited edited ->
                carryOut(
                        sent,
                        edited.reply(),
                        headers -> edit.apply(edited.edit().apply(headers)));
            case Reply.Observed observed -> {
                observers.add(observed.observer());
                carryOut(sent, observed.reply(), edit);
            }
            case Reply.Content content -> give(content, edit);
            case Reply.Stream stream -> give(stream, edit);
            case Reply.WebSocket refused ->
                give(
                        (Reply.Content) Reply.of(ApiException.badRequest("a WebSocket is expected here")
                                .status()),
                        edit);
            case Reply.Forward elsewhere -> pass(sent);
        }
    }

    private void give(Reply.Content content, UnaryOperator<Headers> edit) {
        int status = content.status();
        if (!request.method().equals("HEAD") && status != 204 && status != 304) {
            body.write(content.body());
        }
        body.end();
        var length = Integer.toString(content.body().length);
        give(status, edit.apply(content.headers()).with("Content-Length", length));
    }

    private void give(Reply.Stream stream, UnaryOperator<Headers> edit) {
        if (answer.isDone()) {
            end(0, false);
            return;
        }
        if (request.method().equals("HEAD")) {
            body.end();
        } else {
            stream.source().start(body);
        }
        give(stream.status(), edit.apply(stream.headers()));
    }

    private void give(int status, Headers headers) {
        body.onClose(() -> end(status, body.isComplete()));
        if (!answer.complete(Answer.of(request, status, headers, body))) {
            body.cancel();
        }
    }

    /** The server would send the request on to another one, which only its listener does. */
    private void pass(SentRequest sent) {
        var sentOn = transport.network().http().consumeBytesDirect(sent.repeated(), consumer);
        var unusedEnd = sentOn.whenComplete((response, failure) -> {
            if (failure == null) {
                watch(response);
            } else {
                answer.completeExceptionally(failure);
                end(0, false);
            }
        });
    }

    private void watch(HttpResponse<AsyncBody> response) {
        var arriving = response.body();
        var unusedEnd = arriving.done().whenComplete((nothing, broken) -> end(response.code(), broken == null));
        if (!answer.complete(response)) {
            arriving.cancel();
        }
    }

    private void end(int status, boolean complete) {
        if (!over.compareAndSet(false, true)) {
            return;
        }
        transport.over(this);
        var completion = new Reply.Completion(status, body.deliveredBytes(), complete, System.nanoTime() - begun);
        for (var observer : observers) {
            try {
                observer.accept(completion);
            } catch (RuntimeException e) {
                log.atError().setCause(e).log("observer of a request failed");
            }
        }
    }
}
