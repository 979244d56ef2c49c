package io.luban.controller.extension;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A plan as it was read.
 *
 * @param object the wire form
 */
record InstallPlan(ObjectNode object) {
    String name() {
        return object.at("/metadata/name").asText("");
    }

    /** Name of the extension, which is also that of the plan. */
    String extension() {
        return object.at("/spec/extension/name").asText("");
    }

    String version() {
        return object.at("/spec/extension/version").asText("");
    }

    boolean isEnabled() {
        return object.at("/spec/enabled").asBoolean(false);
    }

    /** Values for the chart; blanks at line ends mean nothing and must not look like a change. */
    String config() {
        return stripped(object.at("/spec/config").asText(""));
    }

    /** What one cluster's agent gets above the plan's values. */
    String override(String cluster) {
        return stripped(
                object.at("/spec/clusterScheduling/overrides").path(cluster).asText(""));
    }

    /** Whether agents are asked for, and where. */
    boolean hasScheduling() {
        return object.at("/spec/clusterScheduling").isObject();
    }

    JsonNode placement() {
        return object.at("/spec/clusterScheduling/placement");
    }

    boolean upgradesItself() {
        return object.at("/spec/upgradeStrategy").asText("").equals("Automatic");
    }

    /** The clusters on which agents are or were being installed. */
    List<String> agentClusters() {
        var clusters = new ArrayList<String>();
        object.at("/status/clusterSchedulingStatuses").fieldNames().forEachRemaining(clusters::add);
        return clusters;
    }

    private static String stripped(String text) {
        return text.lines().map(String::stripTrailing).collect(Collectors.joining("\n"));
    }

    boolean isBeingDeleted() {
        return object.at("/metadata/deletionTimestamp").isTextual();
    }

    boolean hasAnnotation(String key) {
        return !object.at(Labels.pointer("annotations", key)).isMissingNode();
    }

    String annotation(String key) {
        return object.at(Labels.pointer("annotations", key)).asText("");
    }

    boolean hasFinalizer() {
        for (JsonNode finalizer : object.at("/metadata/finalizers")) {
            if (finalizer.asText().equals(Labels.PLAN_FINALIZER)) {
                return true;
            }
        }
        return false;
    }

    InstallationStatus status() {
        return InstallationStatus.of(object);
    }
}
