package io.luban.apiserver.reverseproxy;

import io.luban.apiserver.extension.Definition;
import io.luban.apiserver.extension.ObjectCondition;
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

    /** What to say of rules that never match, or not everywhere, because others have the same matcher; by their names. */
    static Map<String, ObjectCondition> conflicts(List<ProxyRule> rules) {
        var table = new ProxyTable(rules);
        var lost = new HashMap<String, List<String>>();
        table.exact.values().forEach(entries -> collectLosers(entries, lost));
        table.prefixes.values().forEach(byPath -> byPath.values().forEach(entries -> collectLosers(entries, lost)));
        var conditions = new HashMap<String, ObjectCondition>();
        for (var rule : rules) {
            var messages = lost.get(rule.definition().name());
            if (messages != null) {
                var text = String.join("; ", messages);
                boolean nothingLeft = messages.size() == rule.matchers().size();
                conditions.put(
                        rule.definition().name(),
                        nothingLeft ? ObjectCondition.conflict(text) : ObjectCondition.partly(text));
            }
        }
        return conditions;
    }

    /** Entries of one path; of those with the same method the first one matches. */
    private static void collectLosers(List<Entry> entries, Map<String, List<String>> lost) {
        var winners = new HashMap<String, ProxyRule>();
        for (var entry : entries) {
            var winner = winners.putIfAbsent(entry.matcher.method(), entry.rule);
            if (winner != null && !winner.equals(entry.rule)) {
                lost.computeIfAbsent(entry.rule.definition().name(), name -> new ArrayList<>())
                        .add("%s %s%s is served by the ReverseProxy %s, which was there before"
                                .formatted(
                                        entry.matcher.method(),
                                        entry.matcher.path(),
                                        entry.matcher.isPrefix() ? "*" : "",
                                        winner.definition().name()));
            }
        }
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
