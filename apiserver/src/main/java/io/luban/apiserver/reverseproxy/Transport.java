package io.luban.apiserver.reverseproxy;

import io.luban.apiserver.endpoint.Endpoint;
import io.luban.http.Headers;
import io.luban.http.Request;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Makes an application believe that it runs below the gateway's path: tells it where it is seen from, and turns the links
 * in its answers, which point to itself, into ones that lead through the gateway.
 *
 * @param prefix what the gateway's path has before the application's own
 * @param host host and port by which the client knows the gateway
 * @param upstreamAuthority host and port of the application
 */
record Transport(String prefix, String host, String scheme, String originalPath, String upstreamAuthority) {
    private static final List<String> CROSS_ORIGIN = List.of(
            "Access-Control-Allow-Credentials",
            "Access-Control-Allow-Headers",
            "Access-Control-Allow-Methods",
            "Access-Control-Allow-Origin");
    private static final Pattern COOKIE_PATH = Pattern.compile("(?i)(;\\s*path=)(/[^;]*)");

    /** The wrapping that the directives ask for, if they do. */
    static Optional<Transport> of(Directives directives, Request request, Endpoint endpoint, Outbound outbound) {
        if (!directives.wrapTransport()) {
            return Optional.empty();
        }
        var original = request.rawPath();
        var own = outbound.path();
        var prefix = original.endsWith(own) ? original.substring(0, original.length() - own.length()) : "";
        return Optional.of(new Transport(
                prefix.endsWith("/") ? prefix.substring(0, prefix.length() - 1) : prefix,
                request.authority(),
                request.scheme(),
                original,
                endpoint.upstream().authority()));
    }

    Headers requestHeaders(Headers headers) {
        return headers.with("X-Forwarded-Uri", originalPath)
                .with("X-Forwarded-Host", host)
                .with("X-Forwarded-Proto", scheme);
    }

    Headers answerHeaders(Headers answer) {
        var changed = Headers.builder();
        answer.forEach((name, value) -> {
            if (name.equalsIgnoreCase("Location")) {
                changed.add(name, link(value));
            } else if (name.equalsIgnoreCase("Set-Cookie")) {
                changed.add(name, cookie(value));
            } else if (CROSS_ORIGIN.stream().noneMatch(name::equalsIgnoreCase)) {
                changed.add(name, value);
            }
        });
        return changed.build();
    }

    private String cookie(String value) {
        var match = COOKIE_PATH.matcher(value);
        return match.find()
                ? value.substring(0, match.start(2)) + link(match.group(2)) + value.substring(match.end(2))
                : value;
    }

    /** A link as the client has to follow it; relative ones and those to other hosts stay. */
    String link(String text) {
        URI uri;
        try {
            uri = new URI(text.strip());
        } catch (URISyntaxException e) {
            return text;
        }
        var authority = Optional.ofNullable(uri.getRawAuthority()).orElse("");
        if (!authority.isEmpty() && !authority.equals(upstreamAuthority)) {
            return text;
        }
        var path = Optional.ofNullable(uri.getRawPath()).orElse("");
        if (!path.startsWith("/") && authority.isEmpty()) {
            return text;
        }
        var target = path.equals(prefix) || path.startsWith(prefix + "/") ? path : prefix + path;
        var query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        var fragment = uri.getRawFragment() == null ? "" : "#" + uri.getRawFragment();
        var origin = authority.isEmpty() ? "" : scheme + "://" + host;
        return origin + target + query + fragment;
    }
}
