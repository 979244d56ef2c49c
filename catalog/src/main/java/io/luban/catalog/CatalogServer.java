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
import java.util.function.UnaryOperator;

/**
 * Serves the packages of a directory as a Helm repository at {@code /}, takes new ones, and serves further folders of
 * charts below {@code /catalogs/NAME/}. It asks for no credentials: who may reach it may read it, and put packages into it
 * where it takes any.
 */
public final class CatalogServer implements AutoCloseable {
    private final Map<String, ChartFolder> mounted = new ConcurrentHashMap<>();
    private final ChartFolder packages;
    private final HttpServer server;
    private final String url;

    /**
     * How a server is used.
     *
     * @param url address that it is known by, {@code ""} for the one that it listens on
     * @param takesPackages whether packages are taken and removed
     * @param entrance what requests come to first
     */
    public record Manner(String url, boolean takesPackages, UnaryOperator<Handler> entrance) {
        /** Known by the address it listens on, and open. */
        public static final Manner OPEN = new Manner("", true, own -> own);
    }

    private CatalogServer(HttpRuntime runtime, ServerConfig config, Path directory, Manner manner, Clock clock) {
        this.packages = new ChartFolder(directory);
        var folders = new CatalogRoutes.Folders(packages, name -> Optional.ofNullable(mounted.get(name)), directory);
        var routes = new CatalogRoutes(folders, manner.takesPackages(), clock);
        Handler handler = manner.entrance().apply(routes::handle);
        this.server = HttpServer.start(runtime, config, request -> Optional.empty(), handler);
        var scheme = config.tls().isPresent() ? "https" : "http";
        var listening = "%s://%s:%d".formatted(scheme, hostOf(config.host()), server.port());
        this.url = manner.url().isEmpty() ? listening : manner.url();
    }

    /**
     * Starts the server.
     *
     * @param packages directory of packages, made if it is missing
     * @throws IOException when the directory can neither be used nor made
     */
    public static CatalogServer start(HttpRuntime runtime, ServerConfig config, Path packages, Clock clock)
            throws IOException {
        return start(runtime, config, packages, Manner.OPEN, clock);
    }

    /** The same in another manner. */
    public static CatalogServer start(
            HttpRuntime runtime, ServerConfig config, Path packages, Manner manner, Clock clock) throws IOException {
        Files.createDirectories(packages);
        return new CatalogServer(runtime, config, packages, manner, clock);
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
