package io.luban.apiserver.router;

import io.luban.apiserver.pipeline.ErrorResponses;
import io.luban.apiserver.pipeline.Exchange;
import io.luban.apiserver.pipeline.Stage;
import io.luban.apiserver.pipeline.Step;
import io.luban.http.Headers;
import io.luban.http.Reply;
import io.luban.model.ApiException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The last stage: the gateway's own routes, 405 for other methods on them, 404 for the rest. Always answers. */
public final class Router implements Stage {
    private static final String KAPIS = "/kapis/";

    private final Map<String, List<Route>> exact = new HashMap<>();
    private final Map<String, List<Route>> prefixes = new HashMap<>();

    private final Set<String> roots = new HashSet<>(Set.of("kapis", "kapi"));
    private final RouteHandler otherResources;

    /**
     * Serves the routes.
     *
     * @param otherResources answers for resources under {@code /kapis} that have no route; may block
     */
    public Router(List<Route> routes, RouteHandler otherResources) {
        this.otherResources = otherResources;
        for (var route : routes) {
            roots.add(root(route.path()));
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
        if (path.contains("//")) {
            return Step.answer(cleaned(exchange));
        }
        var routes = routes(path);
        if (routes.isEmpty()) {
            return isOtherResource(exchange) ? Step.blocked() : refused(exchange, unknown(path));
        }
        var found = routes.stream().filter(route -> route.accepts(exchange)).findFirst();
        if (found.isEmpty()) {
            return refused(exchange, methodNotAllowed(routes));
        }
        if (path.startsWith(KAPIS) && !Representations.acceptsJson(exchange.request())) {
            return Step.answer(Representations.notAcceptable());
        }
        return found.get().blocks()
                ? Step.blocked()
                : Step.answer(answer(found.get().handler(), exchange));
    }

    @Override
    public Step perform(Exchange exchange) {
        var routes = routes(exchange.info().path());
        if (routes.isEmpty() && isOtherResource(exchange)) {
            return Step.answer(Representations.worded(exchange.request(), answer(otherResources, exchange)));
        }
        return routes.stream()
                .filter(route -> route.accepts(exchange))
                .findFirst()
                .map(route -> Step.answer(answer(route.handler(), exchange)))
                .orElseGet(() -> refused(exchange, ErrorResponses.pageNotFound()));
    }

    private static Step refused(Exchange exchange, Reply reply) {
        return Step.answer(Representations.worded(exchange.request(), reply));
    }

    /** Below {@code /kapis} failures are told as text to those who show them to people. */
    private static Reply answer(RouteHandler handler, Exchange exchange) {
        try {
            return handler.handle(exchange);
        } catch (ApiException e) {
            if (!exchange.info().path().startsWith(KAPIS)
                    && !exchange.info().apiPrefix().equals("kapi")) {
                throw e;
            }
            return Representations.failure(exchange.request(), e.status());
        }
    }

    private Reply unknown(String path) {
        return roots.contains(root(path))
                ? ErrorResponses.pageNotFound()
                : ErrorResponses.text(404, "404 page not found");
    }

    private static String root(String path) {
        int end = path.indexOf('/', 1);
        return path.substring(Math.min(1, path.length()), end < 0 ? path.length() : end);
    }

    private static boolean isOtherResource(Exchange exchange) {
        var info = exchange.info();
        return info.apiPrefix().startsWith("kapi")
                && info.isResourceRequest()
                && !info.isKubernetesRequest()
                && !info.apiVersion().isEmpty()
                && !info.resource().isEmpty();
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
