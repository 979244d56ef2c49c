package io.luban.catalog;

import io.luban.extensionformat.catalog.ChartFolder;
import io.luban.http.Handler;
import io.luban.http.HttpRuntime;
import io.luban.http.HttpServer;
import io.luban.http.ServerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Serves the packages of a directory as a Helm repository at {@code /}, takes new ones, and serves further folders of
 * charts below {@code /catalogs/NAME/}. Who may reach it may put packages into it: it asks for no credentials.
 */
public final class CatalogServer implements AutoCloseable {
    private final Map<String, ChartFolder> mounted = new ConcurrentHashMap<>();
    private final ChartFolder packages;
    private final HttpServer server;
    private final String url;

    private CatalogServer(HttpRuntime runtime, ServerConfig config, Path directory, Clock clock) {
        this.packages = new ChartFolder(directory);
        var routes = new CatalogRoutes(packages, name -> Optional.ofNullable(mounted.get(name)), directory, clock);
        Handler handler = routes::handle;
        this.server = HttpServer.start(runtime, config, request -> Optional.empty(), handler);
        var scheme = config.tls().isPresent() ? "https" : "http";
        this.url = "%s://%s:%d".formatted(scheme, hostOf(config.host()), server.port());
    }

    /**
     * Starts the server.
     *
     * @param packages directory of packages, made if it is missing
     * @throws IOException when the directory can neither be used nor made
     */
    public static CatalogServer start(HttpRuntime runtime, ServerConfig config, Path packages, Clock clock)
            throws IOException {
        Files.createDirectories(packages);
        return new CatalogServer(runtime, config, packages, clock);
    }

    /** Where the catalog of packages is, without a slash at the end. */
    public String url() {
        return url;
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

    private static String hostOf(String bound) {
        return switch (bound) {
            case "0.0.0.0", "::" -> "localhost";
            default -> bound.contains(":") ? "[" + bound + "]" : bound;
        };
    }
}
