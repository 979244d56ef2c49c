package io.luban.embeddedkube.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.luban.embeddedkube.configuration.SimulationSettings;
import io.luban.embeddedkube.memory.TestCluster;
import io.luban.embeddedkube.reconcile.Cluster;
import io.luban.embeddedkube.reconcile.ControllerRunner;
import io.luban.embeddedkube.reconcile.EventRecorder;
import io.luban.embeddedkube.tree.Conditions;
import io.luban.embeddedkube.tree.Trees;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClaimsTest {
    private static final SimulationSettings SETTINGS =
            new SimulationSettings(true, Duration.ofMillis(5), 0, "10.244.0.0/16");

    private final TestCluster cluster = new TestCluster();
    private final EventRecorder recorder;
    private final ControllerRunner runner;

    ClaimsTest() {
        cluster.with(new PodScheduling(cluster.store(), SETTINGS));
        recorder = EventRecorder.start(cluster.cluster());
        runner = ControllerRunner.start(
                cluster.store(), Simulation.controllers(cluster.cluster(), SETTINGS, false, recorder));
    }

    @AfterEach
    void close() {
        runner.close();
        recorder.close();
        cluster.close();
    }

    private void claim(String storageClass) {
        cluster.create("""
                {'apiVersion': 'v1', 'kind': 'PersistentVolumeClaim', 'metadata': {'name': 'c', 'namespace': 'default'},
                 'spec': {'accessModes': ['ReadWriteOnce'], 'storageClassName': '%s',
                  'resources': {'requests': {'storage': '1Gi'}}}}""".formatted(storageClass));
    }

    private void storageClass(String name, String more) {
        cluster.create("""
                {'apiVersion': 'storage.k8s.io/v1', 'kind': 'StorageClass', 'metadata': {'name': '%s'},
                 'provisioner': 'x.io/y', %s}""".formatted(name, more));
    }

    private String phase() {
        return Trees.text(cluster.get("persistentvolumeclaims", "default", "c"), "status", "phase");
    }

    private boolean isTold(String reason) {
        return cluster.list("events", "default").stream()
                .anyMatch(event -> Trees.text(event, "reason").equals(reason));
    }

    private static void eventually(Callable<Boolean> condition) {
        await().atMost(Duration.ofSeconds(60)).until(condition);
    }

    @Test
    void a_claim_of_an_unknown_class_waits_until_the_class_is_there() {
        claim("fast");
        eventually(() -> isTold("ProvisioningFailed"));
        assertThat(phase()).isNotEqualTo("Bound");

        storageClass("fast", "'reclaimPolicy': 'Delete', 'volumeBindingMode': 'Immediate'");

        eventually(() -> phase().equals("Bound"));
    }

    @Test
    void a_claim_waits_for_its_first_consumer() {
        storageClass("late", "'reclaimPolicy': 'Delete', 'volumeBindingMode': 'WaitForFirstConsumer'");
        claim("late");
        eventually(() -> isTold("WaitForFirstConsumer"));
        assertThat(phase()).isNotEqualTo("Bound");

        cluster.create("""
                {'apiVersion': 'v1', 'kind': 'Pod', 'metadata': {'name': 'user', 'namespace': 'default'},
                 'spec': {'containers': [{'name': 'c', 'image': 'x'}],
                  'volumes': [{'name': 'v', 'persistentVolumeClaim': {'claimName': 'c'}}]}}""");

        eventually(() -> Conditions.isTrue(cluster.get("pods", "default", "user"), "Ready"));
        assertThat(phase()).isEqualTo("Bound");
    }

    @Test
    void a_volume_that_is_to_be_kept_is_released() {
        storageClass("kept", "'reclaimPolicy': 'Retain', 'volumeBindingMode': 'Immediate'");
        claim("kept");
        eventually(() -> phase().equals("Bound"));

        cluster.delete("persistentvolumeclaims", "default", "c", "Background");

        eventually(() -> cluster.list("persistentvolumes", "").stream()
                .allMatch(volume -> Trees.text(volume, "status", "phase").equals("Released")));
        assertThat(cluster.list("persistentvolumes", "")).hasSize(1);
    }

    @Test
    void a_volume_made_by_hand_is_taken_where_there_is_no_class() {
        claim("");
        eventually(() -> isTold("FailedBinding"));

        cluster.create("""
                {'apiVersion': 'v1', 'kind': 'PersistentVolume', 'metadata': {'name': 'disk'},
                 'spec': {'accessModes': ['ReadWriteOnce'], 'capacity': {'storage': '5Gi'},
                  'persistentVolumeReclaimPolicy': 'Retain', 'hostPath': {'path': '/x'}}}""");

        eventually(() -> phase().equals("Bound"));
        assertThat(cluster.get("persistentvolumeclaims", "default", "c")
                        .at("/status/capacity/storage")
                        .asText())
                .isEqualTo("5Gi");
    }

    @Test
    void a_bound_claim_grows() {
        storageClass("fast", "'reclaimPolicy': 'Delete', 'allowVolumeExpansion': true");
        claim("fast");
        eventually(() -> phase().equals("Bound"));
        var key = Cluster.key(
                TestCluster.resource("persistentvolumeclaims"), cluster.get("persistentvolumeclaims", "default", "c"));

        cluster.cluster().modify(key, "", live -> {
            Trees.ensure(live, "spec", "resources", "requests").put("storage", "2Gi");
            return live;
        });

        eventually(() -> cluster.get("persistentvolumeclaims", "default", "c")
                .at("/status/capacity/storage")
                .asText()
                .equals("2Gi"));
    }
}
