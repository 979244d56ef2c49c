package io.luban.embeddedkube.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.apply.Entry.Owner;
import io.luban.model.Json;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** All entries of one object while a write changes them. Not safe for parallel use. */
final class Ledger {
    private static final int MOST_UPDATERS = 10;
    private static final String OLDEST_TOGETHER = "ancient-changes";
    private static final Comparator<Entry> WRITTEN_ORDER = Comparator.comparing(
                    (Entry entry) -> entry.owner().operation())
            .thenComparing(Entry::time)
            .thenComparing(entry -> entry.owner().manager())
            .thenComparing(Entry::apiVersion)
            .thenComparing(entry -> entry.owner().subresource());

    private final Map<Owner, Entry> entries = new LinkedHashMap<>();

    /** The ledger of an object, empty when it has none or one that cannot be read. */
    static Ledger of(ObjectNode object) {
        var ledger = new Ledger();
        if (object.path("metadata").path("managedFields") instanceof ArrayNode list) {
            for (JsonNode item : list) {
                var entry = Entry.parse(item);
                if (entry.isEmpty()) {
                    return new Ledger();
                }
                ledger.put(entry.get());
            }
        }
        return ledger;
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    Optional<Entry> find(Owner owner) {
        return Optional.ofNullable(entries.get(owner));
    }

    List<Entry> others(Owner owner) {
        return entries.values().stream()
                .filter(entry -> !entry.owner().equals(owner))
                .toList();
    }

    void put(Entry entry) {
        if (entry.fields().isEmpty()) {
            entries.remove(entry.owner());
        } else {
            entries.put(entry.owner(), entry);
        }
    }

    /** Takes fields from everybody, from each those of its own version; entries left with nothing go. */
    void takeFromAll(Function<Entry, ObjectNode> fields) {
        takeFrom(List.copyOf(entries.values()), fields);
    }

    void takeFromOthers(Owner owner, Function<Entry, ObjectNode> fields) {
        takeFrom(others(owner), fields);
    }

    @SuppressWarnings("ReferenceEquality")
    private void takeFrom(List<Entry> owners, Function<Entry, ObjectNode> fields) {
        for (var entry : owners) {
            var left = FieldTrie.minus(entry.fields(), fields.apply(entry));
            if (left != entry.fields()) {
                put(entry.withFields(left));
            }
        }
    }

    /** Joins the oldest updaters until no more than ten are left. */
    void joinOldest() {
        var updaters = new ArrayList<>(entries.values().stream()
                .filter(entry -> !entry.owner().isApplier())
                .sorted(WRITTEN_ORDER)
                .toList());
        int count = updaters.size();
        var firsts = new HashMap<String, Owner>();
        for (var entry : updaters) {
            if (count <= MOST_UPDATERS) {
                return;
            }
            var first = firsts.putIfAbsent(entry.apiVersion(), entry.owner());
            if (first != null) {
                join(first, entry);
                count--;
            }
        }
    }

    private void join(Owner first, Entry entry) {
        var bucket = new Owner(OLDEST_TOGETHER, Entry.UPDATE, entry.apiVersion(), "");
        var gathered = entries.get(bucket);
        if (gathered == null) {
            gathered = entries.remove(first);
        }
        entries.remove(entry.owner());
        var fields = gathered == null ? entry.fields() : FieldTrie.union(gathered.fields(), entry.fields());
        entries.put(bucket, Entry.of(bucket, entry.apiVersion(), entry.time(), fields));
    }

    /** Writes the ledger into the object; an empty one leaves no member behind. */
    void writeTo(ObjectNode object) {
        if (entries.isEmpty()) {
            if (object.get("metadata") instanceof ObjectNode metadata) {
                metadata.remove("managedFields");
            }
            return;
        }
        var list = Json.array();
        entries.values().stream().sorted(WRITTEN_ORDER).map(Entry::toJson).forEach(list::add);
        object.withObject("/metadata").set("managedFields", list);
    }
}
