package io.luban.apiserver.pipeline;

import io.luban.http.FastPath;
import io.luban.http.Handler;
import io.luban.http.Reply;
import io.luban.http.Request;
import io.luban.model.ApiException;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs stages in order until one answers. As {@link FastPath} it stops at the first stage that has to block; as
 * {@link Handler} it lets that stage block and goes on. Both ways give the same answer.
 */
public final class Pipeline implements FastPath, Handler {
    private static final Logger log = LoggerFactory.getLogger(Pipeline.class);

    private final List<Stage> stages;
    private final RequestIds requestIds;
    private final BiFunction<Exchange, Reply, Reply> ending;

    /**
     * Stages in execution order.
     *
     * @param ending sees the last exchange and the reply of every request, whoever answered
     */
    public Pipeline(List<Stage> stages, RequestIds requestIds, BiFunction<Exchange, Reply, Reply> ending) {
        this.stages = List.copyOf(stages);
        this.requestIds = requestIds;
        this.ending = ending;
    }

    @Override
    public Optional<Reply> attempt(Request request) {
        return run(request, false);
    }

    @Override
    public Reply handle(Request request) {
        return run(request, true).orElseThrow();
    }

    private Optional<Reply> run(Request request, boolean mayBlock) {
        var exchange = Exchange.of(request);
        try {
            for (var stage : stages) {
                var step = stage.attempt(exchange);
                if (step instanceof Step.Blocked && mayBlock) {
                    step = stage.perform(exchange);
                }
                switch (step) {
                    case Step.Next next -> exchange = next.exchange();
                    case Step.Answer answer -> {
                        return Optional.of(ending.apply(exchange, answer.reply()));
                    }
                    case Step.Blocked blocked -> {
                        return Optional.empty();
                    }
                }
            }
            throw new IllegalStateException("no stage answered");
        } catch (ApiException e) {
            return Optional.of(ending.apply(exchange, Reply.of(e.status())));
        } catch (RuntimeException e) {
            return Optional.of(ending.apply(exchange, unexpected(exchange, e)));
        }
    }

    /** The client learns only the id under which the cause is logged. */
    private Reply unexpected(Exchange exchange, RuntimeException cause) {
        var id = requestIds.next();
        log.atError()
                .addKeyValue("requestId", id)
                .addKeyValue("verb", exchange.request().method())
                .addKeyValue("path", exchange.request().rawPath())
                .setCause(cause)
                .log("request failed");
        return Reply.of(ApiException.internal("request " + id + " failed").status());
    }
}
