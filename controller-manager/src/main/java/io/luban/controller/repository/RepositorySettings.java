package io.luban.controller.repository;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * How catalogs are read.
 *
 * @param directory where charts of images and the server's port are kept
 * @param packages directory of the built-in catalog
 * @param shortestInterval least time between two looks at a catalog
 * @param readsFolders whether Repositories may name directories of this machine
 * @param providesCatalog whether a Repository for the built-in catalog is made
 * @param environment variables in which proxies are looked up
 * @param serving where charts of the built-in catalog, of folders and of images are handed out
 */
public record RepositorySettings(
        Path directory,
        Path packages,
        Duration shortestInterval,
        boolean readsFolders,
        boolean providesCatalog,
        Map<String, String> environment,
        Serving serving) {
    private static final Duration SHORTEST_INTERVAL = Duration.ofMinutes(1);

    /**
     * The catalog server.
     *
     * @param host address it listens on
     * @param port TCP port, 0 for that of the last run or any free one
     * @param url address that other parts of the platform reach it by, {@code ""} for the one it listens on
     * @param takesPackages whether whoever reaches it may put packages into the built-in catalog
     */
    public record Serving(String host, int port, String url, boolean takesPackages) {
        /** For one machine. */
        public static final Serving LOOPBACK = new Serving("127.0.0.1", 0, "", true);
    }

    /** Defensive copy. */
    public RepositorySettings {
        environment = Map.copyOf(environment);
    }

    /** The defaults over a directory: no built-in catalog, no folders, no proxies. */
    public static RepositorySettings of(Path directory) {
        return new RepositorySettings(
                directory, directory.resolve("packages"), SHORTEST_INTERVAL, false, false, Map.of(), Serving.LOOPBACK);
    }

    /** The same for a platform of one machine and one owner, with a catalog of packages in a directory. */
    public RepositorySettings standalone(Path catalog, Map<String, String> variables) {
        return providing(catalog).in(variables).reading(true);
    }

    /** The same with a catalog of packages in a directory. */
    public RepositorySettings providing(Path catalog) {
        return new RepositorySettings(directory, catalog, shortestInterval, readsFolders, true, environment, serving);
    }

    /** The same with the variables of the process, in which proxies are looked up. */
    public RepositorySettings in(Map<String, String> variables) {
        return new RepositorySettings(
                directory, packages, shortestInterval, readsFolders, providesCatalog, variables, serving);
    }

    /** The same with another floor of polling. */
    public RepositorySettings polling(Duration shortest) {
        return new RepositorySettings(
                directory, packages, shortest, readsFolders, providesCatalog, environment, serving);
    }

    /** The same with another catalog server. */
    public RepositorySettings servedBy(Serving other) {
        return new RepositorySettings(
                directory, packages, shortestInterval, readsFolders, providesCatalog, environment, other);
    }

    private RepositorySettings reading(boolean folders) {
        return new RepositorySettings(
                directory, packages, shortestInterval, folders, providesCatalog, environment, serving);
    }
}
