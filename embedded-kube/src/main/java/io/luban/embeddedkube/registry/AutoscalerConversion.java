package io.luban.embeddedkube.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.Json;
import io.luban.model.ParseException;
import java.util.Map;
import java.util.Optional;

/**
 * HorizontalPodAutoscalers of autoscaling/v1, which are stored as v2. What v1 cannot express travels in annotations, as
 * clients of v1 know it.
 */
final class AutoscalerConversion implements Conversion {
    private static final String PREFIX = "autoscaling.alpha.kubernetes.io/";
    private static final String TARGET = "targetCPUUtilizationPercentage";
    private static final String REPLICAS = "currentReplicas";
    private static final String CURRENT = "currentCPUUtilizationPercentage";

    /** Annotation to the v2 member it carries, as part and member name. */
    private static final Map<String, String[]> CARRIED = Map.of(
            PREFIX + "metrics", new String[] {"spec", "metrics"},
            PREFIX + "behavior", new String[] {"spec", "behavior"},
            PREFIX + "current-metrics", new String[] {"status", "currentMetrics"},
            PREFIX + "conditions", new String[] {"status", "conditions"});

    @Override
    public ObjectNode toStored(ObjectNode served) {
        served.put("apiVersion", "autoscaling/v2");
        CARRIED.forEach((annotation, place) -> takeAnnotation(served, annotation)
                .ifPresent(value -> served.withObjectProperty(place[0]).set(place[1], value)));
        moveCpu(served.path("spec"), TARGET, "metrics", "target");
        moveCpu(served.path("status"), CURRENT, "currentMetrics", "current");
        if (served.path("status").path(REPLICAS).asInt() == 0) {
            removed(served.path("status"), REPLICAS);
        }
        return served;
    }

    @Override
    public ObjectNode toServed(ObjectNode stored) {
        stored.put("apiVersion", "autoscaling/v1");
        takeCpu(stored.path("spec"), TARGET, "metrics", "target");
        takeCpu(stored.path("status"), CURRENT, "currentMetrics", "current");
        if (stored.get("status") instanceof ObjectNode status && !status.has(REPLICAS)) {
            // Always there in v1, left out of v2 when it is zero.
            status.put(REPLICAS, 0);
        }
        CARRIED.forEach((annotation, place) -> {
            var value = removed(stored.path(place[0]), place[1]);
            if (!value.isEmpty()) {
                stored.withObjectProperty("metadata")
                        .withObjectProperty("annotations")
                        .put(annotation, Json.text(value));
            }
        });
        return stored;
    }

    @Override
    public boolean isIdentity() {
        return false;
    }

    private static Optional<JsonNode> takeAnnotation(ObjectNode object, String name) {
        var annotations = object.path("metadata").path("annotations");
        var text = removed(annotations, name);
        if (!text.isTextual()) {
            return Optional.empty();
        }
        if (annotations.isEmpty()) {
            ((ObjectNode) object.path("metadata")).remove("annotations");
        }
        try {
            return Optional.of(Json.parse(text.asText())).filter(value -> value.isContainerNode());
        } catch (ParseException e) {
            // A damaged annotation loses what it carried, as it does in Kubernetes.
            return Optional.empty();
        }
    }

    private static JsonNode removed(JsonNode node, String member) {
        var value = node.path(member);
        if (node instanceof ObjectNode object) {
            object.remove(member);
        }
        return value;
    }

    /** The v1 percentage becomes the first metric. */
    private static void moveCpu(JsonNode part, String member, String list, String inner) {
        var percent = removed(part, member);
        if (percent.isNumber()) {
            var metric = Json.object().put("type", "Resource");
            var target = metric.putObject("resource").put("name", "cpu").putObject(inner);
            if (inner.equals("target")) {
                target.put("type", "Utilization");
            }
            target.set("averageUtilization", percent);
            ((ObjectNode) part).withArrayProperty(list).insert(0, metric);
        }
    }

    /** The first CPU utilization metric becomes the v1 percentage; every other one stays in the list. */
    private static void takeCpu(JsonNode part, String member, String list, String inner) {
        if (!(part instanceof ObjectNode object) || !(object.get(list) instanceof ArrayNode metrics)) {
            return;
        }
        for (int i = 0; i < metrics.size(); i++) {
            var resource = metrics.get(i).path("resource");
            var percent = resource.path(inner).get("averageUtilization");
            if (percent != null && resource.path("name").asText().equals("cpu")) {
                metrics.remove(i);
                object.set(member, percent);
                return;
            }
        }
    }
}
