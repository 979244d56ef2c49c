package io.luban.embeddedkube.store;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Turns the transactions of one batch into events, each judged against the state that those before it will leave. */
final class CommitPlan {
    private final StoreMemory memory;
    private final Map<ObjectKey, Optional<StoredObject>> pending = new HashMap<>();
    private final List<Event> events = new ArrayList<>();
    private long revision;

    CommitPlan(StoreMemory memory) {
        this.memory = memory;
        this.revision = memory.state().revision();
    }

    List<Event> events() {
        return events;
    }

    /** Adds the whole transaction, or nothing of it when it meets another revision than it expects. */
    void add(PendingCommit commit) {
        var staged = new HashMap<ObjectKey, Optional<StoredObject>>();
        var added = new ArrayList<Event>(commit.steps().size());
        long next = revision;
        for (var step : commit.steps()) {
            var current = current(staged, step.key());
            long actual = current.map(StoredObject::revision).orElse(0L);
            boolean met = step.expectedRevision() == Change.ANY || step.expectedRevision() == actual;
            if (!met || (actual == 0 && step.object().isEmpty())) {
                commit.fails(new StoreConflictException(step.key(), actual));
                return;
            }
            var event = event(step, current, ++next);
            added.add(event);
            staged.put(step.key(), event.type() == Event.Type.DELETED ? Optional.empty() : Optional.of(event.object()));
        }
        revision = next;
        pending.putAll(staged);
        events.addAll(added);
        commit.succeeds(added.stream().map(Event::object).toList());
    }

    private Optional<StoredObject> current(Map<ObjectKey, Optional<StoredObject>> staged, ObjectKey key) {
        var own = staged.get(key);
        var earlier = own == null ? pending.get(key) : own;
        return earlier == null ? memory.get(key) : earlier;
    }

    private Event event(PendingCommit.Step step, Optional<StoredObject> current, long revision) {
        if (step.object().isEmpty()) {
            return new Event(Event.Type.DELETED, current.orElseThrow().at(revision), current);
        }
        var object = step.object().get();
        return current.isEmpty()
                ? new Event(Event.Type.ADDED, object.at(revision, revision, memory.largeValues()), current)
                : new Event(
                        Event.Type.MODIFIED,
                        object.at(current.get().createRevision(), revision, memory.largeValues()),
                        current);
    }
}
