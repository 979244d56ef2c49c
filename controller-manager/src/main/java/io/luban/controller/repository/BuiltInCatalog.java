package io.luban.controller.repository;

import io.luban.catalog.CatalogServer;
import io.luban.http.Handler;
import io.luban.http.HttpRuntime;
import io.luban.http.Limits;
import io.luban.http.ServerConfig;
import io.luban.model.ApiException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the catalog server. Addresses of charts are kept in objects, so the port of the last run is taken again where that
 * is possible.
 */
public final class BuiltInCatalog {
    private static final Logger log = LoggerFactory.getLogger(BuiltInCatalog.class);
    private static final String PORT_FILE = "catalog.port";

    private BuiltInCatalog() {}

    /**
     * Starts the server.
     *
     * @param entrance what requests come to before the server sees them
     */
    public static CatalogServer start(
            HttpRuntime runtime, RepositorySettings settings, UnaryOperator<Handler> entrance, Clock clock) {
        var serving = settings.serving();
        try {
            Files.createDirectories(settings.directory());
            var file = settings.directory().resolve(PORT_FILE);
            int port = serving.port() == 0 ? freePort(file, serving.host()) : serving.port();
            var config = new ServerConfig(serving.host(), port, Optional.empty(), Limits.DEFAULTS);
            var manner = new CatalogServer.Manner(serving.url(), serving.takesPackages(), entrance);
            var server = CatalogServer.start(runtime, config, settings.packages(), manner, clock);
            Files.writeString(file, Integer.toString(server.port()));
            return server;
        } catch (IOException e) {
            throw ApiException.internal("catalog server: %s".formatted(e.getMessage()));
        }
    }

    private static int freePort(Path file, String host) {
        try {
            int port =
                    Files.exists(file) ? Integer.parseInt(Files.readString(file).strip()) : 0;
            try (var probe = new ServerSocket()) {
                probe.bind(new InetSocketAddress(InetAddress.getByName(host), port));
                return port;
            }
        } catch (IOException | IllegalArgumentException e) {
            log.atInfo().addKeyValue("cause", e.getMessage()).log("catalog server takes another port");
            return 0;
        }
    }
}
