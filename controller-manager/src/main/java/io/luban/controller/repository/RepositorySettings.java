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
 */
public record RepositorySettings(
        Path directory,
        Path packages,
        Duration shortestInterval,
        boolean readsFolders,
        boolean providesCatalog,
        Map<String, String> environment) {
    private static final Duration SHORTEST_INTERVAL = Duration.ofMinutes(1);

    /** Defensive copy. */
    public RepositorySettings {
        environment = Map.copyOf(environment);
    }

    /** The defaults over a directory: no built-in catalog, no folders. */
    public static RepositorySettings of(Path directory) {
        return new RepositorySettings(
                directory, directory.resolve("packages"), SHORTEST_INTERVAL, false, false, Map.of());
    }

    /** The same for a platform of one machine and one owner, with a catalog of packages in a directory. */
    public RepositorySettings standalone(Path catalog, Map<String, String> variables) {
        return new RepositorySettings(directory, catalog, shortestInterval, true, true, variables);
    }

    /** The same with another floor of polling. */
    public RepositorySettings polling(Duration shortest) {
        return new RepositorySettings(directory, packages, shortest, readsFolders, providesCatalog, environment);
    }
}
