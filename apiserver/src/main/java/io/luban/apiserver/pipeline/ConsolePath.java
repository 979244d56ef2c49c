package io.luban.apiserver.pipeline;

import io.luban.http.Request;
import java.util.List;
import java.util.Locale;

/**
 * {@code /pstatic/…} is where pages of the console ask for bundles and pictures. The console's server takes the prefix away
 * and asks as nobody; a browser that reaches the gateway itself is answered the same.
 */
final class ConsolePath {
    private static final String PREFIX = "/pstatic";
    private static final List<String> OPEN = List.of("/dist/", "/static/");
    private static final List<String> AMBIGUOUS = List.of("%2f", "%5c", "%25", "%2e");

    private ConsolePath() {}

    /** The request as the console's server would pass it on; the same request for every other path. */
    static Request undone(Request request) {
        var path = request.rawPath();
        if (!path.startsWith(PREFIX)) {
            return request;
        }
        var rest = path.substring(PREFIX.length());
        var lower = rest.toLowerCase(Locale.ROOT);
        boolean isServed =
                OPEN.stream().anyMatch(rest::startsWith) && AMBIGUOUS.stream().noneMatch(lower::contains);
        if (!isServed) {
            return request;
        }
        var headers = request.headers()
                .without("Authorization")
                .without("X-KubeSphere-Authorization")
                .without("Cookie");
        return request.withHeaders(headers).withTarget(rest, request.rawQuery());
    }
}
