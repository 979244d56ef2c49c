package io.luban.controller.repository;

import io.luban.catalog.CatalogServer;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the catalog server on the loopback address. Addresses of charts are kept in objects, so the port of the last
 * run is taken again where that is possible.
 */
final class BuiltInCatalog {
    private static final Logger log = LoggerFactory.getLogger(BuiltInCatalog.class);
    private static final String HOST = "127.0.0.1";
    private static final String PORT_FILE = "catalog.port";

    private BuiltInCatalog() {}

    /**
     * Starts the server.
     *
     * @param packages directory of packages, made if it is missing
     * @param state directory in which the port is remembered
     */
    static CatalogServer start(HttpRuntime runtime, Path packages, Path state, Clock clock) {
        try {
            Files.createDirectories(state);
            var file = state.resolve(PORT_FILE);
            var config = new ServerConfig(HOST, freePort(file), Optional.empty(), Limits.DEFAULTS);
            var server = CatalogServer.start(runtime, config, packages, clock);
            Files.writeString(file, Integer.toString(server.port()));
            return server;
        } catch (IOException e) {
            throw ApiException.internal("catalog server: %s".formatted(e.getMessage()));
        }
    }

    private static int freePort(Path file) {
        try {
            int port =
                    Files.exists(file) ? Integer.parseInt(Files.readString(file).strip()) : 0;
            try (var probe = new ServerSocket()) {
                probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                return port;
            }
        } catch (IOException | IllegalArgumentException e) {
            log.atInfo().addKeyValue("cause", e.getMessage()).log("catalog server takes another port");
            return 0;
        }
    }
}
