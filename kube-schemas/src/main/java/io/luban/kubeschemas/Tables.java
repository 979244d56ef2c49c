package io.luban.kubeschemas;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The facts that no published artifact carries. Files of lines {@code Type word word …}; a type is written from its
 * group on ({@code core.v1.PodSpec}), {@code *} stands for every type.
 */
final class Tables {
    private final Map<String, Map<String, List<String>>> merging;
    private final Map<String, Set<String>> pointers;
    private final Map<String, Set<String>> always;
    private final Map<String, Set<String>> inline;
    private final Map<String, Map<String, List<String>>> defaults;
    private final Map<String, Set<String>> atomicMaps;
    private final Set<String> atomicTypes;
    private final Set<String> unused = new TreeSet<>();

    private Tables(Path folder) throws IOException {
        merging = details(folder.resolve("merging.txt"));
        defaults = details(folder.resolve("defaults.txt"));
        pointers = members(folder.resolve("pointers.txt"));
        always = members(folder.resolve("always.txt"));
        inline = members(folder.resolve("inline.txt"));
        atomicMaps = members(folder.resolve("atomic-maps.txt"));
        atomicTypes = members(folder.resolve("atomic-types.txt")).keySet();
        atomicTypes.forEach(type -> unused.add("atomic-types: " + type));
        note("merging", merging);
        note("defaults", defaults);
        note("pointers", pointers);
        note("always", always);
        note("inline", inline);
        note("atomic-maps", atomicMaps);
    }

    static Tables read(Path folder) throws IOException {
        return new Tables(folder);
    }

    /** Words about merging of a member, such as {@code patch=name map(name)}; empty when there are none. */
    List<String> merging(String type, String member) {
        return detail("merging", merging, type, member);
    }

    /** Default value as JSON text; empty for none. */
    String defaultOf(String type, String member) {
        return String.join(" ", detail("defaults", defaults, type, member));
    }

    /** Whether an explicit zero of that member is a value. */
    boolean isPointer(String type, String member) {
        return contains("pointers", pointers, type, member);
    }

    /** Whether the member is shown even when empty. */
    boolean isAlways(String type, String member) {
        return contains("always", always, type, member);
    }

    /** Whether the members of that protobuf member stand directly in the object. */
    boolean isInline(String type, String member) {
        return contains("inline", inline, type, member);
    }

    /** Whether server-side apply takes that map as one value. */
    boolean isAtomicMap(String type, String member) {
        return contains("atomic-maps", atomicMaps, type, member);
    }

    /** Whether server-side apply takes objects of that type as one value. */
    boolean isAtomic(String type) {
        var shortName = shortName(type);
        unused.remove("atomic-types: " + shortName);
        return atomicTypes.contains(shortName);
    }

    /** Lines that matched nothing: misspelt, or gone from the API. */
    Set<String> unused() {
        return unused;
    }

    /** {@code io.k8s.api.core.v1.Pod} as {@code core.v1.Pod}. */
    static String shortName(String type) {
        var parts = List.of(type.split("\\.", -1));
        return String.join(".", parts.subList(Math.max(0, parts.size() - 3), parts.size()));
    }

    private boolean contains(String table, Map<String, Set<String>> rows, String type, String member) {
        for (var key : List.of(shortName(type), "*")) {
            if (rows.getOrDefault(key, Set.of()).contains(member)) {
                unused.remove(table + ": " + key + " " + member);
                return true;
            }
        }
        return false;
    }

    private List<String> detail(String table, Map<String, Map<String, List<String>>> rows, String type, String member) {
        for (var key : List.of(shortName(type), "*")) {
            var words = rows.getOrDefault(key, Map.of()).get(member);
            if (words != null) {
                unused.remove(table + ": " + key + " " + member);
                return words;
            }
        }
        return List.of();
    }

    private <V> void note(String table, Map<String, V> rows) {
        rows.forEach((type, row) -> {
            var names = row instanceof Map<?, ?> map ? map.keySet() : (Set<?>) row;
            names.forEach(member -> unused.add(table + ": " + type + " " + member));
        });
    }

    private static Map<String, Map<String, List<String>>> details(Path file) throws IOException {
        var rows = new HashMap<String, Map<String, List<String>>>();
        for (var words : lines(file)) {
            rows.computeIfAbsent(words.getFirst(), type -> new HashMap<>())
                    .put(words.get(1), words.subList(2, words.size()));
        }
        return rows;
    }

    private static Map<String, Set<String>> members(Path file) throws IOException {
        var rows = new HashMap<String, Set<String>>();
        for (var words : lines(file)) {
            rows.computeIfAbsent(words.getFirst(), type -> new HashSet<>()).addAll(words.subList(1, words.size()));
        }
        return rows;
    }

    private static List<List<String>> lines(Path file) throws IOException {
        var result = new ArrayList<List<String>>();
        for (var line : Files.readAllLines(file)) {
            var text = line.strip();
            if (!text.isEmpty() && !text.startsWith("#")) {
                result.add(List.of(text.split("\\s+", -1)));
            }
        }
        return result;
    }
}
