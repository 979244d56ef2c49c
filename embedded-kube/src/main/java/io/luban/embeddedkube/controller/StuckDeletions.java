package io.luban.embeddedkube.controller;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.reconcile.Cluster;
import io.luban.embeddedkube.reconcile.Controller;
import io.luban.embeddedkube.reconcile.EventRecorder;
import io.luban.embeddedkube.reconcile.Outcome;
import io.luban.embeddedkube.store.Event;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.GroupResource;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.function.Consumer;

/**
 * Tells by Events who keeps an object that was deleted a while ago: finalizers that nobody removes. Says so again from time
 * to time, because Events do not last.
 */
final class StuckDeletions implements Controller {
    /** Most finalizers are gone within seconds; what takes longer than this is worth a word. */
    static final Duration PATIENCE = Duration.ofMinutes(1);

    private static final Duration REMINDER = Duration.ofMinutes(30);
    private static final String REASON = "FinalizersRemaining";

    private final Cluster cluster;
    private final EventRecorder.Source events;
    private final Duration patience;

    StuckDeletions(Cluster cluster, EventRecorder recorder, Duration patience) {
        this.cluster = cluster;
        this.events = recorder.as("deletion-controller");
        this.patience = patience;
    }

    @Override
    public String name() {
        return "stuck-deletions";
    }

    @Override
    public boolean concerns(GroupResource resource) {
        return true;
    }

    @Override
    public void observe(Event event, Consumer<ObjectKey> queue) {
        if (event.type() != Event.Type.DELETED && event.object().isTerminating()) {
            queue.accept(event.object().key());
        }
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        var found = cluster.get(key);
        if (found.isEmpty() || !Trees.isTerminating(found.get())) {
            return Outcome.done();
        }
        var object = found.get();
        var finalizers = Trees.items(Trees.at(object, "metadata", "finalizers"));
        if (finalizers.isEmpty()) {
            return Outcome.done();
        }
        var since = since(object);
        var left = Duration.between(cluster.now(), since.plus(patience));
        if (left.isPositive()) {
            return Outcome.again(left);
        }
        events.warning(
                object,
                REASON,
                "Deleted at %s and still here: waiting for finalizers %s, which only those who set them may remove"
                        .formatted(since, String.join(", ", finalizers)));
        return Outcome.again(REMINDER);
    }

    private Instant since(ObjectNode object) {
        try {
            return OffsetDateTime.parse(Trees.text(object, "metadata", "deletionTimestamp"))
                    .toInstant();
        } catch (DateTimeException e) {
            return cluster.now();
        }
    }
}
