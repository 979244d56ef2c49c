package io.luban.embeddedkube.request;

import io.luban.embeddedkube.auth.Authenticator;
import io.luban.http.Filter;
import io.luban.http.Handler;
import io.luban.http.Reply;
import io.luban.http.Request;
import io.luban.model.ApiException;
import io.luban.model.Status;
import java.util.List;

/**
 * Refuses WebSockets from browser pages of other origins. Browsers name the page's origin and send credentials along
 * whatever page asks; other clients name none and are judged by their credentials alone.
 */
final class OriginFilter implements Filter {
    private final List<String> allowed;

    OriginFilter(List<String> allowed) {
        this.allowed = List.copyOf(allowed);
    }

    @Override
    public Reply apply(Request request, Handler next) {
        if (request.isUpgrade() && request.attribute(Authenticator.TRUSTED_USER).isEmpty()) {
            request.header("Origin")
                    .filter(origin -> !isAllowed(origin, request))
                    .ifPresent(origin -> {
                        throw new ApiException(Status.of(
                                403, "Forbidden", "origin \"%s\" is not among kube.allowedOrigins".formatted(origin)));
                    });
        }
        return next.handle(request);
    }

    private boolean isAllowed(String origin, Request request) {
        return allowed.contains("*")
                || allowed.contains(origin)
                || origin.equalsIgnoreCase(request.scheme() + "://" + request.authority());
    }
}
