package io.luban.apiserver.authorization;

import io.luban.apiserver.pipeline.RequestInfo;
import io.luban.apiserver.pipeline.User;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Paths that anybody may use, with any method. A trailing {@code *} stands for any rest. */
public final class PathAuthorizer implements Authorizer {
    private static final List<String> HEALTH =
            List.of("/healthz", "/healthz/ping", "/livez", "/livez/ping", "/readyz", "/readyz/ping");

    private final Set<String> exact = new HashSet<>();
    private final List<String> prefixes = new ArrayList<>();

    /** Allows the patterns; throws {@link IllegalArgumentException} for a {@code *} elsewhere than at the end. */
    public PathAuthorizer(List<String> patterns) {
        for (var pattern : patterns) {
            var stripped = withoutSlash(pattern);
            int star = stripped.indexOf('*');
            if (star < 0) {
                exact.add(stripped);
            } else if (star == stripped.length() - 1) {
                prefixes.add(stripped.substring(0, star));
            } else {
                throw new IllegalArgumentException(
                        "path pattern %s: only the last character may be *".formatted(pattern));
            }
        }
    }

    /** What every mode leaves open: probes must not depend on it. */
    public static PathAuthorizer healthOnly() {
        return new PathAuthorizer(HEALTH);
    }

    /** What the RBAC mode leaves open. */
    public static PathAuthorizer standard() {
        var patterns = new ArrayList<>(HEALTH);
        patterns.addAll(List.of(
                "/oauth/*",
                "/dist/*",
                "/.well-known/openid-configuration",
                "/.well-known/oauth-authorization-server",
                "/version",
                "/metrics",
                "/openapi/v2",
                "/openapi/v3",
                "/openapi/v3/*"));
        return new PathAuthorizer(patterns);
    }

    @Override
    public Decision decide(User user, RequestInfo request) {
        var path = withoutSlash(request.path());
        if (exact.contains(path)) {
            return Decision.ALLOWED;
        }
        for (var prefix : prefixes) {
            if (path.startsWith(prefix)) {
                return Decision.ALLOWED;
            }
        }
        return Decision.NO_OPINION;
    }

    private static String withoutSlash(String path) {
        return path.startsWith("/") ? path.substring(1) : path;
    }
}
