package io.luban.console;

import io.luban.http.Request;
import io.luban.model.ApiException;
import io.luban.model.Status;
import java.util.List;
import java.util.Set;

/** Which pages may act in a user's name: what a browser sends by itself, a cookie, must not serve the pages of others. */
final class Origins {
    private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS", "TRACE");

    private final List<String> allowed;

    Origins(List<String> allowed) {
        this.allowed = allowed;
    }

    /** Throws a 403 for a request by cookie that a page of somebody else may have sent. */
    void check(Request request) {
        if (request.isUpgrade()) {
            if (request.header("Origin").isPresent() && !isOwn(request)) {
                throw forbidden("WebSockets from this origin are not allowed");
            }
        } else if (!SAFE.contains(request.method()) && !isFromOwnPage(request)) {
            throw forbidden(
                    "requests by cookie must come from the console's own pages: Origin or Sec-Fetch-Site must say so");
        }
    }

    private static ApiException forbidden(String message) {
        return new ApiException(Status.of(403, "Forbidden", message));
    }

    private boolean isFromOwnPage(Request request) {
        var site = request.header("Sec-Fetch-Site").orElse("");
        return site.equals("same-origin") || isOwn(request);
    }

    /** Compares hosts only: before a proxy that ends TLS the scheme is not known. */
    private boolean isOwn(Request request) {
        var origin = request.header("Origin").orElse("");
        int authority = origin.indexOf("://");
        return authority > 0
                && (origin.substring(authority + 3).equalsIgnoreCase(request.authority()) || allowed.contains(origin));
    }
}
