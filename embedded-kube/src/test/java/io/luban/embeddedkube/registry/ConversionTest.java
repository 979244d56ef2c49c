package io.luban.embeddedkube.registry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.schema.SchemaLibrary;
import io.luban.model.Json;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ConversionTest {
    private final BuiltInRegistry registry = BuiltInRegistry.of(SchemaLibrary.load());

    @Test
    void an_event_changes_its_names_and_back() {
        var conversion =
                registry.find("events.k8s.io", "v1", "events").orElseThrow().conversion();
        var served = object("""
                {"apiVersion":"events.k8s.io/v1","kind":"Event","metadata":{"name":"e"},"regarding":{"name":"c"},
                 "reason":"R","note":"m","deprecatedCount":3,"reportingController":"x"}""");

        var stored = conversion.toStored(served.deepCopy());

        assertThat(Json.text(stored))
                .isEqualTo("{\"apiVersion\":\"v1\",\"kind\":\"Event\",\"metadata\":{\"name\":\"e\"},"
                        + "\"involvedObject\":{\"name\":\"c\"},\"reason\":\"R\",\"message\":\"m\",\"count\":3,"
                        + "\"reportingComponent\":\"x\"}");
        assertThat(conversion.toServed(stored)).isEqualTo(served);
    }

    @Test
    void an_old_autoscaler_is_stored_with_its_percentage_as_a_metric() {
        var conversion = autoscalers();

        var stored = conversion.toStored(object("""
                {"apiVersion":"autoscaling/v1","kind":"HorizontalPodAutoscaler","metadata":{"name":"h"},
                 "spec":{"maxReplicas":3,"targetCPUUtilizationPercentage":60}}"""));

        assertThat(Json.text(stored.path("spec")))
                .isEqualTo("{\"maxReplicas\":3,\"metrics\":[{\"type\":\"Resource\",\"resource\":{\"name\":\"cpu\","
                        + "\"target\":{\"type\":\"Utilization\",\"averageUtilization\":60}}}]}");
    }

    @Test
    void what_the_old_version_cannot_say_survives_in_annotations() {
        var conversion = autoscalers();
        var stored = object("""
                {"apiVersion":"autoscaling/v2","kind":"HorizontalPodAutoscaler","metadata":{"name":"h"},
                 "spec":{"maxReplicas":3,"behavior":{"scaleDown":{"selectPolicy":"Disabled"}},"metrics":[
                 {"type":"Resource","resource":{"name":"cpu","target":{"type":"Utilization","averageUtilization":60}}},
                 {"type":"Resource","resource":{"name":"memory","target":{"type":"AverageValue","averageValue":"1Gi"}}}]}}""");

        var served = conversion.toServed(stored.deepCopy());

        assertThat(served.path("spec").path("targetCPUUtilizationPercentage").asInt())
                .isEqualTo(60);
        assertThat(served.path("metadata").path("annotations").size()).isEqualTo(2);
        assertThat(conversion.toStored(served)).isEqualTo(stored);
    }

    private Conversion autoscalers() {
        return registry.find("autoscaling", "v1", "horizontalpodautoscalers")
                .orElseThrow()
                .conversion();
    }

    private static ObjectNode object(String json) {
        return Json.parseObject(json.getBytes(StandardCharsets.UTF_8));
    }
}
