package io.luban.embeddedkube.schema;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.model.Quantity;
import java.util.List;

/** The class of service that the requests and limits of a pod promise. */
final class QualityOfService {
    private static final List<String> RESOURCES = List.of("cpu", "memory");

    private QualityOfService() {}

    static String of(JsonNode podSpec) {
        boolean asksForAnything = false;
        boolean isGuaranteed = true;
        for (var list : List.of("containers", "initContainers")) {
            for (var container : podSpec.path(list)) {
                var resources = container.path("resources");
                for (var name : RESOURCES) {
                    var request = amount(resources.path("requests").path(name));
                    var limit = amount(resources.path("limits").path(name));
                    asksForAnything |= request.signum() > 0 || limit.signum() > 0;
                    isGuaranteed &= limit.signum() > 0 && (request.signum() == 0 || request.equals(limit));
                }
            }
        }
        if (!asksForAnything) {
            return "BestEffort";
        }
        return isGuaranteed ? "Guaranteed" : "Burstable";
    }

    private static Quantity amount(JsonNode value) {
        return value.isMissingNode() ? Quantity.ZERO : Quantity.parse(value.asText());
    }
}
