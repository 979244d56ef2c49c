package io.luban.controller.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Proxies: no request may belong to two of them, and none that the gateway answers itself. */
record ReverseProxyRule(Others others) implements Rule {
    /** What a proxy answers; {@code *} stands for every method. */
    private record Matcher(String method, String path) {
        static List<Matcher> of(JsonNode proxy) {
            var matchers = new ArrayList<Matcher>();
            var matcher = proxy.at("/spec/matcher");
            if (matcher.isArray()) {
                matcher.forEach(entry -> matchers.add(one(entry)));
            } else if (matcher.isObject()) {
                matchers.add(one(matcher));
            }
            return matchers;
        }

        private static Matcher one(JsonNode matcher) {
            var method = matcher.path("method").asText("").toUpperCase(Locale.ROOT);
            return new Matcher(
                    method.isEmpty() ? "*" : method, matcher.path("path").asText(""));
        }

        boolean isTakenBy(Matcher other) {
            return (method.equals(other.method) || other.method.equals("*"))
                    && (path.equals(other.path) || other.covers(path));
        }

        private boolean covers(String single) {
            return path.endsWith("*") && single.startsWith(ReservedPaths.withoutStars(path));
        }
    }

    @Override
    public void complete(Review review) {
        new SurfaceState(others).complete(review);
    }

    @Override
    public List<String> check(Review review) {
        if (review.isSpecUnchanged()) {
            return List.of();
        }
        var matchers = Matcher.of(review.object());
        matchers.forEach(matcher -> ReservedPaths.refuse(matcher.path(), "spec.matcher.path"));
        var warnings = EndpointCheck.check(review.spec().path("upstream"), "spec.upstream");
        for (var other : others.all("reverseproxies")) {
            if (!Names.of(other).equals(review.name())) {
                matchers.forEach(matcher -> checkAgainst(matcher, other));
            }
        }
        return warnings;
    }

    private static void checkAgainst(Matcher matcher, ObjectNode other) {
        if (Matcher.of(other).stream().anyMatch(matcher::isTakenBy)) {
            throw new RefusedException("ReverseProxy %s %s is already exists: it belongs to ReverseProxy \"%s\""
                    .formatted(matcher.method(), matcher.path(), Names.of(other)));
        }
    }
}
