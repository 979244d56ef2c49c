package io.luban.console;

import io.luban.console.Route.Identity;
import io.luban.http.ForwardTarget;
import io.luban.http.Headers;
import io.luban.http.Reply;
import io.luban.http.Request;
import io.luban.http.SourceAddresses;
import io.luban.http.Upstream;
import io.luban.model.ApiException;
import java.time.Duration;
import java.util.Optional;

/**
 * Passes requests on to the gateway: as the user whose token the browser keeps in a cookie, without what is between browser
 * and console only. A token that the client sends itself comes first.
 */
final class Passage {
    private final Upstream gateway;
    private final Origins origins;
    private final SourceAddresses sources;

    Passage(ConsoleConfig config) {
        gateway = config.apiServer();
        origins = new Origins(config.allowedOrigins());
        sources = new SourceAddresses(config.trustedProxies());
    }

    /** The reply where nothing but memory is needed; empty for the console's own paths. */
    Optional<Reply> attempt(Request request) {
        if (!(RouteTable.find(request) instanceof Route.Gateway route) || ExistenceCheck.isAsked(request)) {
            return Optional.empty();
        }
        try {
            return Optional.of(forward(request, route));
        } catch (ApiException e) {
            return Optional.of(Reply.of(e.status()));
        }
    }

    Reply forward(Request request, Route.Gateway route) {
        var headers = identified(request, route.identity());
        return new Reply.Forward(new ForwardTarget(
                gateway,
                request.method(),
                route.target(request),
                described(request, headers),
                Duration.ZERO,
                GatewayAnswers.of(route.answers(), request)));
    }

    /** What the request says of its caller, as far as the route passes it on. */
    Headers identified(Request request, Identity identity) {
        var headers = identity == Identity.CALLER_WITH_COOKIES
                ? Cookies.withoutOwn(request.headers())
                : request.headers().without("Cookie");
        headers = headers.without("Referer");
        if (identity == Identity.NOBODY) {
            return headers.without("Authorization");
        }
        if (headers.contains("Authorization")) {
            return headers;
        }
        var token = Cookies.token(request);
        if (!token.isEmpty()) {
            origins.check(request);
            return headers.with("Authorization", "Bearer " + token);
        }
        if (request.isUpgrade() && !isTokenInProtocol(headers)) {
            throw ApiException.unauthorized("a WebSocket needs the token of a session");
        }
        return headers;
    }

    /** Programs that cannot send fields with a WebSocket offer the token as a subprotocol. */
    private static boolean isTokenInProtocol(Headers headers) {
        return headers.all("Sec-WebSocket-Protocol").stream()
                .anyMatch(protocols -> protocols.contains("base64url.bearer.authorization.k8s.io."));
    }

    /** Who asked whom, for the gateway's logs and redirects; what the client says itself counts only from trusted proxies. */
    private Headers described(Request request, Headers headers) {
        var described = headers.toBuilder()
                .remove("X-Real-IP")
                .remove("x-client-ip")
                .remove("X-Forwarded-For")
                .remove("X-Forwarded-Host")
                .remove("X-Forwarded-Proto")
                .remove("Forwarded");
        var source = sources.of(request);
        described.add("x-client-ip", source);
        if (!source.isEmpty() && sources.isTrusted(request)) {
            described.add("X-Forwarded-For", source);
            described.add("X-Forwarded-Host", headers.first("X-Forwarded-Host").orElse(request.authority()));
            described.add(
                    "X-Forwarded-Proto", headers.first("X-Forwarded-Proto").orElse(request.scheme()));
        } else {
            described.add("X-Forwarded-Host", request.authority());
            described.add("X-Forwarded-Proto", request.scheme());
        }
        return described.build();
    }
}
