package io.luban.embeddedkube.admission;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.Quantity;
import java.util.HashMap;
import java.util.Map;

/**
 * What a pod asks for in all: the sum of the containers that run for its whole life, or what its greediest init container
 * takes together with those that run beside it if that is more, and the overhead of its runtime.
 */
final class PodResources {
    private PodResources() {}

    static Map<String, Quantity> of(JsonNode pod, String kind) {
        var running = new HashMap<String, Quantity>();
        Trees.at(pod, "spec", "containers").forEach(container -> add(running, asked(container, kind)));
        var beside = new HashMap<String, Quantity>();
        var starting = new HashMap<String, Quantity>();
        for (var container : Trees.at(pod, "spec", "initContainers")) {
            var moment = new HashMap<>(beside);
            add(moment, asked(container, kind));
            if (Trees.text(container, "restartPolicy").equals("Always")) {
                add(running, asked(container, kind));
                beside = moment;
            }
            raise(starting, moment);
        }
        raise(running, starting);
        quantities(Trees.at(pod, "spec", "overhead")).forEach((name, amount) -> {
            if (kind.equals("requests") || running.containsKey(name)) {
                running.merge(name, amount, Quantity::plus);
            }
        });
        return running;
    }

    private static Map<String, Quantity> asked(JsonNode container, String kind) {
        return quantities(container.path("resources").path(kind));
    }

    private static void add(Map<String, Quantity> sum, Map<String, Quantity> more) {
        more.forEach((name, amount) -> sum.merge(name, amount, Quantity::plus));
    }

    private static void raise(Map<String, Quantity> most, Map<String, Quantity> other) {
        other.forEach((name, amount) -> most.merge(name, amount, (a, b) -> a.compareTo(b) >= 0 ? a : b));
    }

    static Map<String, Quantity> quantities(JsonNode map) {
        var result = new HashMap<String, Quantity>();
        map.properties()
                .forEach(entry -> result.put(
                        entry.getKey(), Quantity.parse(entry.getValue().asText())));
        return result;
    }
}
