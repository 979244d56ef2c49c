package io.luban.apiserver.endpoint;

import io.luban.http.Headers;
import io.luban.http.Upstream;
import java.util.function.Supplier;

/**
 * The proxy to services that a Kubernetes API has, for gateways from which no pod can be reached. It takes the gateway's own
 * credentials, so that a backend behind it does not get the caller's, and does not check certificates of backends.
 *
 * @param prefix percent-encoded path of the API server, {@code ""} for the root
 * @param bearerToken asked for each request; {@code ""} for none
 */
public record ServiceProxy(Upstream upstream, String prefix, Supplier<String> bearerToken) {
    private static final String AUTHORIZATION = "Authorization";

    /** The path at which the service stands for itself. */
    String path(ServicePort service, boolean tls) {
        return "%s/api/v1/namespaces/%s/services/%s%s:%d/proxy"
                .formatted(prefix, service.namespace(), tls ? "https:" : "", service.name(), service.port());
    }

    /** The fields as the API server should get them. */
    Headers headers(Headers own) {
        var token = bearerToken.get();
        return token.isEmpty() ? own.without(AUTHORIZATION) : own.with(AUTHORIZATION, "Bearer " + token);
    }
}
