package io.luban.apiserver.router;

import io.luban.apiserver.pipeline.Exchange;

/**
 * A path that is served here.
 *
 * @param method HTTP method; GET also answers HEAD
 * @param path exact path, or a prefix when it ends in {@code /*}
 * @param blocks whether the handler may wait for something
 */
public record Route(String method, String path, boolean blocks, RouteHandler handler) {
    /** A route answered from memory. */
    public static Route quick(String method, String path, RouteHandler handler) {
        return new Route(method, path, false, handler);
    }

    /** A route whose handler may block. */
    public static Route blocking(String method, String path, RouteHandler handler) {
        return new Route(method, path, true, handler);
    }

    boolean accepts(Exchange exchange) {
        var asked = exchange.request().method();
        return method.equals(asked) || (method.equals("GET") && asked.equals("HEAD"));
    }
}
