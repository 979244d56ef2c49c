package io.luban.embeddedkube.service;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.embeddedkube.tree.Trees;
import java.net.URI;
import java.util.Optional;

/**
 * Where a webhook is.
 *
 * @param serverName name that its certificate must carry, empty for that of the URI
 */
public record ReviewTarget(URI uri, String serverName) {
    private static final int HTTPS = 443;

    /**
     * The target of a {@code clientConfig}, of admission or conversion; empty when nothing real stands behind its Service.
     * Throws {@link IllegalArgumentException} on a bad URL.
     */
    public static Optional<ReviewTarget> of(JsonNode client, ServiceResolver services) {
        var url = Trees.text(client, "url");
        if (!url.isEmpty()) {
            return Optional.of(new ReviewTarget(URI.create(url), ""));
        }
        var service = client.path("service");
        var port = ServicePort.of(
                Trees.text(service, "namespace"),
                Trees.text(service, "name"),
                service.path("port").asInt(HTTPS));
        var path = Trees.text(service, "path");
        return switch (services.resolve(port)) {
            case Resolution.Found found -> Optional.of(at(found.backend(), path.startsWith("/") ? path : "/" + path));
            case Resolution.NoService none -> Optional.empty();
            case Resolution.NoPort none -> Optional.empty();
            case Resolution.NoEndpoints none -> Optional.empty();
        };
    }

    private static ReviewTarget at(ServiceBackend backend, String path) {
        var scheme = backend.isTls(true) ? "https" : "http";
        return new ReviewTarget(
                URI.create(scheme + "://" + backend.authority() + backend.basePath() + path), backend.serverName());
    }
}
