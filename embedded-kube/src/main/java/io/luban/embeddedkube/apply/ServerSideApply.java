package io.luban.embeddedkube.apply;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.apply.Entry.Owner;
import io.luban.embeddedkube.schema.Schema;
import io.luban.model.Json;
import java.time.Instant;
import java.util.List;
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
        return merge(live, applied, manager, force, new ManagedFields.Context(schema, now, OtherVersions.NONE));
    }

    /** The same for a kind whose versions show different fields. */
    public static ObjectNode merge(
            Optional<ObjectNode> live,
            ObjectNode applied,
            FieldManager manager,
            boolean force,
            ManagedFields.Context context) {
        AppliedBody.check(applied, manager, context.schema());
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
            previous.ifPresent(entry -> prune(merged, entry, claims, ledger));
            var all = new VersionedChanges(live, merged, context);
            var changes = all.own();
            if (!force) {
                refuseConflicts(ledger, owner, all);
            }
            ledger.takeFromOthers(owner, all::written);
            ledger.takeFromAll(all::removed);
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

        /** What was claimed before is given up in the version in which it was claimed. */
        private void prune(ObjectNode merged, Entry abandoned, ObjectNode claims, Ledger ledger) {
            var others = ledger.others(Owner.applier(manager));
            var shown = context.versions().find(abandoned.apiVersion());
            if (shown.isEmpty()) {
                Pruning.prune(merged, abandoned.fields(), kept(claims, others), context.schema());
                return;
            }
            var schema = shown.get().schema();
            var there = shown.get().there().apply(merged.deepCopy());
            var claimsThere = FieldSets.claimedBy(shown.get().there().apply(applied.deepCopy()), schema);
            Pruning.prune(there, abandoned.fields(), kept(claimsThere, others), schema);
            var pruned = shown.get().back().apply(there);
            var lost = new VersionedChanges(merged, pruned, context);
            if (Conflicts.of(others, lost::removed).isEmpty()) {
                merged.removeAll();
                merged.setAll(pruned);
            }
        }

        private static ObjectNode kept(ObjectNode claims, List<Entry> others) {
            var kept = claims;
            for (var entry : others) {
                kept = FieldTrie.union(kept, entry.fields());
            }
            return kept;
        }

        private void refuseConflicts(Ledger ledger, Owner owner, VersionedChanges changes) {
            var conflicts = Conflicts.of(ledger.others(owner), changes::written);
            if (conflicts.isEmpty()) {
                return;
            }
            if (LastApplied.concerns(manager, live)) {
                var waived = LastApplied.fields(live, context.schema());
                conflicts =
                        Conflicts.of(ledger.others(owner), entry -> FieldTrie.minus(changes.written(entry), waived));
            }
            if (!conflicts.isEmpty()) {
                throw conflicts.toException();
            }
        }
    }
}
