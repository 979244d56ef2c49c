package io.luban.kubecel;

import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Takes URLs apart. */
final class UrlLibrary {
    private UrlLibrary() {}

    /** An absolute URL or an absolute path. */
    record Url(URI uri) {
        static Url parse(String text) {
            try {
                var uri = new URI(text);
                if (!uri.isAbsolute() && !text.startsWith("/")) {
                    throw new IllegalArgumentException(
                            "URL parse error during conversion from string: parse \"%s\": invalid URI for request"
                                    .formatted(text));
                }
                return new Url(uri);
            } catch (URISyntaxException e) {
                throw new IllegalArgumentException(
                        "URL parse error during conversion from string: parse \"%s\": %s"
                                .formatted(text, e.getReason()),
                        e);
            }
        }

        String authority() {
            var authority = text(uri.getRawAuthority());
            return authority.substring(authority.lastIndexOf('@') + 1);
        }

        String hostName() {
            var host = authority();
            if (host.startsWith("[")) {
                return host.substring(1, Math.max(1, host.indexOf(']')));
            }
            int colon = host.lastIndexOf(':');
            return colon < 0 ? host : host.substring(0, colon);
        }

        String port() {
            var host = authority();
            int colon = host.lastIndexOf(':');
            return colon < 0 || host.indexOf(']', colon) >= 0 ? "" : host.substring(colon + 1);
        }

        Map<String, List<String>> query() {
            var result = new LinkedHashMap<String, List<String>>();
            for (var part : text(uri.getRawQuery()).split("&", -1)) {
                if (!part.isEmpty()) {
                    int sign = part.indexOf('=');
                    var key = decoded(sign < 0 ? part : part.substring(0, sign));
                    result.computeIfAbsent(key, first -> new ArrayList<>())
                            .add(sign < 0 ? "" : decoded(part.substring(sign + 1)));
                }
            }
            return result;
        }

        private static String decoded(String text) {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        }

        @SuppressWarnings("NullAway") // parts of a URI that are absent are null
        private static String text(String part) {
            return part == null ? "" : part;
        }
    }

    static void addTo(Functions functions) {
        functions
                .global(
                        "url",
                        "string_to_url",
                        KubeTypes.URL,
                        List.of(SimpleType.STRING),
                        args -> Url.parse((String) args[0]))
                .global(
                        "isURL",
                        "is_url_string",
                        SimpleType.BOOL,
                        List.of(SimpleType.STRING),
                        args -> isUrl((String) args[0]));
        part(functions, "getScheme", url -> Url.text(url.uri().getScheme()));
        part(functions, "getHost", Url::authority);
        part(functions, "getHostname", Url::hostName);
        part(functions, "getPort", Url::port);
        part(functions, "getEscapedPath", url -> Url.text(url.uri().getRawPath()));
        functions.member(
                "getQuery",
                "url_get_query",
                MapType.create(SimpleType.STRING, KubeTypes.TEXTS),
                List.of(KubeTypes.URL),
                args -> ((Url) args[0]).query());
    }

    private static void part(Functions functions, String name, Function<Url, String> reader) {
        functions.member(
                name, "url_" + name, SimpleType.STRING, List.of(KubeTypes.URL), args -> reader.apply((Url) args[0]));
    }

    static boolean isUrl(String text) {
        try {
            Url.parse(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
