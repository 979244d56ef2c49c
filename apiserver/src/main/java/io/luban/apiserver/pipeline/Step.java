package io.luban.apiserver.pipeline;

import io.luban.http.Reply;

/** What a {@link Stage} decided. */
public sealed interface Step {
    /** The next stage goes on with the exchange. */
    record Next(Exchange exchange) implements Step {}

    /** This is the answer; later stages do not run. */
    record Answer(Reply reply) implements Step {}

    /** The stage needs a thread that may wait. */
    enum Blocked implements Step {
        INSTANCE
    }

    /** Hands on. */
    static Step next(Exchange exchange) {
        return new Next(exchange);
    }

    /** Answers. */
    static Step answer(Reply reply) {
        return new Answer(reply);
    }

    /** Asks for {@link Stage#perform}. */
    static Step blocked() {
        return Blocked.INSTANCE;
    }
}
