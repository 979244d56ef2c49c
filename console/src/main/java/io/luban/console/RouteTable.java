package io.luban.console;

import io.luban.console.Route.Answers;
import io.luban.console.Route.Identity;
import io.luban.http.Request;
import java.util.List;
import java.util.Locale;

/** The console's paths, first match first. Decides on the path as sent, which the gateway reads once more by its own rules. */
final class RouteTable {
    private static final Route OWN = new Route.Own();
    private static final String WEBHOOKS = "/devops_webhook/";
    private static final String WEBHOOKS_BEHIND = "/kapis/devops.kubesphere.io/v1alpha2/webhook/";
    private static final String PREFIXED_API = "/proxy-api/";
    private static final String BUNDLES = "/pstatic/";
    private static final String THEME = "/theme/";
    private static final String CLUSTERS = "/clusters/";
    private static final List<String> API = List.of("/api/", "/apis/", "/kapi/", "/kapis/");
    private static final List<String> API_ROOTS = List.of("/api", "/apis", "/kapi", "/kapis");
    private static final List<String> BACKENDS = List.of("/proxy/", "/res/");
    private static final List<String> PLAIN =
            List.of("/oauth/", "/.well-known/", "/dist/", "/static/images/", "/openapi/");
    private static final List<String> BESIDE_PAGES = List.of("/version", "/healthz", "/livez", "/readyz", "/overview");

    private RouteTable() {}

    static Route find(Request request) {
        var path = request.rawPath();
        if (path.startsWith(WEBHOOKS)) {
            return new Route.Gateway(WEBHOOKS_BEHIND + path.substring(WEBHOOKS.length()), Identity.NOBODY);
        }
        if (path.startsWith(PREFIXED_API)) {
            return new Route.Gateway(path.substring(PREFIXED_API.length() - 1), Identity.CALLER);
        }
        if (path.startsWith(BUNDLES)) {
            return bundle(path.substring(BUNDLES.length() - 1));
        }
        if (path.startsWith(THEME)) {
            var identity = request.method().equals("POST") ? Identity.CALLER : Identity.NOBODY;
            return new Route.Gateway(path.substring(THEME.length() - 1), identity, Answers.THEME);
        }
        if (startsWithOneOf(path, BACKENDS)) {
            return new Route.Gateway(path, Identity.CALLER_WITH_COOKIES);
        }
        if (isApi(path) || startsWithOneOf(path, PLAIN) || isBesidePage(request, path)) {
            return new Route.Gateway(path, Identity.CALLER);
        }
        return OWN;
    }

    /** Only what the gateway has for everybody; an escaped slash or percent sign could mean another path further on. */
    private static Route bundle(String path) {
        var lower = path.toLowerCase(Locale.ROOT);
        boolean ambiguous =
                lower.contains("%2f") || lower.contains("%5c") || lower.contains("%25") || lower.contains("%2e");
        boolean open = path.startsWith("/dist/") || path.startsWith("/static/");
        return open && !ambiguous ? new Route.Gateway(path, Identity.NOBODY, Answers.BUNDLE) : OWN;
    }

    private static boolean isApi(String path) {
        var local = withoutCluster(path);
        return startsWithOneOf(local, API) || API_ROOTS.contains(local);
    }

    /** Names that are pages to browsers and answers of the gateway to programs. */
    private static boolean isBesidePage(Request request, String path) {
        var local = withoutCluster(path);
        return BESIDE_PAGES.contains(local) && !Accepted.html(request);
    }

    private static String withoutCluster(String path) {
        if (!path.startsWith(CLUSTERS)) {
            return path;
        }
        int end = path.indexOf('/', CLUSTERS.length());
        return end < 0 ? path : path.substring(end);
    }

    private static boolean startsWithOneOf(String path, List<String> prefixes) {
        for (var prefix : prefixes) {
            if (path.startsWith(prefix)) {
                return true;
            }
        }
        return false;
    }
}
