package io.luban.apiserver.router;

import io.luban.apiserver.pipeline.ErrorResponses;
import io.luban.apiserver.pipeline.Exchange;
import io.luban.apiserver.pipeline.Stage;
import io.luban.apiserver.pipeline.Step;
import io.luban.http.Headers;
import io.luban.http.Reply;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The last stage: the gateway's own routes, 405 for other methods on them, 404 for the rest. Always answers. */
public final class Router implements Stage {
    private final Map<String, List<Route>> exact = new HashMap<>();
    private final Map<String, List<Route>> prefixes = new HashMap<>();

    private final RouteHandler otherResources;

    /**
     * Serves the routes.
     *
     * @param otherResources answers for resources under {@code /kapis} that have no route; may block
     */
    public Router(List<Route> routes, RouteHandler otherResources) {
        this.otherResources = otherResources;
        for (var route : routes) {
            boolean prefix = route.path().endsWith("/*");
            var key = prefix ? route.path().substring(0, route.path().length() - 1) : route.path();
            (prefix ? prefixes : exact)
                    .computeIfAbsent(key, path -> new ArrayList<>())
                    .add(route);
        }
    }

    @Override
    public Step attempt(Exchange exchange) {
        var path = exchange.info().path();
        var routes = routes(path);
        if (routes.isEmpty()) {
            if (isOtherResource(exchange)) {
                return Step.blocked();
            }
            return Step.answer(path.contains("//") ? cleaned(exchange) : ErrorResponses.pageNotFound());
        }
        return routes.stream()
                .filter(route -> route.accepts(exchange))
                .findFirst()
                .map(route -> route.blocks()
                        ? Step.blocked()
                        : Step.answer(route.handler().handle(exchange)))
                .orElseGet(() -> Step.answer(methodNotAllowed(routes)));
    }

    @Override
    public Step perform(Exchange exchange) {
        var routes = routes(exchange.info().path());
        if (routes.isEmpty() && isOtherResource(exchange)) {
            return Step.answer(otherResources.handle(exchange));
        }
        return routes.stream()
                .filter(route -> route.accepts(exchange))
                .findFirst()
                .map(route -> Step.answer(route.handler().handle(exchange)))
                .orElseGet(() -> Step.answer(ErrorResponses.pageNotFound()));
    }

    private static boolean isOtherResource(Exchange exchange) {
        var info = exchange.info();
        return info.apiPrefix().equals("kapis")
                && info.isResourceRequest()
                && !info.isKubernetesRequest()
                && !info.apiVersion().isEmpty()
                && !info.resource().isEmpty()
                && !info.path().contains("//");
    }

    private List<Route> routes(String path) {
        var found = exact.get(path);
        for (int slash = path.lastIndexOf('/'); found == null && slash >= 0; slash = path.lastIndexOf('/', slash - 1)) {
            found = prefixes.get(path.substring(0, slash + 1));
            if (slash == 0) {
                break;
            }
        }
        return Optional.ofNullable(found).orElse(List.of());
    }

    private static Reply cleaned(Exchange exchange) {
        var request = exchange.request();
        var path = request.rawPath().replaceAll("/{2,}", "/");
        return Reply.redirect(301, request.rawQuery().isEmpty() ? path : path + "?" + request.rawQuery());
    }

    private static Reply methodNotAllowed(List<Route> routes) {
        var allowed = routes.stream().map(Route::method).distinct().collect(Collectors.joining(", "));
        var headers = Headers.of(
                "Content-Type", "text/plain; charset=utf-8", "X-Content-Type-Options", "nosniff", "Allow", allowed);
        var body = "405: Method Not Allowed".getBytes(StandardCharsets.UTF_8);
        return new Reply.Content(405, headers, body);
    }
}
