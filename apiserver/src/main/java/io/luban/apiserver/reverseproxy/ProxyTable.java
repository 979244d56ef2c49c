package io.luban.apiserver.reverseproxy;

import io.luban.apiserver.extension.Definition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Finds the rule for a request: exact paths before patterns, longer patterns first, a named method before any, older
 * objects first. The cost depends on how many different lengths patterns have, not on how many rules there are.
 */
final class ProxyTable {
    static final ProxyTable EMPTY = new ProxyTable(List.of());

    private record Entry(ProxyRule.Matcher matcher, ProxyRule rule) {}

    private static final Comparator<Entry> PRECEDENCE = Comparator.comparing(
                    (Entry entry) -> entry.matcher.method().equals("*"))
            .thenComparing(entry -> entry.rule.definition(), Definition.BY_AGE);

    private final Map<String, List<Entry>> exact = new HashMap<>();
    private final TreeMap<Integer, Map<String, List<Entry>>> prefixes = new TreeMap<>(Comparator.reverseOrder());

    ProxyTable(List<ProxyRule> rules) {
        for (var rule : rules) {
            for (var matcher : rule.matchers()) {
                var length = matcher.path().length();
                var byPath = matcher.isPrefix() ? prefixes.computeIfAbsent(length, none -> new HashMap<>()) : exact;
                byPath.computeIfAbsent(matcher.path(), path -> new ArrayList<>())
                        .add(new Entry(matcher, rule));
            }
        }
        exact.values().forEach(entries -> entries.sort(PRECEDENCE));
        prefixes.values().forEach(byPath -> byPath.values().forEach(entries -> entries.sort(PRECEDENCE)));
    }

    Optional<ProxyRule> find(String method, String path) {
        var found = accepting(exact.getOrDefault(path, List.of()), method);
        if (found.isPresent()) {
            return found;
        }
        for (var length : prefixes.entrySet()) {
            if (length.getKey() <= path.length()) {
                var prefix = path.substring(0, length.getKey());
                found = accepting(length.getValue().getOrDefault(prefix, List.of()), method);
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<ProxyRule> accepting(List<Entry> entries, String method) {
        for (var entry : entries) {
            if (entry.matcher.accepts(method)) {
                return Optional.of(entry.rule);
            }
        }
        return Optional.empty();
    }
}
