package io.luban.apiserver.ingress;

import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Finds the rule for a host and a path. What a look-up costs depends on the path, not on the number of hosts. */
final class IngressTable {
    private final Map<String, Host> hosts = new HashMap<>();
    private final Optional<IngressRule> fallback;

    /** Rules of one host by their paths; expressions, which have to be tried, the longest first. */
    private record Host(Map<String, IngressRule> exact, Map<String, IngressRule> prefixes, List<Tried> expressions) {
        Host() {
            this(new HashMap<>(), new HashMap<>(), new ArrayList<>());
        }

        void add(IngressRule rule) {
            switch (rule.match()) {
                case EXACT -> exact.putIfAbsent(rule.path(), rule);
                case PREFIX -> prefixes.putIfAbsent(rule.path(), rule);
                case EXPRESSION -> expressions.add(new Tried(IngressRules.beginning(rule.path()), rule));
            }
        }

        Optional<IngressRule> find(String path) {
            var equal = exact.get(path);
            if (equal != null) {
                return Optional.of(equal);
            }
            var best = longestPrefix(path);
            int length = best.map(rule -> rule.path().length()).orElse(-1);
            return expressions.stream()
                    .filter(tried -> tried.rule().path().length() > length)
                    .filter(tried -> tried.expression().matcher(path).find())
                    .findFirst()
                    .map(Tried::rule)
                    .or(() -> best);
        }

        private Optional<IngressRule> longestPrefix(String path) {
            int end = path.endsWith("/") ? path.length() - 1 : path.length();
            while (end >= 0) {
                var rule = prefixes.get(path.substring(0, end));
                if (rule != null) {
                    return Optional.of(rule);
                }
                end = end == 0 ? -1 : path.lastIndexOf('/', end - 1);
            }
            return Optional.empty();
        }
    }

    private record Tried(Pattern expression, IngressRule rule) {}

    IngressTable(Collection<IngressRules.Compiled> ingresses) {
        ingresses.stream()
                .flatMap(compiled -> compiled.rules().stream())
                .sorted(IngressRule.BY_AGE)
                .forEach(rule ->
                        hosts.computeIfAbsent(rule.host(), host -> new Host()).add(rule));
        hosts.values()
                .forEach(host -> host.expressions.sort(Comparator.comparingInt(
                                (Tried tried) -> tried.rule().path().length())
                        .reversed()));
        fallback = ingresses.stream()
                .flatMap(compiled -> compiled.fallback().stream())
                .min(IngressRule.BY_AGE);
    }

    /** The rule for a host, with or without a port, and a decoded path. */
    Optional<IngressRule> find(String authority, String path) {
        var host = host(authority);
        int dot = host.indexOf('.');
        return on(host, path)
                .or(() -> dot < 0 ? Optional.empty() : on("*" + host.substring(dot), path))
                .or(() -> on("", path))
                .or(() -> fallback);
    }

    private Optional<IngressRule> on(String host, String path) {
        return Optional.ofNullable(hosts.get(host)).flatMap(found -> found.find(path));
    }

    private static String host(String authority) {
        var lower = authority.toLowerCase(Locale.ROOT);
        int colon = lower.lastIndexOf(':');
        var host = colon > lower.lastIndexOf(']') ? lower.substring(0, colon) : lower;
        return host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    }
}
