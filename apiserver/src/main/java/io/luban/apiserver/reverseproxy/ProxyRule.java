package io.luban.apiserver.reverseproxy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.apiserver.endpoint.Endpoint;
import io.luban.apiserver.extension.Definition;
import io.luban.apiserver.extension.ObjectCondition;
import io.luban.apiserver.resilience.Guards;
import io.luban.apiserver.resilience.ResiliencePolicy;
import io.luban.model.ParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One ReverseProxy, compiled.
 *
 * @param matchers any of them is enough
 * @param backend empty when it cannot be used
 * @param verdict what its author should know
 */
record ProxyRule(
        Definition definition,
        List<Matcher> matchers,
        Optional<Guards.Backend> backend,
        ObjectCondition verdict,
        Directives directives) {
    static final String KIND = "ReverseProxy";
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

        /** Whether it fits paths that begin with the prefix. */
        boolean reaches(String prefix) {
            return path.startsWith(prefix) || (isPrefix && prefix.startsWith(path));
        }

        String text() {
            return isPrefix ? path + "*" : path;
        }

        boolean accepts(String asked) {
            return method.equals("*") || method.equals(asked);
        }
    }

    /** The rule of an object. */
    static ProxyRule compile(ObjectNode object, Placeholders placeholders, List<String> prefixes) {
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
        try {
            var backend =
                    new Guards.Backend(KIND, definition, Endpoint.parse(upstream), ResiliencePolicy.parse(upstream));
            var verdict = verdict(matchers, prefixes, directives.ignored());
            return new ProxyRule(definition, matchers, Optional.of(backend), verdict, directives);
        } catch (ParseException e) {
            var verdict = ObjectCondition.refused(
                    "InvalidUpstream",
                    "spec.upstream: " + Optional.ofNullable(e.getMessage()).orElse(""));
            return new ProxyRule(definition, matchers, Optional.empty(), verdict, directives);
        }
    }

    private static ObjectCondition verdict(List<Matcher> matchers, List<String> prefixes, List<String> ignored) {
        var outside = matchers.stream()
                .filter(matcher -> prefixes.stream().noneMatch(matcher::reaches))
                .findFirst();
        if (outside.isPresent()) {
            return ObjectCondition.refused(
                    "PathNotAllowed",
                    "spec.matcher.path %s lies below none of %s"
                            .formatted(outside.get().text(), String.join(", ", prefixes)));
        }
        return ignored.isEmpty() ? ObjectCondition.accepted() : ObjectCondition.partly(String.join("; ", ignored));
    }

    /** This object's switch with what another form of it serves. */
    ProxyRule serving(ProxyRule good) {
        return new ProxyRule(definition, good.matchers, good.backend, good.verdict, good.directives);
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
}
