package io.luban.embeddedkube.operation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.Json;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The {@code metadata} of one object tree, read and changed in place. */
record Metadata(ObjectNode node) {
    private static final List<String> ORDER = List.of(
            "name",
            "generateName",
            "namespace",
            "uid",
            "resourceVersion",
            "generation",
            "creationTimestamp",
            "deletionTimestamp",
            "deletionGracePeriodSeconds",
            "labels",
            "annotations",
            "ownerReferences",
            "finalizers",
            "managedFields");

    /** The metadata of an object, created when it is absent. */
    static Metadata of(ObjectNode object) {
        return object.get("metadata") instanceof ObjectNode node
                ? new Metadata(node)
                : new Metadata(object.putObject("metadata"));
    }

    String name() {
        return text("name");
    }

    String text(String member) {
        return node.path(member).asText("");
    }

    void set(String member, String value) {
        node.put(member, value);
    }

    void remove(String member) {
        node.remove(member);
    }

    long generation() {
        return node.path("generation").asLong(0);
    }

    boolean isTerminating() {
        return node.hasNonNull("deletionTimestamp");
    }

    List<String> finalizers() {
        var names = new ArrayList<String>();
        node.path("finalizers").forEach(name -> names.add(name.asText()));
        return names;
    }

    void setFinalizers(List<String> names) {
        if (names.isEmpty()) {
            node.remove("finalizers");
            return;
        }
        var list = node.putArray("finalizers");
        names.forEach(list::add);
    }

    Optional<Long> gracePeriodSeconds() {
        var seconds = node.path("deletionGracePeriodSeconds");
        return seconds.isNumber() ? Optional.of(seconds.asLong()) : Optional.empty();
    }

    /** Takes a member over from another object, or drops it when that has none. */
    void takeFrom(Metadata other, String member) {
        JsonNode value = other.node.get(member);
        if (value == null) {
            node.remove(member);
        } else {
            node.set(member, value.deepCopy());
        }
    }

    /** The members in the order of the API documents, unknown ones last. */
    void sort() {
        var sorted = Json.object();
        for (var member : ORDER) {
            var value = node.get(member);
            if (value != null) {
                sorted.set(member, value);
            }
        }
        node.properties().forEach(member -> sorted.putIfAbsent(member.getKey(), member.getValue()));
        node.removeAll();
        node.setAll(sorted);
    }

    /** A time as {@code metadata} spells it: whole seconds of UTC. */
    static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
