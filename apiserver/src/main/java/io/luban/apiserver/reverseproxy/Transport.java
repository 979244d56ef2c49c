package io.luban.apiserver.reverseproxy;

import io.luban.apiserver.endpoint.Endpoint;
import io.luban.http.Headers;
import io.luban.http.Request;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Makes an application believe that it runs below the gateway's path: tells it where it is seen from, and turns the links
 * in its answers, which point to itself, into ones that lead through the gateway.
 *
 * @param prefix what the gateway's path has before the application's own
 * @param host host and port by which the client knows the gateway
 * @param application where the application itself is
 */
record Transport(String prefix, String host, String scheme, String originalPath, Endpoint application) {
    private static final List<String> CROSS_ORIGIN = List.of(
            "Access-Control-Allow-Credentials",
            "Access-Control-Allow-Headers",
            "Access-Control-Allow-Methods",
            "Access-Control-Allow-Origin");
    private static final Pattern COOKIE_PATH = Pattern.compile("(?i)(;\\s*path=)(/[^;]*)");
    private static final Pattern ABSOLUTE = Pattern.compile("(?is)(?:https?:)?//([^/?#\\\\]*)(.*)");

    /** The wrapping that the directives ask for, if they do; {@code original} is the path that the client sent. */
    static Optional<Transport> of(
            Directives directives, Request request, String original, Endpoint endpoint, Outbound outbound) {
        if (!directives.wrapTransport()) {
            return Optional.empty();
        }
        var own = outbound.path();
        var prefix = original.endsWith(own) ? original.substring(0, original.length() - own.length()) : "";
        return Optional.of(new Transport(
                prefix.endsWith("/") ? prefix.substring(0, prefix.length() - 1) : prefix,
                request.authority(),
                request.scheme(),
                original,
                endpoint));
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
        var url = text.strip();
        if (url.startsWith("/") && !url.startsWith("//")) {
            return below(url);
        }
        var absolute = ABSOLUTE.matcher(url);
        return absolute.matches() && isApplication(absolute.group(1))
                ? scheme + "://" + host + below(absolute.group(2))
                : text;
    }

    private boolean isApplication(String authority) {
        var upstream = application.upstream();
        return authority.equalsIgnoreCase(upstream.authority())
                || authority.equalsIgnoreCase(upstream.host() + ":" + upstream.port());
    }

    /** Path, query and fragment of the application as they are seen from outside. */
    private String below(String target) {
        if (!prefix.isEmpty() && isBelow(target, prefix)) {
            return target;
        }
        var own = application.path();
        var rest = !own.isEmpty() && isBelow(target, own) ? target.substring(own.length()) : target;
        return prefix + (rest.startsWith("/") ? "" : "/") + rest;
    }

    private static boolean isBelow(String target, String path) {
        return target.startsWith(path)
                && (target.length() == path.length() || "/?#".indexOf(target.charAt(path.length())) >= 0);
    }
}
