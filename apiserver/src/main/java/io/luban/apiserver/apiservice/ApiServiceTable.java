package io.luban.apiserver.apiservice;

import io.luban.apiserver.extension.ObjectCondition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which APIService serves a group and version. Immutable; a change makes a new table. */
final class ApiServiceTable {
    static final ApiServiceTable EMPTY = new ApiServiceTable(List.of());

    /** Paths that belong to the platform whatever an extension says. */
    private static final Set<String> RESERVED = Set.of(
            "api",
            "apis",
            "kapis",
            "kapi",
            "clusters",
            "oauth",
            ".well-known",
            "dist",
            "static",
            "metrics",
            "healthz",
            "livez",
            "readyz",
            "version",
            "openapi");

    private record GroupVersion(String group, String version) {}

    private final Map<GroupVersion, ApiServiceRoute> byGroupVersion = new HashMap<>();
    private final List<ApiServiceRoute> withPaths = new ArrayList<>();

    ApiServiceTable(List<ApiServiceRoute> routes) {
        var oldestFirst = routes.stream()
                .sorted(Comparator.comparing(
                        ApiServiceRoute::definition, io.luban.apiserver.extension.Definition.BY_AGE))
                .toList();
        for (var route : oldestFirst) {
            byGroupVersion.putIfAbsent(new GroupVersion(route.group(), route.version()), route);
            if (!route.nonResourceUrls().isEmpty()) {
                withPaths.add(route);
            }
        }
    }

    /** What to say of routes whose group and version another one serves, by their names. */
    static Map<String, ObjectCondition> conflicts(List<ApiServiceRoute> routes) {
        var table = new ApiServiceTable(routes);
        var lost = new HashMap<String, ObjectCondition>();
        for (var route : routes) {
            table.find(route.group(), route.version())
                    .filter(winner -> !winner.equals(route) && !route.group().isEmpty())
                    .ifPresent(winner -> lost.put(
                            route.definition().name(),
                            ObjectCondition.conflict("%s/%s is served by the APIService %s, which was there before"
                                    .formatted(
                                            route.group(),
                                            route.version(),
                                            winner.definition().name()))));
        }
        return lost;
    }

    Optional<ApiServiceRoute> find(String group, String version) {
        return Optional.ofNullable(byGroupVersion.get(new GroupVersion(group, version)));
    }

    /** The route of a path that is no resource: discovery of its group-version, or one of its further paths. */
    Optional<ApiServiceRoute> findForPath(String path) {
        var parts = path.split("/", -1);
        boolean versionOnly = parts.length == 4 || (parts.length == 5 && parts[4].isEmpty());
        if (versionOnly && parts[1].equals("kapis")) {
            return find(parts[2], parts[3]);
        }
        if (parts.length < 2 || RESERVED.contains(parts[1])) {
            return Optional.empty();
        }
        return withPaths.stream().filter(route -> route.servesPath(path)).findFirst();
    }
}
