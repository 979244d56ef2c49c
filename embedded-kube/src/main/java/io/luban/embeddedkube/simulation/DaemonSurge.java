package io.luban.embeddedkube.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.tree.Trees;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The next step of a DaemonSet whose new pods come before the old ones go.
 *
 * @param nodes that get a new pod beside the old one
 * @param replaced old pods whose successors work
 */
record DaemonSurge(List<String> nodes, List<ObjectNode> replaced) {
    /** How many nodes may have two pods at once; 0 for a DaemonSet that replaces in the other order. */
    static int most(JsonNode set, int nodes) {
        var surge = Trees.at(set, "spec", "updateStrategy", "rollingUpdate", "maxSurge");
        return surge.isMissingNode()
                        || Trees.text(set, "spec", "updateStrategy", "type").equals("OnDelete")
                ? 0
                : Share.roundedUp(surge, nodes);
    }

    static DaemonSurge plan(ObjectNode set, List<ObjectNode> pods, Predicate<JsonNode> isNew, int most, Instant now) {
        var old = new TreeMap<String, ObjectNode>();
        var fresh = new TreeMap<String, ObjectNode>();
        for (var pod : pods) {
            if (!Trees.isTerminating(pod)) {
                (isNew.test(pod) ? fresh : old).put(DaemonSets.nodeOf(pod), pod);
            }
        }
        var replaced = new ArrayList<ObjectNode>();
        var broken = new ArrayList<String>();
        var working = new ArrayList<String>();
        int surging = 0;
        for (var entry : old.entrySet()) {
            var successor = fresh.get(entry.getKey());
            if (successor != null && Readiness.isAvailable(successor, set, now)) {
                replaced.add(entry.getValue());
            } else if (successor != null) {
                surging++;
            } else if (Readiness.isAvailable(entry.getValue(), set, now)) {
                working.add(entry.getKey());
            } else {
                broken.add(entry.getKey());
            }
        }
        // a pod that does not work is replaced whatever the limit
        var nodes = new ArrayList<>(broken);
        nodes.addAll(working.subList(0, Math.clamp(most - surging, 0, working.size())));
        return new DaemonSurge(nodes, replaced);
    }

    /** A text that sorts pods by when they were made. */
    static String age(JsonNode pod) {
        return Trees.text(pod, "metadata", "creationTimestamp")
                + " %019d"
                        .formatted(Trees.at(pod, "metadata", "resourceVersion").asLong());
    }
}
