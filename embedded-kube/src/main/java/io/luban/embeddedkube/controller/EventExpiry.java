package io.luban.embeddedkube.controller;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.reconcile.Cluster;
import io.luban.embeddedkube.reconcile.Controller;
import io.luban.embeddedkube.reconcile.Outcome;
import io.luban.embeddedkube.store.Event;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.GroupResource;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.function.Consumer;

/** Removes Events when they have not been renewed for a while. */
final class EventExpiry implements Controller {
    private static final GroupResource EVENTS = new GroupResource("", "events");
    private static final List<String> TIMES = List.of("lastTimestamp", "firstTimestamp", "eventTime");

    private final Cluster cluster;
    private final Duration life;

    EventExpiry(Cluster cluster, Duration life) {
        this.cluster = cluster.as("event-expiry");
        this.life = life;
    }

    @Override
    public String name() {
        return "event-expiry";
    }

    @Override
    public boolean concerns(GroupResource resource) {
        return resource.equals(EVENTS);
    }

    @Override
    public void observe(Event event, Consumer<ObjectKey> queue) {
        if (event.type() != Event.Type.DELETED) {
            queue.accept(event.object().key());
        }
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        var found = cluster.get(key);
        if (found.isEmpty()) {
            return Outcome.done();
        }
        var left = Duration.between(cluster.now(), lastSign(found.get()).plus(life));
        if (left.isPositive()) {
            return Outcome.again(left);
        }
        cluster.delete(key, Trees.uid(found.get()));
        return Outcome.done();
    }

    private Instant lastSign(ObjectNode event) {
        var last = time(Trees.at(event, "metadata", "creationTimestamp"), Instant.EPOCH);
        for (var member : TIMES) {
            last = time(event.path(member), last);
        }
        for (var write : Trees.at(event, "metadata", "managedFields")) {
            last = time(write.path("time"), last);
        }
        return time(Trees.at(event, "series", "lastObservedTime"), last);
    }

    /** The later one; times ahead of the clock do not count, so that nobody keeps an Event for ever. */
    private Instant time(JsonNode text, Instant other) {
        try {
            var time = text.isTextual() ? OffsetDateTime.parse(text.asText()).toInstant() : other;
            return time.isAfter(other) && !time.isAfter(cluster.now()) ? time : other;
        } catch (DateTimeException e) {
            return other;
        }
    }
}
