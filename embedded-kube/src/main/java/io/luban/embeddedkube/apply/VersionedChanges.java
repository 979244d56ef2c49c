package io.luban.embeddedkube.apply;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.Map;

/** The changes between two states of an object, in the version at hand and as the entries of a ledger see them. */
final class VersionedChanges {
    private final ObjectNode before;
    private final ObjectNode after;
    private final ManagedFields.Context context;
    private final Changes own;
    private final Map<String, Changes> others = new HashMap<>();

    VersionedChanges(ObjectNode before, ObjectNode after, ManagedFields.Context context) {
        this.before = before;
        this.after = after;
        this.context = context;
        this.own = Changes.between(before, after, context.schema());
    }

    Changes own() {
        return own;
    }

    ObjectNode written(Entry entry) {
        return as(entry.apiVersion()).written();
    }

    ObjectNode removed(Entry entry) {
        return as(entry.apiVersion()).removed();
    }

    private Changes as(String apiVersion) {
        return before.isEmpty() || own.isEmpty() ? own : others.computeIfAbsent(apiVersion, this::compared);
    }

    private Changes compared(String apiVersion) {
        return context.versions()
                .find(apiVersion)
                .map(shown -> Changes.between(
                        shown.there().apply(before.deepCopy()), shown.there().apply(after.deepCopy()), shown.schema()))
                .orElse(own);
    }
}
