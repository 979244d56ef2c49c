package io.luban.embeddedkube.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.apply.Entry.Owner;
import io.luban.embeddedkube.schema.Schema;
import io.luban.model.Json;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Keeps {@code metadata.managedFields} on every write that is not a server-side apply. */
public final class ManagedFields {
    private ManagedFields() {}

    /**
     * Records who wrote what, in {@code updated.metadata.managedFields}; both objects are in the version of {@code
     * schema}, after defaulting and admission.
     *
     * <p>What the request itself put there counts (an empty list or an empty entry erases the ledger), except through a
     * subresource; without it the ledger of {@code live} goes on. An object that exists without a ledger gets none before
     * its first apply. {@code live} is not changed, but nodes may be shared with {@code updated} afterwards.
     */
    public static void recordUpdate(
            Optional<ObjectNode> live, ObjectNode updated, FieldManager manager, Schema schema, Instant now) {
        recordUpdate(live, updated, manager, new Context(schema, now, OtherVersions.NONE));
    }

    /** The same for a kind whose versions show different fields. */
    public static void recordUpdate(
            Optional<ObjectNode> live, ObjectNode updated, FieldManager manager, Context context) {
        var ledger = startingLedger(live, updated, manager);
        if (live.isPresent() && ledger.isEmpty()) {
            ledger.writeTo(updated);
            return;
        }
        record(ledger, live.orElseGet(Json::object), updated, manager, context);
        ledger.writeTo(updated);
    }

    /**
     * Puts the old times back where nothing but the times of the ledger differs. A write may look like a change until
     * canonical form undoes it (a quantity of {@code 1000m} that is stored as {@code 1}); it must not make a new version,
     * or whoever applies in a loop never comes to rest.
     */
    public static void keepTimesOfUnchanged(ObjectNode live, ObjectNode updated) {
        var before = live.path("metadata").path("managedFields");
        var after = updated.path("metadata").path("managedFields");
        if (before.equals(after) || before.size() != after.size() || !before.isArray()) {
            return;
        }
        if (withoutTimes(before).equals(withoutTimes(after)) && isSameBesideLedger(live, updated)) {
            updated.withObject("/metadata").set("managedFields", before);
        }
    }

    private static List<JsonNode> withoutTimes(JsonNode entries) {
        // the order of entries follows from their times
        var result = new ArrayList<JsonNode>();
        for (var entry : entries) {
            var copy = Json.object();
            copy.setAll((ObjectNode) entry);
            copy.remove("time");
            result.add(copy);
        }
        result.sort(Comparator.comparing(JsonNode::toString));
        return result;
    }

    private static boolean isSameBesideLedger(ObjectNode live, ObjectNode updated) {
        return Json.sameValue(withoutLedger(live), withoutLedger(updated));
    }

    private static ObjectNode withoutLedger(ObjectNode object) {
        var copy = Json.object();
        copy.setAll(object);
        var metadata = Json.object();
        metadata.setAll((ObjectNode) object.get("metadata"));
        metadata.remove("managedFields");
        return copy.set("metadata", metadata);
    }

    /**
     * What a record of changes needs besides the objects.
     *
     * @param schema of the version at hand
     */
    public record Context(Schema schema, Instant now, OtherVersions versions) {
        String time() {
            return now.truncatedTo(ChronoUnit.SECONDS).toString();
        }
    }

    static void record(Ledger ledger, ObjectNode before, ObjectNode after, FieldManager manager, Context context) {
        var all = new VersionedChanges(before, after, context);
        var changes = all.own();
        if (changes.isEmpty()) {
            return;
        }
        var owner = Owner.updater(manager);
        ledger.takeFromAll(all::removed);
        ledger.takeFromOthers(owner, all::written);
        if (!changes.written().isEmpty()) {
            var fields = ledger.find(owner)
                    .map(entry -> FieldTrie.union(entry.fields(), changes.written()))
                    .orElse(changes.written());
            ledger.put(Entry.of(owner, manager.apiVersion(), context.time(), fields));
            ledger.joinOldest();
        }
    }

    private static Ledger startingLedger(Optional<ObjectNode> live, ObjectNode updated, FieldManager manager) {
        if (manager.subresource().isEmpty()) {
            if (isReset(updated)) {
                return new Ledger();
            }
            var given = Ledger.of(updated);
            if (!given.isEmpty()) {
                return given;
            }
        }
        return live.map(Ledger::of).orElseGet(Ledger::new);
    }

    private static boolean isReset(ObjectNode updated) {
        return updated.path("metadata").path("managedFields") instanceof ArrayNode list
                && (list.isEmpty() || (list.size() == 1 && list.get(0).isEmpty()));
    }
}
