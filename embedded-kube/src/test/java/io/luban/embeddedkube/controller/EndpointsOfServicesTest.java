package io.luban.embeddedkube.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.memory.TestCluster;
import io.luban.embeddedkube.reconcile.Cluster;
import io.luban.embeddedkube.tree.SimulationMark;
import io.luban.embeddedkube.tree.Trees;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EndpointsOfServicesTest {
    private static final String SLICES = "endpointslices.discovery.k8s.io";

    private final TestCluster cluster = new TestCluster().running(EndpointsOfServices::new);

    EndpointsOfServicesTest() {
        cluster.create("""
                {'apiVersion': 'v1', 'kind': 'Service', 'metadata': {'name': 'web', 'namespace': 'default'},
                 'spec': {'selector': {'app': 'web'}, 'ports': [{'port': 80, 'targetPort': 'http'}]}}""");
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    @Test
    void more_than_a_hundred_pods_are_spread_over_slices() {
        for (int i = 0; i < 230; i++) {
            pod(i, 8080);
        }

        await().until(() -> sizes().equals(List.of(100, 100, 30)));
        assertThat(addresses()).hasSize(230).doesNotHaveDuplicates();
        assertThat(cluster.get("endpoints", "default", "web").at("/subsets/0/addresses"))
                .hasSize(230);

        for (int i = 0; i < 150; i++) {
            cluster.delete("pods", "default", "p" + i, "Background");
        }
        await().until(() -> sizes().equals(List.of(80)));
    }

    @Test
    void pods_that_mean_other_numbers_by_a_named_port_stand_apart() {
        pod(1, 8080);
        pod(2, 9090);

        await().until(() -> sizes().equals(List.of(1, 1)));
        assertThat(slices().stream().map(slice -> slice.at("/ports/0/port").asInt()))
                .containsExactlyInAnyOrder(8080, 9090);
        assertThat(cluster.get("endpoints", "default", "web").path("subsets")).hasSize(2);
    }

    @Test
    void pods_that_are_only_simulated_stand_apart_under_a_mark() {
        pod(1, 8080);
        pod(2, 8080, SimulationMark.NAME);

        await().until(() -> sizes().equals(List.of(1, 1)));
        var marked = slices().stream().filter(SimulationMark::isOn).toList();
        assertThat(marked).hasSize(1);
        assertThat(marked.getFirst().at("/endpoints/0/targetRef/name").asText()).isEqualTo("p2");
        assertThat(SimulationMark.isOn(cluster.get("endpoints", "default", "web")))
                .isFalse();

        cluster.delete("pods", "default", "p1", "Background");
        await().until(() -> SimulationMark.isOn(cluster.get("endpoints", "default", "web")));

        pod(3, 8080);
        await().until(() -> !SimulationMark.isOn(cluster.get("endpoints", "default", "web")));
    }

    private void pod(int number, int port) {
        pod(number, port, "example.com/real");
    }

    private void pod(int number, int port, String annotation) {
        var pod = cluster.create("""
                {'apiVersion': 'v1', 'kind': 'Pod',
                 'metadata': {'name': 'p%d', 'namespace': 'default', 'labels': {'app': 'web'},
                              'annotations': {'%s': 'true'}},
                 'spec': {'containers': [{'name': 'a', 'image': 'a', 'ports': [{'name': 'http', 'containerPort': %d}]}]}}
                """.formatted(number, annotation, port));
        cluster.cluster().modify(Cluster.key(TestCluster.resource("pods"), pod), "status", live -> {
            Trees.ensure(live, "status").put("podIP", "10.244.%d.%d".formatted(number / 200, number % 200));
            Trees.ensureArray(Trees.ensure(live, "status"), "conditions")
                    .addObject()
                    .put("type", "Ready")
                    .put("status", "True");
            return live;
        });
    }

    private List<ObjectNode> slices() {
        return cluster.list(SLICES, "default").stream()
                .filter(slice -> !slice.path("endpoints").isEmpty())
                .toList();
    }

    private List<Integer> sizes() {
        return slices().stream()
                .map(slice -> slice.path("endpoints").size())
                .sorted((a, b) -> b - a)
                .toList();
    }

    private List<String> addresses() {
        return slices().stream()
                .flatMap(slice -> slice.path("endpoints").valueStream())
                .map(endpoint -> endpoint.at("/addresses/0").asText())
                .toList();
    }
}
