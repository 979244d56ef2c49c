package io.luban.apiserver.openapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.apiserver.router.Route;
import java.util.List;
import java.util.Locale;

/** The description of the gateway's own routes. */
record BuiltInDocument(String version, List<Route> routes) {
    private static final String REST = "path";
    private static final List<String> TAGS = List.of(
            "Authentication",
            "Multi-cluster",
            "Identity Management",
            "Access Management",
            "Cluster Resources",
            "Namespaced Resources",
            "Component Status",
            "User Related Resources",
            "Web Terminal",
            "NonResource APIs");

    ObjectNode in(Generation generation) {
        var document = generation.skeleton(version);
        var tags = document.putArray("tags");
        TAGS.forEach(tag -> tags.addObject().put("name", tag));
        var paths = document.withObject("/paths");
        for (var route : routes) {
            route.description().ifPresent(description -> {
                var path = paths.withObjectProperty(template(route));
                var operation = path.putObject(route.method().toLowerCase(Locale.ROOT));
                if (isPrefix(route)) {
                    generation.addParameter(operation, REST);
                }
                operation.putArray("tags").add(description.tag());
                operation
                        .put("summary", description.summary())
                        .put("operationId", operationId(route))
                        .putObject("responses")
                        .putObject("200")
                        .put("description", "OK");
            });
        }
        return document;
    }

    private static boolean isPrefix(Route route) {
        return route.path().endsWith("/*");
    }

    /** Its path in the language of descriptions, which know parameters in the place of prefixes. */
    private static String template(Route route) {
        return isPrefix(route) ? route.path().replaceAll("\\*$", "{" + REST + "}") : route.path();
    }

    private static String operationId(Route route) {
        return route.method().toLowerCase(Locale.ROOT)
                + route.path().replaceAll("[^A-Za-z0-9]+", "-").replaceAll("-$", "");
    }
}
