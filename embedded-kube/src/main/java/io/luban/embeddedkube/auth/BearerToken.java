package io.luban.embeddedkube.auth;

import io.luban.http.Request;
import io.luban.model.ApiException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** Takes a bearer token from a request: the Authorization header, or a WebSocket sub-protocol as browsers must send it. */
final class BearerToken {
    private static final String SCHEME = "Bearer ";
    private static final String PROTOCOL = "base64url.bearer.authorization.k8s.io.";

    private BearerToken() {}

    static Optional<String> of(Request request) {
        var header = request.header("Authorization");
        if (header.isPresent()) {
            var value = header.get();
            if (!value.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
                throw ApiException.unauthorized("Unauthorized");
            }
            return Optional.of(value.substring(SCHEME.length()).strip());
        }
        return request.isUpgrade() ? ofProtocols(request) : Optional.empty();
    }

    private static Optional<String> ofProtocols(Request request) {
        for (var line : request.headers().all("Sec-WebSocket-Protocol")) {
            for (var protocol : line.split(",", -1)) {
                var name = protocol.strip();
                if (name.startsWith(PROTOCOL)) {
                    return Optional.of(decode(name.substring(PROTOCOL.length())));
                }
            }
        }
        return Optional.empty();
    }

    private static String decode(String text) {
        try {
            return new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw ApiException.unauthorized("Unauthorized");
        }
    }
}
