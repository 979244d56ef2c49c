package io.luban.embeddedkube.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.Json;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One line of the ledger.
 *
 * @param time RFC 3339, may be empty
 * @param fields FieldsV1 trie; never changed
 * @param source what it was read from, as long as it still says the same
 */
record Entry(
        Owner owner,
        String apiVersion,
        String time,
        ObjectNode fields,
        @Nullable ObjectNode source) {
    static final String APPLY = "Apply";
    static final String UPDATE = "Update";

    static Entry of(Owner owner, String apiVersion, String time, ObjectNode fields) {
        return new Entry(owner, apiVersion, time, fields, null);
    }

    /**
     * Who an entry belongs to. Appliers keep one entry whatever version they apply in, hence {@code version} is empty
     * for them.
     */
    record Owner(String manager, String operation, String version, String subresource) {
        static Owner applier(FieldManager manager) {
            return new Owner(manager.name(), APPLY, "", manager.subresource());
        }

        static Owner updater(FieldManager manager) {
            return new Owner(manager.name(), UPDATE, manager.apiVersion(), manager.subresource());
        }

        boolean isApplier() {
            return operation.equals(APPLY);
        }

        /** As named in a conflict. */
        String text() {
            var text = '"' + manager + '"';
            if (!subresource.isEmpty()) {
                text += " with subresource \"" + subresource + '"';
            }
            return isApplier() ? text : text + " using " + version;
        }
    }

    /** The entry, empty when the JSON is none. */
    static Optional<Entry> parse(JsonNode json) {
        var operation = json.path("operation").asText();
        var version = json.path("apiVersion").asText();
        boolean known = operation.equals(APPLY) || operation.equals(UPDATE);
        if (!known
                || !(json instanceof ObjectNode source)
                || !(json.get("fieldsV1") instanceof ObjectNode fields)
                || !FieldTrie.isWellFormed(fields)) {
            return Optional.empty();
        }
        var owner = new Owner(
                json.path("manager").asText(),
                operation,
                operation.equals(APPLY) ? "" : version,
                json.path("subresource").asText());
        return Optional.of(new Entry(owner, version, json.path("time").asText(), fields, source));
    }

    Entry withFields(ObjectNode changed) {
        return of(owner, apiVersion, time, changed);
    }

    ObjectNode toJson() {
        if (source != null) {
            return source;
        }
        var json = Json.object();
        json.put("manager", owner.manager());
        json.put("operation", owner.operation());
        json.put("apiVersion", apiVersion);
        if (!time.isEmpty()) {
            json.put("time", time);
        }
        json.put("fieldsType", "FieldsV1");
        json.set("fieldsV1", FieldTrie.sorted(fields));
        if (!owner.subresource().isEmpty()) {
            json.put("subresource", owner.subresource());
        }
        return json;
    }
}
