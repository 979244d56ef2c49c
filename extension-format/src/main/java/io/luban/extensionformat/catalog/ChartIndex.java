package io.luban.extensionformat.catalog;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.extensionformat.version.Version;
import io.luban.model.Json;
import io.luban.model.ParseException;
import io.luban.model.Yaml;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The {@code index.yaml} of a Helm repository.
 *
 * @param entries charts by name, each newest first; null entries are dropped
 */
public record ChartIndex(SortedMap<String, List<IndexEntry>> entries) {
    /** Largest index that is read. */
    public static final int MAX_BYTES = 20 * 1024 * 1024;

    private static final Comparator<IndexEntry> NEWEST_FIRST = Comparator.comparing(
                    (IndexEntry entry) -> Version.find(entry.version()),
                    (one, other) -> one.isPresent() && other.isPresent()
                            ? one.get().compareTo(other.get())
                            : Boolean.compare(one.isPresent(), other.isPresent()))
            .reversed();

    /** Reads the index; throws {@link ParseException} when it is none. */
    public static ChartIndex parse(String text) {
        if (!(Yaml.parse(text) instanceof ObjectNode root)) {
            throw new ParseException("the index is not a map of entries");
        }
        if (root.path("apiVersion").asText("").isEmpty()) {
            throw new ParseException("no API version specified");
        }
        var entries = new TreeMap<String, List<IndexEntry>>();
        root.path("entries").properties().forEach(field -> {
            var list = new ArrayList<IndexEntry>();
            field.getValue().forEach(item -> {
                if (item instanceof ObjectNode object) {
                    list.add(new IndexEntry(object));
                }
            });
            list.sort(NEWEST_FIRST);
            entries.put(field.getKey(), List.copyOf(list));
        });
        return new ChartIndex(entries);
    }

    /** An index of these entries. */
    public static ChartIndex of(List<IndexEntry> all) {
        var entries = new TreeMap<String, List<IndexEntry>>();
        all.forEach(entry ->
                entries.computeIfAbsent(entry.name(), name -> new ArrayList<>()).add(entry));
        entries.values().forEach(list -> list.sort(NEWEST_FIRST));
        return new ChartIndex(entries);
    }

    /** The entry of a chart, if there is one. */
    public Optional<IndexEntry> find(String name, String version) {
        return Optional.ofNullable(entries.get(name)).stream()
                .flatMap(List::stream)
                .filter(entry -> entry.version().equals(version))
                .findFirst();
    }

    /** The same charts with their files below another address; an empty one for files beside the index. */
    public ChartIndex servedFrom(String base) {
        return of(entries.values().stream()
                .flatMap(List::stream)
                .map(entry -> entry.servedFrom(base))
                .toList());
    }

    /** The index as YAML. */
    public String write(String generated) {
        var root = Json.object().put("apiVersion", "v1");
        var all = root.putObject("entries");
        for (Map.Entry<String, List<IndexEntry>> named : entries.entrySet()) {
            var list = all.putArray(named.getKey());
            named.getValue().forEach(entry -> list.add(entry.json()));
        }
        root.put("generated", generated);
        return Yaml.write(root);
    }
}
