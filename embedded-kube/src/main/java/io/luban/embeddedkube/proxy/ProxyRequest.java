package io.luban.embeddedkube.proxy;

import io.luban.embeddedkube.request.Connector.Connection;
import io.luban.embeddedkube.service.ServiceBackend;
import io.luban.http.ForwardTarget;
import io.luban.http.Headers;
import io.luban.http.Reply;
import io.luban.http.Request;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Makes the request that goes to a backend from the one that came: same method, rest of the path, query and body. */
public final class ProxyRequest {
    /** Backends may take their time; only one that never begins to answer is given up. */
    private static final Duration FIRST_BYTE = Duration.ofMinutes(10);

    private static final String TOKEN_PROTOCOL = "base64url.bearer.authorization.k8s.io.";
    private static final Set<String> READS = Set.of("GET", "HEAD");

    private ProxyRequest() {}

    /** The reply that passes the request on. */
    static Reply forward(Connection connection, ServiceBackend backend, boolean wantsTls) {
        var request = connection.request();
        var rest = connection.rest();
        if (rest.isEmpty() && READS.contains(request.method()) && !request.isUpgrade()) {
            // relative links of the backend's page need the slash
            return Reply.redirect(301, request.rawPath() + "/" + query(request));
        }
        var prefix = request.rawPath().substring(0, request.rawPath().length() - rest.length());
        var headers = withoutCredentials(request.headers()).toBuilder()
                .remove("Host")
                .add("Host", request.authority())
                .remove("X-Forwarded-Uri")
                .add("X-Forwarded-Uri", request.rawPath())
                .remove("X-Forwarded-Host")
                .add("X-Forwarded-Host", request.authority())
                .remove("X-Forwarded-Proto")
                .add("X-Forwarded-Proto", request.scheme())
                .build();
        return new Reply.Forward(new ForwardTarget(
                backend.upstream(wantsTls, new byte[0], true),
                request.method(),
                backend.basePath() + (rest.isEmpty() ? "/" : rest) + query(request),
                headers,
                FIRST_BYTE,
                new ProxyAnswer(prefix, backend.authority(), request.authority())));
    }

    /** The fields without what proves or claims an identity towards this server. */
    public static Headers withoutCredentials(Headers headers) {
        var rest =
                headers.without("Authorization").withoutPrefix("Impersonate-").withoutPrefix("X-Remote-");
        var protocols = rest.all("Sec-WebSocket-Protocol");
        if (protocols.isEmpty()) {
            return rest;
        }
        var kept = protocols.stream()
                .flatMap(line -> Stream.of(line.split(",", -1)))
                .map(String::strip)
                .filter(name -> !name.startsWith(TOKEN_PROTOCOL))
                .collect(Collectors.joining(", "));
        return kept.isEmpty() ? rest.without("Sec-WebSocket-Protocol") : rest.with("Sec-WebSocket-Protocol", kept);
    }

    private static String query(Request request) {
        return request.rawQuery().isEmpty() ? "" : "?" + request.rawQuery();
    }
}
