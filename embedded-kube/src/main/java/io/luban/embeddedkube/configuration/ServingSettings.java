package io.luban.embeddedkube.configuration;

import java.util.List;
import java.util.Optional;

/**
 * The listener.
 *
 * @param bindAddress address of the TLS listener
 * @param securePort its port, 0 for any free one
 * @param externalAddress where other machines reach it
 * @param externalNames further DNS names and addresses for the serving certificate
 * @param maxRequestBytes largest request body
 * @param allowedOrigins origins of browser pages that may open WebSockets; {@code *} for all
 */
public record ServingSettings(
        String bindAddress,
        int securePort,
        Optional<ExternalAddress> externalAddress,
        List<String> externalNames,
        long maxRequestBytes,
        List<String> allowedOrigins) {
    /** Defensive copies. */
    public ServingSettings {
        externalNames = List.copyOf(externalNames);
        allowedOrigins = List.copyOf(allowedOrigins);
    }
}
