package io.luban.apiserver.reverseproxy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.apiserver.endpoint.Endpoint;
import io.luban.apiserver.extension.Definition;
import io.luban.model.ParseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One ReverseProxy, compiled.
 *
 * @param matchers any of them is enough
 * @param endpoint empty when it cannot be used, for the reason in {@code problem}
 * @param timeout limit for the answer's head, zero for none
 */
record ProxyRule(
        Definition definition,
        List<Matcher> matchers,
        Optional<Endpoint> endpoint,
        String problem,
        Duration timeout,
        Directives directives) {
    private static final String CONSOLE = "ks-console";

    /**
     * Which requests a rule is for.
     *
     * @param method upper-case method or {@code *}
     * @param path without the stars at its end
     * @param isPrefix whether longer paths fit
     */
    record Matcher(String method, String path, boolean isPrefix) {
        static Matcher from(JsonNode json) {
            var method = json.path("method").asText("").toUpperCase(Locale.ROOT);
            var path = json.path("path").asText("");
            int end = path.length();
            while (end > 0 && path.charAt(end - 1) == '*') {
                end--;
            }
            return new Matcher(method.isEmpty() ? "*" : method, path.substring(0, end), end < path.length());
        }

        boolean accepts(String asked) {
            return method.equals("*") || method.equals(asked);
        }
    }

    /** The rule of an object. */
    static ProxyRule compile(ObjectNode object, Placeholders placeholders) {
        var definition = Definition.of(object);
        var spec = object.path("spec");
        var target = object.path("metadata")
                .path("labels")
                .path("kubesphere.io/reverse-proxy-target")
                .asText("");
        // what the console serves itself is known here by no path at all
        List<Matcher> matchers = target.equals(CONSOLE) ? List.of() : matchers(spec.path("matcher"));
        var directives = Directives.from(spec, placeholders);
        var upstream = spec.path("upstream");
        var timeout = timeout(upstream.path("timeout").asText(""));
        try {
            var endpoint = Optional.of(Endpoint.parse(upstream));
            return new ProxyRule(definition, matchers, endpoint, "", timeout, directives);
        } catch (ParseException e) {
            var problem = Optional.ofNullable(e.getMessage()).orElse("");
            return new ProxyRule(definition, matchers, Optional.empty(), problem, timeout, directives);
        }
    }

    private static List<Matcher> matchers(JsonNode json) {
        var matchers = new ArrayList<Matcher>();
        if (json.isArray()) {
            json.forEach(matcher -> matchers.add(Matcher.from(matcher)));
        } else {
            matchers.add(Matcher.from(json));
        }
        return List.copyOf(matchers);
    }

    private static Duration timeout(String text) {
        try {
            return text.isEmpty() ? Duration.ZERO : Duration.parse("PT" + text.toUpperCase(Locale.ROOT));
        } catch (java.time.format.DateTimeParseException e) {
            return Duration.ZERO;
        }
    }
}
