package io.luban.controller.admission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.LabelSelector;
import io.luban.model.ParseException;
import java.util.List;

/** Plans: configurations that Helm can read, and the name by which everything finds the plan of an extension. */
final class InstallPlanRule implements Rule {
    @Override
    public void complete(Review review) {
        if (review.spec() instanceof ObjectNode spec) {
            trim(spec, "config");
            if (spec.at("/clusterScheduling/overrides") instanceof ObjectNode overrides) {
                List.copyOf(overrides.properties()).forEach(entry -> trim(overrides, entry.getKey()));
            }
        }
    }

    private static void trim(ObjectNode parent, String field) {
        if (parent.path(field).isTextual()) {
            parent.put(field, ConfigText.trimmed(parent.path(field).asText()));
        }
    }

    @Override
    public List<String> check(Review review) {
        if (review.isSpecUnchanged()) {
            return List.of();
        }
        checkName(review);
        ConfigText.requireMapping(review.spec().path("config").asText(""), "extension config");
        var scheduling = review.spec().path("clusterScheduling");
        for (var override : scheduling.path("overrides").properties()) {
            ConfigText.requireMapping(
                    override.getValue().asText(""), "cluster %s agent config".formatted(override.getKey()));
        }
        if (scheduling.isObject()) {
            checkPlacement(scheduling.path("placement"));
        }
        return List.of();
    }

    private static void checkName(Review review) {
        var extension = review.spec().at("/extension/name").asText("");
        if (review.old().isEmpty()) {
            if (!review.name().equals(extension)) {
                throw new RefusedException(
                        "metadata.name: Invalid value: \"%s\": must be the name of the extension, \"%s\""
                                .formatted(review.name(), extension));
            }
        } else if (!review.oldText("/spec/extension/name").equals(extension)) {
            throw new RefusedException(
                    "spec.extension.name: Invalid value: \"%s\": field is immutable".formatted(extension));
        }
    }

    private static void checkPlacement(com.fasterxml.jackson.databind.JsonNode placement) {
        if (!placement.isObject()) {
            throw new RefusedException("spec.clusterScheduling.placement: Required value");
        }
        try {
            LabelSelector.from(placement.path("clusterSelector"));
        } catch (ParseException e) {
            throw new RefusedException(
                    "spec.clusterScheduling.placement.clusterSelector: Invalid value: " + e.getMessage());
        }
    }
}
