package io.luban.embeddedkube.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.configuration.SimulationSettings;
import io.luban.embeddedkube.gc.GarbageCollector;
import io.luban.embeddedkube.memory.TestCluster;
import io.luban.embeddedkube.reconcile.Cluster;
import io.luban.embeddedkube.reconcile.Controller;
import io.luban.embeddedkube.reconcile.ControllerRunner;
import io.luban.embeddedkube.reconcile.EventRecorder;
import io.luban.embeddedkube.tree.Conditions;
import io.luban.embeddedkube.tree.Trees;
import java.time.Duration;
import java.util.ArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SimulationTest {
    private static final SimulationSettings SETTINGS =
            new SimulationSettings(true, Duration.ofMillis(10), 0, "10.244.0.0/16");
    private static final String TEMPLATE = """
            {'metadata': {'labels': {'app': 'web'}}, 'spec': {'restartPolicy': '%s', 'containers': [
              {'name': 'c', 'image': '%s'}]}}""";

    private final TestCluster cluster = new TestCluster();
    private final ControllerRunner runner;
    private final EventRecorder recorder;

    SimulationTest() {
        cluster.with(new PodScheduling(cluster.store(), SETTINGS));
        recorder = EventRecorder.start(cluster.cluster());
        var controllers =
                new ArrayList<Controller>(Simulation.controllers(cluster.cluster(), SETTINGS, false, recorder));
        controllers.add(new GarbageCollector(cluster.cluster()));
        runner = ControllerRunner.start(cluster.store(), controllers);
    }

    @AfterEach
    void close() {
        runner.close();
        recorder.close();
        cluster.close();
    }

    private ObjectNode deployment(String annotations) {
        return cluster.create("""
                {'apiVersion': 'apps/v1', 'kind': 'Deployment', 'metadata': {'name': 'web', 'namespace': 'default',
                  'generation': 1, 'annotations': {%s}},
                 'spec': {'replicas': 2, 'selector': {'matchLabels': {'app': 'web'}},
                  'strategy': {'type': 'RollingUpdate', 'rollingUpdate': {'maxSurge': '25%%', 'maxUnavailable': '25%%'}},
                  'template': %s}}""".formatted(annotations, TEMPLATE.formatted("Always", "nginx:1")));
    }

    private JsonNode deployment() {
        return cluster.get("deployments.apps", "default", "web");
    }

    private void change(String plural, String name, Consumer<ObjectNode> change) {
        var key = Cluster.key(TestCluster.resource(plural), cluster.get(plural, "default", name));
        cluster.cluster().modify(key, "", live -> {
            change.accept(live);
            return live;
        });
    }

    private static boolean isRolledOut(JsonNode deployment, int replicas) {
        var status = deployment.path("status");
        return Trees.at(deployment, "metadata", "generation").asLong()
                        == status.path("observedGeneration").asLong()
                && status.path("updatedReplicas").asInt() == replicas
                && status.path("replicas").asInt() == replicas
                && status.path("availableReplicas").asInt() == replicas
                && Conditions.isTrue(deployment, "Available");
    }

    @Test
    void a_namespace_may_opt_out_for_all_that_is_in_it() {
        cluster.create("""
                {'apiVersion': 'v1', 'kind': 'Namespace', 'metadata': {'name': 'real',
                 'annotations': {'kube.luban.io/simulate': 'false'}}}""");
        var pod = "{'apiVersion': 'v1', 'kind': 'Pod', 'metadata': {'name': 'p', 'namespace': '%s'},"
                + " 'spec': {'containers': [{'name': 'c', 'image': 'i'}]}}";
        cluster.create(pod.formatted("real"));
        cluster.create(pod.formatted("default"));

        await().until(() -> Conditions.isTrue(cluster.get("pods", "default", "p"), "Ready"));

        assertThat(Trees.text(cluster.get("pods", "real", "p"), "spec", "nodeName"))
                .isEmpty();
        assertThat(Trees.text(cluster.get("pods", "real", "p"), "status", "phase"))
                .isEqualTo("Pending");
    }

    @Test
    void a_deployment_becomes_available_with_a_replica_set_and_pods() {
        deployment("");

        await().until(() -> isRolledOut(deployment(), 2));
        var sets = cluster.list("replicasets.apps", "default");
        assertThat(sets).hasSize(1);
        assertThat(Trees.name(sets.getFirst())).matches("web-[bcdfghjklmnpqrstvwxz2456789]{10}");
        assertThat(Trees.at(sets.getFirst(), "status", "readyReplicas").asInt()).isEqualTo(2);
        assertThat(Trees.annotation(deployment(), "deployment.kubernetes.io/revision"))
                .isEqualTo("1");
        assertThat(Trees.annotation(deployment(), "kube.luban.io/simulated")).isEqualTo("true");
        var pod = cluster.list("pods", "default").getFirst();
        assertThat(Conditions.isTrue(pod, "SimulatedRuntime")).isTrue();
        assertThat(Trees.text(pod, "status", "podIP")).startsWith("10.244.");
        assertThat(Trees.text(pod, "status", "message")).isEqualTo("simulated: no container is running");
    }

    @Test
    void a_changed_template_rolls_out_a_new_revision_and_empties_the_old_one() {
        deployment("");
        await().until(() -> isRolledOut(deployment(), 2));

        change(
                "deployments.apps",
                "web",
                live -> ((ObjectNode) live.at("/spec/template/spec/containers/0")).put("image", "nginx:2"));

        await().until(() -> Trees.annotation(deployment(), "deployment.kubernetes.io/revision")
                        .equals("2")
                && isRolledOut(deployment(), 2));
        assertThat(cluster.list("replicasets.apps", "default"))
                .extracting(set -> Trees.at(set, "spec", "replicas").asInt())
                .containsExactlyInAnyOrder(0, 2);
        assertThat(cluster.list("pods", "default"))
                .allMatch(pod -> pod.at("/spec/containers/0/image").asText().equals("nginx:2"));
    }

    @Test
    void scaling_adds_and_removes_pods() {
        deployment("");
        await().until(() -> isRolledOut(deployment(), 2));

        change("deployments.apps", "web", live -> Trees.ensure(live, "spec").put("replicas", 5));
        await().until(() -> isRolledOut(deployment(), 5));
        change("deployments.apps", "web", live -> Trees.ensure(live, "spec").put("replicas", 1));

        await().until(() -> isRolledOut(deployment(), 1));
        assertThat(cluster.list("pods", "default")).hasSize(1);
    }

    @Test
    void a_deployment_that_opts_out_gets_nothing() {
        deployment("'kube.luban.io/simulate': 'false'");

        await().during(Duration.ofMillis(200))
                .until(() -> cluster.list("replicasets.apps", "default").isEmpty());
    }

    @Test
    void pods_go_with_their_deployment() {
        deployment("");
        await().until(() -> isRolledOut(deployment(), 2));

        cluster.delete("deployments.apps", "default", "web", "Foreground");

        await().until(() -> cluster.find("deployments.apps", "default", "web").isEmpty());
        assertThat(cluster.list("pods", "default")).isEmpty();
    }

    private void job(String annotations) {
        cluster.create("""
                {'apiVersion': 'batch/v1', 'kind': 'Job', 'metadata': {'name': 'task', 'namespace': 'default',
                  'annotations': {%s}},
                 'spec': {'completions': 2, 'parallelism': 1, 'template': %s}}""".formatted(annotations, TEMPLATE.formatted("Never", "busybox")));
    }

    @Test
    void a_job_completes() {
        job("");

        await().until(() -> Conditions.isTrue(cluster.get("jobs.batch", "default", "task"), "Complete"));
        var job = cluster.get("jobs.batch", "default", "task");
        assertThat(Trees.at(job, "status", "succeeded").asInt()).isEqualTo(2);
        assertThat(Trees.text(job, "status", "completionTime")).isNotEmpty();
    }

    @Test
    void a_job_fails_when_asked_to() {
        job("'kube.luban.io/simulate-failure': 'true'");

        await().until(() -> Conditions.isTrue(cluster.get("jobs.batch", "default", "task"), "Failed"));
        assertThat(Conditions.isTrue(cluster.get("jobs.batch", "default", "task"), "Complete"))
                .isFalse();
    }

    @Test
    void a_hook_pod_succeeds_and_another_one_keeps_running() {
        cluster.create("""
                {'apiVersion': 'v1', 'kind': 'Pod', 'metadata': {'name': 'hook', 'namespace': 'default',
                  'annotations': {'helm.sh/hook': 'test'}},
                 'spec': {'restartPolicy': 'Never', 'containers': [{'name': 'c', 'image': 'x'}]}}""");
        cluster.create("""
                {'apiVersion': 'v1', 'kind': 'Pod', 'metadata': {'name': 'plain', 'namespace': 'default'},
                 'spec': {'restartPolicy': 'Always', 'containers': [{'name': 'c', 'image': 'x'}]}}""");

        await().until(() -> Trees.text(cluster.get("pods", "default", "hook"), "status", "phase")
                .equals("Succeeded"));
        await().until(() -> Conditions.isTrue(cluster.get("pods", "default", "plain"), "Ready"));
    }

    @Test
    void a_stateful_set_numbers_its_pods_and_binds_their_claims() {
        cluster.create("""
                {'apiVersion': 'apps/v1', 'kind': 'StatefulSet', 'metadata': {'name': 'db', 'namespace': 'default',
                  'generation': 1},
                 'spec': {'replicas': 2, 'serviceName': 'db', 'selector': {'matchLabels': {'app': 'web'}},
                  'template': %s,
                  'volumeClaimTemplates': [{'metadata': {'name': 'data'}, 'spec': {'accessModes': ['ReadWriteOnce'],
                    'resources': {'requests': {'storage': '1Gi'}}}}]}}""".formatted(TEMPLATE.formatted("Always", "db:1")));

        await().until(() -> {
            var status = cluster.get("statefulsets.apps", "default", "db").path("status");
            return status.path("readyReplicas").asInt() == 2
                    && status.path("updatedReplicas").asInt() == 2
                    && status.path("currentRevision").equals(status.path("updateRevision"));
        });
        assertThat(cluster.list("pods", "default")).extracting(Trees::name).containsExactly("db-0", "db-1");
        await().until(() -> cluster.list("persistentvolumeclaims", "default").stream()
                .allMatch(claim -> Trees.text(claim, "status", "phase").equals("Bound")));

        change(
                "statefulsets.apps",
                "db",
                live -> ((ObjectNode) live.at("/spec/template/spec/containers/0")).put("image", "db:2"));

        await().until(() -> {
            var status = cluster.get("statefulsets.apps", "default", "db").path("status");
            return cluster.list("pods", "default").stream()
                            .allMatch(pod ->
                                    pod.at("/spec/containers/0/image").asText().equals("db:2"))
                    && status.path("readyReplicas").asInt() == 2
                    && status.path("currentRevision").equals(status.path("updateRevision"));
        });
    }

    @Test
    void a_volume_goes_with_its_claim() {
        cluster.create("""
                {'apiVersion': 'v1', 'kind': 'PersistentVolumeClaim', 'metadata': {'name': 'c', 'namespace': 'default'},
                 'spec': {'accessModes': ['ReadWriteOnce'], 'resources': {'requests': {'storage': '1Gi'}}}}""");
        await().until(() -> Trees.text(cluster.get("persistentvolumeclaims", "default", "c"), "status", "phase")
                .equals("Bound"));
        assertThat(cluster.list("persistentvolumes", "")).hasSize(1);

        cluster.delete("persistentvolumeclaims", "default", "c", "Background");

        await().until(() -> cluster.list("persistentvolumes", "").isEmpty());
    }

    @Test
    void a_load_balancer_gets_an_address() {
        cluster.create("""
                {'apiVersion': 'v1', 'kind': 'Service', 'metadata': {'name': 'lb', 'namespace': 'default'},
                 'spec': {'type': 'LoadBalancer', 'ports': [{'port': 80}]}}""");

        await().until(() -> cluster.get("services", "default", "lb")
                .at("/status/loadBalancer/ingress/0/ip")
                .asText()
                .equals("127.0.0.1"));
    }
}
