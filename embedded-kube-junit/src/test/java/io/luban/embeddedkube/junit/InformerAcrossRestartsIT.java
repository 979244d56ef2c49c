package io.luban.embeddedkube.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** An informer sees every event once and in order although the server goes away under it. */
@EmbeddedKubernetes(simulation = false)
@SuppressWarnings("NullAway.Init")
class InformerAcrossRestartsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int RESTARTS = 3;
    private static final int CHANGES = 20;
    private static final String NAMESPACE = "default";

    private RunningKubernetes kubernetes;
    private KubernetesClient client;
    private final Queue<String> seen = new ConcurrentLinkedQueue<>();

    @Test
    void every_event_is_seen_once_and_in_order() {
        var expected = new ArrayList<String>();
        try (var informer = client.configMaps()
                .inNamespace(NAMESPACE)
                .withLabel("counted", "yes")
                .inform(new Recorder(seen))) {
            await().atMost(PATIENCE).until(informer::hasSynced);
            expected.addAll(change(0));
            for (int round = 1; round <= RESTARTS; round++) {
                awaitAll(expected);
                kubernetes.restart();
                // at once, so that the informer meets events from before it is connected again
                expected.addAll(change(round));
            }
            awaitAll(expected);
            assertThat(client.raw("/metrics").lines())
                    .as("a full list after the last restart")
                    .noneMatch(line -> line.contains("LIST") && line.contains("\"configmaps\""));
        }
    }

    private void awaitAll(List<String> expected) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(seen).hasSizeGreaterThanOrEqualTo(expected.size()));
        assertThat(seen).containsExactlyElementsOf(expected);
    }

    private List<String> change(int round) {
        var name = "round-" + round;
        var events = new ArrayList<String>();
        client.resource(counted(name, 0)).create();
        events.add("added " + name + " 0");
        for (int i = 1; i <= CHANGES; i++) {
            client.resource(counted(name, i)).update();
            events.add("updated " + name + " " + i);
        }
        client.resource(counted(name, CHANGES)).delete();
        events.add("deleted " + name + " " + CHANGES);
        return events;
    }

    private static ConfigMap counted(String name, int count) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(NAMESPACE)
                .withLabels(Map.of("counted", "yes"))
                .endMetadata()
                .withData(Map.of("count", Integer.toString(count)))
                .build();
    }

    private record Recorder(Queue<String> seen) implements ResourceEventHandler<ConfigMap> {
        @Override
        public void onAdd(ConfigMap added) {
            record("added", added);
        }

        @Override
        public void onUpdate(ConfigMap before, ConfigMap after) {
            record("updated", after);
        }

        @Override
        public void onDelete(ConfigMap deleted, boolean unknown) {
            record("deleted", deleted);
        }

        private void record(String event, ConfigMap object) {
            seen.add(event + " " + object.getMetadata().getName() + " "
                    + object.getData().get("count"));
        }
    }
}
