package io.luban.apiserver.kapis.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.Json;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is set about several clusters, as pages are told it.
 *
 * @param texts values by their key within {@code multicluster}; empty ones are left out
 * @param resyncPeriod how often clusters are looked at anew
 */
public record MulticlusterOptions(Map<String, String> texts, Duration resyncPeriod) {
    /** What applies unless set. */
    public static final MulticlusterOptions DEFAULTS = new MulticlusterOptions(
            Map.of("clusterRole", "host", "hostClusterName", "host", "agentImage", "kubesphere/tower:v1.0"),
            Duration.ofMinutes(15));

    /** Leaves out what is empty. */
    public MulticlusterOptions {
        var set = new TreeMap<>(texts);
        set.values().removeIf(String::isEmpty);
        texts = Map.copyOf(set);
    }

    ObjectNode toJson() {
        var json = Json.object();
        new TreeMap<>(texts).forEach(json::put);
        return json.put("clusterControllerResyncPeriod", resyncPeriod.toNanos());
    }
}
