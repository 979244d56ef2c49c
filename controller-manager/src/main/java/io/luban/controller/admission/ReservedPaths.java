package io.luban.controller.admission;

import java.util.List;

/** Paths that the gateway keeps for itself. */
final class ReservedPaths {
    private static final List<String> ROOTS = List.of(
            "/api",
            "/apis",
            "/kapis",
            "/kapi",
            "/clusters",
            "/oauth",
            "/.well-known",
            "/dist",
            "/static",
            "/metrics",
            "/healthz",
            "/livez",
            "/readyz",
            "/version",
            "/openapi");

    private ReservedPaths() {}

    /** Refuses a path or a pattern below a reserved root; {@code what} names the field. */
    static void refuse(String pattern, String what) {
        var path = withoutStars(pattern);
        for (var root : ROOTS) {
            if (path.equals(root) || path.startsWith(root + "/")) {
                throw new RefusedException(
                        "%s: Forbidden: \"%s\" is below the reserved path %s".formatted(what, pattern, root));
            }
        }
    }

    /** The literal part of a pattern that may end with stars. */
    static String withoutStars(String pattern) {
        int end = pattern.length();
        while (end > 0 && pattern.charAt(end - 1) == '*') {
            end--;
        }
        return pattern.substring(0, end);
    }
}
