package io.luban.apiserver.kapis.installplans;

import io.luban.apiserver.endpoint.ProxyErrors;
import io.luban.apiserver.pipeline.Exchange;
import io.luban.apiserver.router.RouteHandler;
import io.luban.http.ForwardTarget;
import io.luban.http.Handler;
import io.luban.http.Reply;
import io.luban.http.Request;
import io.luban.http.Upstream;
import io.luban.model.ApiException;
import java.net.URI;
import java.time.Duration;
import java.util.Set;

/**
 * {@code GET …/installplans/{name}/logs} and {@code POST …/installplans/{name}/preview}: handed to the controllers as they
 * come, after the gateway has authenticated and authorized them like any subresource.
 */
public final class PlanOperations {
    private static final Set<String> SUBRESOURCES = Set.of("logs", "preview");
    private static final Duration HEAD = Duration.ofMinutes(3);
    private static final int HTTPS = 443;
    private static final int HTTP = 80;

    private final Handler controllers;

    private PlanOperations(Handler controllers) {
        this.controllers = controllers;
    }

    /** Controllers in this process. */
    public static PlanOperations inProcess(Handler controllers) {
        return new PlanOperations(controllers);
    }

    /** Controllers at a URL that know the token; 503 for an empty one. */
    public static PlanOperations at(String url, String token) {
        if (url.isEmpty()) {
            return new PlanOperations(request -> {
                throw ApiException.unavailable(
                        "logs and previews of install plans need the controllers: set extension.operations.url");
            });
        }
        var uri = URI.create(url);
        boolean tls = "https".equals(uri.getScheme());
        int port = uri.getPort() >= 0 ? uri.getPort() : tls ? HTTPS : HTTP;
        var upstream = new Upstream(tls, uri.getHost(), port, new byte[0], false);
        return new PlanOperations(request -> new Reply.Forward(forwarded(upstream, token, request)));
    }

    /** Answers for its subresources and leaves everything else to another handler. */
    public RouteHandler before(RouteHandler others) {
        return exchange -> isOurs(exchange) ? controllers.handle(exchange.request()) : others.handle(exchange);
    }

    private static boolean isOurs(Exchange exchange) {
        var info = exchange.info();
        return info.apiGroup().equals("kubesphere.io")
                && info.resource().equals("installplans")
                && SUBRESOURCES.contains(info.subresource());
    }

    private static ForwardTarget forwarded(Upstream upstream, String token, Request request) {
        var target = request.rawPath() + (request.rawQuery().isEmpty() ? "" : "?" + request.rawQuery());
        var headers = request.headers().with("Authorization", "Bearer " + token);
        return new ForwardTarget(upstream, request.method(), target, headers, HEAD, ProxyErrors.OF_ANY_ANSWER);
    }
}
