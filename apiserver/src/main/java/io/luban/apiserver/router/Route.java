package io.luban.apiserver.router;

import io.luban.apiserver.pipeline.Exchange;
import java.util.Optional;

/**
 * A path that is served here.
 *
 * @param method HTTP method; GET also answers HEAD
 * @param path exact path, or a prefix when it ends in {@code /*}
 * @param blocks whether the handler may wait for something
 * @param description what the published description of the API says of it, nothing to leave it out
 */
public record Route(
        String method, String path, boolean blocks, RouteHandler handler, Optional<Description> description) {
    /**
     * What users of an API read about a route.
     *
     * @param tag chapter it stands in
     * @param summary one sentence
     */
    public record Description(String tag, String summary) {}

    /** A route answered from memory. */
    public static Route quick(String method, String path, RouteHandler handler) {
        return new Route(method, path, false, handler, Optional.empty());
    }

    /** A route whose handler may block. */
    public static Route blocking(String method, String path, RouteHandler handler) {
        return new Route(method, path, true, handler, Optional.empty());
    }

    /** The same route, listed in the published description of the API. */
    public Route described(String tag, String summary) {
        return new Route(method, path, blocks, handler, Optional.of(new Description(tag, summary)));
    }

    boolean accepts(Exchange exchange) {
        var asked = exchange.request().method();
        return method.equals(asked) || (method.equals("GET") && asked.equals("HEAD"));
    }
}
