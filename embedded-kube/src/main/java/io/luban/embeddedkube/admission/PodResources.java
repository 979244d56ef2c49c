package io.luban.embeddedkube.admission;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.Quantity;
import java.util.HashMap;
import java.util.Map;

/** What a pod asks for in all: the sum of its containers, or its greediest init container if that is more. */
final class PodResources {
    private PodResources() {}

    static Map<String, Quantity> of(JsonNode pod, String kind) {
        var sum = new HashMap<String, Quantity>();
        Trees.at(pod, "spec", "containers")
                .forEach(container -> quantities(container.path("resources").path(kind))
                        .forEach((name, amount) -> sum.merge(name, amount, Quantity::plus)));
        Trees.at(pod, "spec", "initContainers")
                .forEach(container -> quantities(container.path("resources").path(kind))
                        .forEach((name, amount) -> sum.merge(name, amount, (a, b) -> a.compareTo(b) >= 0 ? a : b)));
        return sum;
    }

    static Map<String, Quantity> quantities(JsonNode map) {
        var result = new HashMap<String, Quantity>();
        map.properties()
                .forEach(entry -> result.put(
                        entry.getKey(), Quantity.parse(entry.getValue().asText())));
        return result;
    }
}
