package io.luban.controller.catalog;

import io.luban.extensionformat.catalog.ChartFolder;
import io.luban.http.Handler;
import io.luban.http.HttpRuntime;
import io.luban.http.HttpServer;
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
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the packages of a directory as a Helm repository at {@code /}, takes new ones, and serves further folders of
 * charts below {@code /catalogs/NAME/}. Addresses of charts are kept in objects, so the port of the last run is taken
 * again where that is possible.
 */
public final class CatalogServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(CatalogServer.class);
    private static final String HOST = "127.0.0.1";
    private static final String PORT_FILE = "catalog.port";

    private final Map<String, ChartFolder> mounted = new ConcurrentHashMap<>();
    private final ChartFolder packages;
    private final HttpServer server;

    private CatalogServer(HttpRuntime runtime, Path directory, int port, Clock clock) {
        this.packages = new ChartFolder(directory);
        var routes = new CatalogRoutes(packages, name -> Optional.ofNullable(mounted.get(name)), directory, clock);
        Handler handler = routes::handle;
        var config = new ServerConfig(HOST, port, Optional.empty(), Limits.DEFAULTS);
        this.server = HttpServer.start(runtime, config, request -> Optional.empty(), handler);
    }

    /**
     * Starts the server on the loopback address.
     *
     * @param packages directory of packages, made if it is missing
     * @param state directory in which the port is remembered
     */
    public static CatalogServer start(HttpRuntime runtime, Path packages, Path state, Clock clock) {
        try {
            Files.createDirectories(packages);
            Files.createDirectories(state);
            var file = state.resolve(PORT_FILE);
            var server = new CatalogServer(runtime, packages, freePort(file), clock);
            Files.writeString(file, Integer.toString(server.port()));
            return server;
        } catch (IOException e) {
            throw ApiException.internal("catalog server: %s".formatted(e.getMessage()));
        }
    }

    /** Where the catalog of packages is, without a slash at the end. */
    public String url() {
        return "http://" + HOST + ":" + server.port();
    }

    /** The port it listens on. */
    public int port() {
        return server.port();
    }

    /** The catalog of packages. */
    public ChartFolder packages() {
        return packages;
    }

    /** Serves a folder below {@code /catalogs/name} and answers its address. */
    public String mount(String name, ChartFolder folder) {
        mounted.put(name, folder);
        return url() + "/catalogs/" + name;
    }

    /** Serves the folder no more. */
    public void unmount(String name) {
        mounted.remove(name);
    }

    @Override
    public void close() {
        server.close();
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
