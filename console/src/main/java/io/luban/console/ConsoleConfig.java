package io.luban.console;

import io.luban.http.ServerConfig;
import io.luban.http.Upstream;
import java.util.List;

/**
 * Settings of the console's server.
 *
 * @param server where it listens
 * @param apiServer the gateway behind it
 * @param allowedOrigins origins such as {@code https://portal.example.org} whose pages may act by cookie, beside the
 *     console's own
 * @param trustedProxies address ranges of proxies whose word on a client's address counts
 */
public record ConsoleConfig(
        ServerConfig server, Upstream apiServer, List<String> allowedOrigins, List<String> trustedProxies) {
    /** A console of one machine: only its own pages, no proxies before it. */
    public static ConsoleConfig of(ServerConfig server, Upstream apiServer) {
        return new ConsoleConfig(server, apiServer, List.of(), List.of());
    }
}
