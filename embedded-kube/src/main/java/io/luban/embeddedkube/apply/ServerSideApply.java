package io.luban.embeddedkube.apply;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.apply.Entry.Owner;
import io.luban.embeddedkube.schema.Schema;
import io.luban.model.Json;
import java.time.Instant;
import java.util.Optional;

/**
 * Server-side apply: the body is what its manager wants and owns; what it wanted before and no longer names goes away;
 * what others own and differs is a conflict.
 */
public final class ServerSideApply {
    private static final String BEFORE_FIRST = "before-first-apply";

    private ServerSideApply() {}

    /**
     * Answers the merged object with its ledger, before defaulting. Neither argument is changed. The body must be free of
     * what the endpoint ignores (status on the main endpoint, all but status on {@code status}). {@code
     * metadata.resourceVersion} and {@code uid} of the body end up in the answer, as preconditions to be checked by the
     * caller. Applying again what stands already answers an equal object, times included.
     *
     * <p>A conflict is a 409 unless {@code force}; a body that does not fit the schema is a 400.
     *
     * @param live the object in the version of {@code schema}, empty to create it
     */
    public static ObjectNode merge(
            Optional<ObjectNode> live,
            ObjectNode applied,
            FieldManager manager,
            boolean force,
            Schema schema,
            Instant now) {
        AppliedBody.check(applied, manager, schema);
        var context = new ManagedFields.Context(schema, now);
        if (live.isEmpty()) {
            return created(applied, manager, context);
        }
        return new Attempt(live.get(), applied, manager, context).merged(force);
    }

    private static ObjectNode created(ObjectNode applied, FieldManager manager, ManagedFields.Context context) {
        var object = applied.deepCopy();
        var ledger = new Ledger();
        var claims = FieldSets.claimedBy(applied, context.schema());
        ledger.put(Entry.of(Owner.applier(manager), manager.apiVersion(), context.time(), claims));
        ledger.writeTo(object);
        return object;
    }

    /** One apply onto an object that exists. */
    private record Attempt(ObjectNode live, ObjectNode applied, FieldManager manager, ManagedFields.Context context) {
        ObjectNode merged(boolean force) {
            var owner = Owner.applier(manager);
            var ledger = startingLedger();
            var previous = ledger.find(owner);
            var claims = FieldSets.claimedBy(applied, context.schema());
            var merged = live.deepCopy();
            Overlay.onto(merged, applied, context.schema());
            previous.ifPresent(entry -> prune(merged, entry.fields(), claims, ledger));
            var changes = Changes.between(live, merged, context.schema());
            if (!force) {
                refuseConflicts(ledger, owner, changes.written());
            }
            ledger.takeFromOthers(owner, changes.written());
            ledger.takeFromAll(changes.removed());
            boolean same = changes.isEmpty()
                    && previous.map(entry -> entry.fields().equals(claims)).orElse(false);
            if (!same) {
                ledger.put(Entry.of(owner, manager.apiVersion(), context.time(), claims));
            }
            if (LastApplied.concerns(manager, live)) {
                LastApplied.refresh(merged, applied);
            }
            ledger.writeTo(merged);
            return merged;
        }

        private Ledger startingLedger() {
            var ledger = Ledger.of(live);
            if (ledger.isEmpty()) {
                var former =
                        new FieldManager(BEFORE_FIRST, live.path("apiVersion").asText(manager.apiVersion()), "");
                ManagedFields.record(ledger, Json.object(), live, former, context);
            }
            return ledger;
        }

        private void prune(ObjectNode merged, ObjectNode abandoned, ObjectNode claims, Ledger ledger) {
            var kept = claims;
            for (var entry : ledger.others(Owner.applier(manager))) {
                kept = FieldTrie.union(kept, entry.fields());
            }
            Pruning.prune(merged, abandoned, kept, context.schema());
        }

        private void refuseConflicts(Ledger ledger, Owner owner, ObjectNode written) {
            var conflicts = Conflicts.of(ledger.others(owner), written);
            if (conflicts.isEmpty()) {
                return;
            }
            if (LastApplied.concerns(manager, live)) {
                var waived = LastApplied.fields(live, context.schema());
                conflicts = Conflicts.of(ledger.others(owner), FieldTrie.minus(written, waived));
            }
            if (!conflicts.isEmpty()) {
                throw conflicts.toException();
            }
        }
    }
}
