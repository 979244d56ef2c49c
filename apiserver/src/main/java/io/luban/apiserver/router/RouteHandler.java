package io.luban.apiserver.router;

import io.luban.apiserver.pipeline.Exchange;
import io.luban.http.Reply;

/** Answers the requests of one route. */
@FunctionalInterface
public interface RouteHandler {
    /** The answer; failures the client shall see are {@link io.luban.model.ApiException}s. */
    Reply handle(Exchange exchange);
}
