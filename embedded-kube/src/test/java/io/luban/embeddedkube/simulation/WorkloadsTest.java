package io.luban.embeddedkube.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.admission.AdmissionPlugin;
import io.luban.embeddedkube.admission.AdmissionRequest;
import io.luban.embeddedkube.configuration.SimulationSettings;
import io.luban.embeddedkube.gc.GarbageCollector;
import io.luban.embeddedkube.memory.TestCluster;
import io.luban.embeddedkube.reconcile.Cluster;
import io.luban.embeddedkube.reconcile.Controller;
import io.luban.embeddedkube.reconcile.ControllerRunner;
import io.luban.embeddedkube.reconcile.EventRecorder;
import io.luban.embeddedkube.tree.Conditions;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.ApiException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkloadsTest {
    private static final String TEMPLATE = """
            {'metadata': {'labels': {'app': 'web'}}, 'spec': {'restartPolicy': '%s', 'containers': [
              {'name': 'c', 'image': 'nginx:1'}]}}""";

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final TestCluster cluster = new TestCluster();
    private final List<AutoCloseable> open = new ArrayList<>();

    private void run(int nodes) {
        run(new SimulationSettings(true, Duration.ofMillis(5), nodes, "10.244.0.0/16"), false);
    }

    private void run(SimulationSettings settings, boolean workloads) {
        if (settings.enabled()) {
            cluster.with(new PodScheduling(cluster.store(), settings));
        }
        var recorder = EventRecorder.start(cluster.cluster());
        var controllers =
                new ArrayList<Controller>(Simulation.controllers(cluster.cluster(), settings, workloads, recorder));
        controllers.add(new GarbageCollector(cluster.cluster()));
        open.add(ControllerRunner.start(cluster.store(), controllers));
        open.add(recorder);
    }

    @AfterEach
    void close() throws Exception {
        for (var part : open) {
            part.close();
        }
        cluster.close();
    }

    private void workload(String apiVersion, String kind, String name, String spec, String restartPolicy) {
        cluster.create("""
                {'apiVersion': '%s', 'kind': '%s', 'metadata': {'name': '%s', 'namespace': 'default', 'generation': 1},
                 'spec': {%s, 'template': %s}}""".formatted(apiVersion, kind, name, spec, TEMPLATE.formatted(restartPolicy)));
    }

    private void deployment(String more) {
        workload(
                "apps/v1",
                "Deployment",
                "web",
                "'replicas': 3, 'progressDeadlineSeconds': 600, 'selector': {'matchLabels': {'app': 'web'}}" + more,
                "Always");
    }

    private void change(String plural, String name, Consumer<ObjectNode> change) {
        var key = Cluster.key(TestCluster.resource(plural), cluster.get(plural, "default", name));
        cluster.cluster().modify(key, "", live -> {
            change.accept(live);
            return live;
        });
    }

    private static void setImage(ObjectNode object, String image) {
        ((ObjectNode) object.at("/spec/template/spec/containers/0")).put("image", image);
    }

    private JsonNode status(String plural, String name) {
        return cluster.get(plural, "default", name).path("status");
    }

    private List<String> reasons(String kind) {
        return cluster.list("events", "default").stream()
                .filter(event -> Trees.text(event, "involvedObject", "kind").equals(kind))
                .map(event -> Trees.text(event, "reason"))
                .toList();
    }

    private static void eventually(Callable<Boolean> condition) {
        await().atMost(PATIENCE).until(condition);
    }

    private boolean isRolledOut() {
        var deployment = cluster.get("deployments.apps", "default", "web");
        var status = deployment.path("status");
        return status.path("observedGeneration").asLong()
                        == deployment.at("/metadata/generation").asLong()
                && status.path("updatedReplicas").asInt() == 3
                && status.path("replicas").asInt() == 3
                && status.path("availableReplicas").asInt() == 3;
    }

    @Test
    void a_set_whose_pods_are_refused_waits_between_its_tries() {
        var tries = new AtomicInteger();
        cluster.with(new AdmissionPlugin() {
            @Override
            public void validate(AdmissionRequest request) {
                if (request.type().storage().equals(Kinds.PODS)) {
                    tries.incrementAndGet();
                    throw ApiException.forbidden(Kinds.PODS, request.name(), "no room for " + request.name());
                }
            }
        });
        run(0);
        deployment("");

        eventually(() -> Conditions.isTrue(cluster.get("deployments.apps", "default", "web"), "ReplicaFailure"));
        int sofar = tries.get();
        await().pollDelay(Duration.ofSeconds(1)).until(() -> true);

        assertThat(Trees.text(status("replicasets.apps", replicaSet()).at("/conditions/0"), "reason"))
                .isEqualTo("FailedCreate");
        assertThat(tries.get() - sofar).isLessThan(100);
    }

    private String replicaSet() {
        return Trees.name(cluster.list("replicasets.apps", "default").getFirst());
    }

    @Test
    void controllers_tell_what_they_did() {
        run(0);
        deployment("");

        eventually(this::isRolledOut);
        eventually(() -> reasons("Deployment").contains("ScalingReplicaSet")
                && reasons("ReplicaSet").size() >= 3
                && reasons("Pod").containsAll(List.of("Scheduled", "Pulled", "Created", "Started")));
        assertThat(reasons("ReplicaSet")).containsExactly("SuccessfulCreate", "SuccessfulCreate", "SuccessfulCreate");
    }

    @Test
    void a_paused_deployment_keeps_its_template_but_is_resized() {
        run(0);
        deployment("");
        eventually(this::isRolledOut);

        change("deployments.apps", "web", live -> {
            Trees.ensure(live, "spec").put("paused", true).put("replicas", 5);
            setImage(live, "nginx:2");
        });

        eventually(() ->
                status("deployments.apps", "web").path("availableReplicas").asInt() == 5);
        assertThat(cluster.list("replicasets.apps", "default")).hasSize(1);
        assertThat(status("deployments.apps", "web").toString()).contains("DeploymentPaused");

        change("deployments.apps", "web", live -> {
            Trees.ensure(live, "spec").put("paused", false).put("replicas", 3);
        });
        eventually(() ->
                isRolledOut() && cluster.list("replicasets.apps", "default").size() == 2);
    }

    @Test
    void a_deployment_that_cannot_get_ready_keeps_its_old_pods() {
        run(0);
        deployment(", 'strategy': {'type': 'RollingUpdate', 'rollingUpdate': {'maxSurge': 1, 'maxUnavailable': 0}}");
        eventually(this::isRolledOut);

        change("deployments.apps", "web", live -> {
            Trees.ensure(live, "metadata", "annotations").put("kube.luban.io/simulate-failure", "true");
            Trees.ensure(live, "spec").put("progressDeadlineSeconds", 1);
            setImage(live, "nginx:broken");
        });

        eventually(() -> status("deployments.apps", "web").toString().contains("ProgressDeadlineExceeded"));
        assertThat(status("deployments.apps", "web").path("availableReplicas").asInt())
                .isEqualTo(3);
        eventually(
                () -> status("deployments.apps", "web").path("updatedReplicas").asInt() == 1);
    }

    @Test
    void history_is_kept_as_long_as_wanted() {
        run(0);
        deployment(", 'revisionHistoryLimit': 1");
        eventually(this::isRolledOut);

        for (int i = 2; i <= 4; i++) {
            var image = "nginx:" + i;
            change("deployments.apps", "web", live -> setImage(live, image));
            var revision = Integer.toString(i);
            eventually(() -> isRolledOut()
                    && Trees.annotation(
                                    cluster.get("deployments.apps", "default", "web"),
                                    "deployment.kubernetes.io/revision")
                            .equals(revision));
        }

        eventually(() -> cluster.list("replicasets.apps", "default").size() == 2);
    }

    @Test
    void an_orphan_that_matches_is_adopted() {
        run(0);
        cluster.create("""
                {'apiVersion': 'v1', 'kind': 'Pod', 'metadata': {'name': 'orphan', 'namespace': 'default',
                  'labels': {'app': 'web'}}, 'spec': {'containers': [{'name': 'c', 'image': 'x'}]}}""");
        workload("v1", "ReplicationController", "rc", "'replicas': 2, 'selector': {'app': 'web'}", "Always");

        eventually(() ->
                status("replicationcontrollers", "rc").path("readyReplicas").asInt() == 2);
        assertThat(cluster.list("pods", "default"))
                .hasSize(2)
                .anyMatch(pod -> Trees.name(pod).equals("orphan"));
    }

    @Test
    void an_indexed_job_works_on_every_index() {
        run(0);
        workload("batch/v1", "Job", "task", "'completions': 4, 'parallelism': 2, 'completionMode': 'Indexed'", "Never");

        eventually(() -> Conditions.isTrue(cluster.get("jobs.batch", "default", "task"), "Complete"));
        assertThat(Trees.text(status("jobs.batch", "task"), "completedIndexes")).isEqualTo("0-3");
        assertThat(cluster.list("pods", "default"))
                .hasSize(4)
                .allMatch(pod -> Trees.name(pod).matches("task-[0-3]-.{5}"));
        eventually(() -> reasons("Job").contains("Completed"));
    }

    @Test
    void a_suspended_job_has_no_pods_until_it_is_resumed() {
        run(0);
        workload("batch/v1", "Job", "task", "'suspend': true", "Never");
        eventually(() -> Conditions.isTrue(cluster.get("jobs.batch", "default", "task"), "Suspended"));
        assertThat(cluster.list("pods", "default")).isEmpty();

        change("jobs.batch", "task", live -> Trees.ensure(live, "spec").put("suspend", false));

        eventually(() -> Conditions.isTrue(cluster.get("jobs.batch", "default", "task"), "Complete"));
    }

    @Test
    void a_failing_job_is_tried_again_as_often_as_allowed() {
        run(0);
        cluster.create("""
                {'apiVersion': 'batch/v1', 'kind': 'Job', 'metadata': {'name': 'task', 'namespace': 'default',
                  'annotations': {'kube.luban.io/simulate-failure': 'true'}},
                 'spec': {'backoffLimit': 2, 'template': %s}}""".formatted(TEMPLATE.formatted("Never")));

        eventually(() -> Conditions.isTrue(cluster.get("jobs.batch", "default", "task"), "Failed"));
        assertThat(status("jobs.batch", "task").path("failed").asInt()).isEqualTo(3);
    }

    @Test
    void a_job_goes_when_its_time_after_the_end_is_over() {
        run(0);
        workload("batch/v1", "Job", "task", "'ttlSecondsAfterFinished': 0", "Never");

        eventually(() -> cluster.find("jobs.batch", "default", "task").isEmpty()
                && cluster.list("pods", "default").isEmpty());
    }

    @Test
    void a_cron_job_makes_jobs_and_keeps_few() {
        run(0);
        cluster.create("""
                {'apiVersion': 'batch/v1', 'kind': 'CronJob', 'metadata': {'name': 'tick', 'namespace': 'default'},
                 'spec': {'schedule': '@every 1s', 'successfulJobsHistoryLimit': 1,
                  'jobTemplate': {'spec': {'template': %s}}}}""".formatted(TEMPLATE.formatted("Never")));

        eventually(() -> !Trees.text(status("cronjobs.batch", "tick"), "lastSuccessfulTime")
                .isEmpty());
        assertThat(Trees.text(status("cronjobs.batch", "tick"), "lastScheduleTime"))
                .isNotEmpty();
        eventually(() -> reasons("CronJob").contains("SuccessfulCreate"));
    }

    @Test
    void a_partition_holds_back_an_update() {
        run(0);
        workload(
                "apps/v1",
                "StatefulSet",
                "db",
                "'replicas': 3, 'serviceName': 'db', 'selector': {'matchLabels': {'app': 'web'}},"
                        + " 'updateStrategy': {'type': 'RollingUpdate', 'rollingUpdate': {'partition': 2}}",
                "Always");
        eventually(() -> status("statefulsets.apps", "db").path("readyReplicas").asInt() == 3);

        change("statefulsets.apps", "db", live -> setImage(live, "nginx:2"));

        eventually(() -> status("statefulsets.apps", "db")
                                .path("updatedReplicas")
                                .asInt()
                        == 1
                && status("statefulsets.apps", "db").path("readyReplicas").asInt() == 3);
        assertThat(cluster.get("pods", "default", "db-1")
                        .at("/spec/containers/0/image")
                        .asText())
                .isEqualTo("nginx:1");
        assertThat(cluster.get("pods", "default", "db-2")
                        .at("/spec/containers/0/image")
                        .asText())
                .isEqualTo("nginx:2");
        assertThat(cluster.list("controllerrevisions.apps", "default")).hasSize(2);
    }

    @Test
    void a_set_keeps_as_many_old_revisions_as_it_says_when_its_rollout_is_over() {
        run(0);
        workload(
                "apps/v1",
                "StatefulSet",
                "db",
                "'replicas': 1, 'revisionHistoryLimit': 1, 'serviceName': 'db',"
                        + " 'selector': {'matchLabels': {'app': 'web'}}",
                "Always");
        for (var image : List.of("nginx:2", "nginx:3")) {
            eventually(() ->
                    status("statefulsets.apps", "db").path("readyReplicas").asInt() == 1);
            change("statefulsets.apps", "db", live -> setImage(live, image));
            eventually(() -> cluster.find("pods", "default", "db-0")
                    .filter(pod -> pod.at("/spec/containers/0/image").asText().equals(image))
                    .isPresent());
        }

        eventually(() -> cluster.list("controllerrevisions.apps", "default").size() == 2);
    }

    @Test
    void nodes_carry_daemons_and_a_cordoned_one_gets_nothing_new() {
        run(2);
        eventually(() -> cluster.list("nodes", "").size() == 2);
        workload("apps/v1", "DaemonSet", "agent", "'selector': {'matchLabels': {'app': 'web'}}", "Always");
        eventually(() -> status("daemonsets.apps", "agent").path("numberReady").asInt() == 2);

        var node = Cluster.key(TestCluster.resource("nodes"), cluster.get("nodes", "", "sim-node-0"));
        cluster.cluster().modify(node, "", live -> {
            Trees.ensure(live, "spec").put("unschedulable", true);
            return live;
        });
        eventually(() ->
                !cluster.get("nodes", "", "sim-node-0").at("/spec/taints/0").isMissingNode());
        deployment("");

        eventually(this::isRolledOut);
        assertThat(cluster.list("pods", "default").stream()
                        .filter(pod -> Trees.name(pod).startsWith("web-")))
                .allMatch(pod -> Trees.text(pod, "spec", "nodeName").equals("sim-node-1"));
        eventually(() -> cluster.find("leases.coordination.k8s.io", "kube-node-lease", "sim-node-0")
                .isPresent());
    }

    @Test
    void new_daemons_may_come_before_the_old_ones_go() {
        run(2);
        eventually(() -> cluster.list("nodes", "").size() == 2);
        workload(
                "apps/v1",
                "DaemonSet",
                "agent",
                "'selector': {'matchLabels': {'app': 'web'}}, 'updateStrategy': {'type': 'RollingUpdate',"
                        + " 'rollingUpdate': {'maxSurge': 1, 'maxUnavailable': 0}}",
                "Always");
        eventually(() -> status("daemonsets.apps", "agent").path("numberReady").asInt() == 2);
        var most = new AtomicInteger();
        var least = new AtomicInteger(Integer.MAX_VALUE);
        cluster.store().watchAll(event -> {
            if (event.object().key().resource().equals(Kinds.PODS)) {
                var pods = cluster.list("pods", "default").stream()
                        .filter(pod -> !Trees.isTerminating(pod))
                        .toList();
                most.accumulateAndGet(pods.size(), Math::max);
                int ready = (int) pods.stream()
                        .filter(pod -> Conditions.isTrue(pod, "Ready"))
                        .count();
                least.accumulateAndGet(ready, Math::min);
            }
        });

        change("daemonsets.apps", "agent", live -> setImage(live, "nginx:2"));

        eventually(() -> cluster.list("pods", "default").size() == 2
                && cluster.list("pods", "default").stream()
                        .allMatch(pod ->
                                pod.at("/spec/containers/0/image").asText().equals("nginx:2"))
                && status("daemonsets.apps", "agent")
                                .path("updatedNumberScheduled")
                                .asInt()
                        == 2);
        assertThat(least).as("never fewer than before").hasValueGreaterThanOrEqualTo(2);
        assertThat(most).as("one more at once").hasValue(3);
    }

    @Test
    void pods_that_keep_apart_are_put_on_different_nodes() {
        run(2);
        eventually(() -> cluster.list("nodes", "").size() == 2);
        for (int i = 0; i < 3; i++) {
            cluster.create("""
                    {'apiVersion': 'v1', 'kind': 'Pod',
                     'metadata': {'name': 'apart-%d', 'namespace': 'default', 'labels': {'app': 'apart'}},
                     'spec': {'containers': [{'name': 'c', 'image': 'x'}], 'affinity': {'podAntiAffinity': {
                      'requiredDuringSchedulingIgnoredDuringExecution': [{'topologyKey': 'kubernetes.io/hostname',
                       'labelSelector': {'matchLabels': {'app': 'apart'}}}]}}}}""".formatted(i));
        }
        cluster.create("""
                {'apiVersion': 'v1', 'kind': 'Pod',
                 'metadata': {'name': 'near', 'namespace': 'default', 'labels': {'app': 'near'}},
                 'spec': {'containers': [{'name': 'c', 'image': 'x'}], 'affinity': {'podAffinity': {
                  'requiredDuringSchedulingIgnoredDuringExecution': [{'topologyKey': 'kubernetes.io/hostname',
                   'labelSelector': {'matchLabels': {'app': 'apart'}}}]}}}}""");

        eventually(() -> reasons("Pod").contains("FailedScheduling")
                && Conditions.isTrue(cluster.get("pods", "default", "near"), "Ready"));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(cluster.list("pods", "default").stream()
                                .filter(pod -> Trees.name(pod).startsWith("apart"))
                                .map(pod -> Trees.text(pod, "spec", "nodeName")))
                        .containsExactlyInAnyOrder("", "sim-node-0", "sim-node-1"));
    }

    @Test
    void a_success_policy_ends_a_job_early() {
        run(0);
        workload(
                "batch/v1",
                "Job",
                "task",
                "'completionMode': 'Indexed', 'completions': 5, 'parallelism': 1,"
                        + " 'successPolicy': {'rules': [{'succeededIndexes': '0-1', 'succeededCount': 1}]}",
                "Never");

        eventually(() -> Conditions.isTrue(cluster.get("jobs.batch", "default", "task"), "Complete"));
        assertThat(status("jobs.batch", "task").path("conditions").toString())
                .contains("SuccessPolicy", "Matched rules at index 0");
        assertThat(status("jobs.batch", "task").path("succeeded").asInt()).isLessThan(5);
    }

    @Test
    void claims_of_a_set_go_as_its_policy_says() {
        run(0);
        workload(
                "apps/v1",
                "StatefulSet",
                "db",
                "'replicas': 2, 'serviceName': 'db', 'selector': {'matchLabels': {'app': 'web'}},"
                        + " 'persistentVolumeClaimRetentionPolicy': {'whenScaled': 'Delete', 'whenDeleted': 'Retain'},"
                        + " 'volumeClaimTemplates': [{'metadata': {'name': 'data'}, 'spec': {'accessModes':"
                        + " ['ReadWriteOnce'], 'storageClassName': 'local-sim',"
                        + " 'resources': {'requests': {'storage': '1Gi'}}}}]",
                "Always");
        eventually(() -> status("statefulsets.apps", "db").path("readyReplicas").asInt() == 2);

        change("statefulsets.apps", "db", live -> Trees.ensure(live, "spec").put("replicas", 1));
        eventually(() -> cluster.list("persistentvolumeclaims", "default").size() == 1);

        cluster.delete("statefulsets.apps", "default", "db", "Background");
        eventually(() -> cluster.list("pods", "default").isEmpty());
        assertThat(cluster.find("persistentvolumeclaims", "default", "data-db-0"))
                .isPresent();
    }

    @Test
    void a_pod_that_fits_nowhere_waits_and_says_why() {
        run(1);
        cluster.create("""
                {'apiVersion': 'v1', 'kind': 'Pod', 'metadata': {'name': 'picky', 'namespace': 'default'},
                 'spec': {'nodeSelector': {'disk': 'ssd'}, 'containers': [{'name': 'c', 'image': 'x'}]}}""");

        eventually(() -> reasons("Pod").contains("FailedScheduling"));
        var node = Cluster.key(TestCluster.resource("nodes"), cluster.get("nodes", "", "sim-node-0"));
        cluster.cluster().modify(node, "", live -> {
            Trees.ensure(live, "metadata", "labels").put("disk", "ssd");
            return live;
        });

        eventually(() -> Conditions.isTrue(cluster.get("pods", "default", "picky"), "Ready"));
    }

    @Test
    void a_budget_counts_what_may_go() {
        run(0);
        deployment("");
        cluster.create("""
                {'apiVersion': 'policy/v1', 'kind': 'PodDisruptionBudget', 'metadata': {'name': 'b', 'namespace': 'default'},
                 'spec': {'minAvailable': 2, 'selector': {'matchLabels': {'app': 'web'}}}}""");

        eventually(() -> status("poddisruptionbudgets.policy", "b")
                        .path("disruptionsAllowed")
                        .asInt()
                == 1);
        assertThat(status("poddisruptionbudgets.policy", "b")
                        .path("currentHealthy")
                        .asInt())
                .isEqualTo(3);
    }

    @Test
    void an_autoscaler_sees_its_target_and_leaves_it_alone() {
        run(0);
        deployment("");
        cluster.create("""
                {'apiVersion': 'autoscaling/v2', 'kind': 'HorizontalPodAutoscaler',
                 'metadata': {'name': 'h', 'namespace': 'default'},
                 'spec': {'maxReplicas': 9, 'scaleTargetRef': {'apiVersion': 'apps/v1', 'kind': 'Deployment', 'name': 'web'}}}""");

        eventually(() -> status("horizontalpodautoscalers.autoscaling", "h")
                        .path("currentReplicas")
                        .asInt()
                == 3);
        assertThat(cluster.get("deployments.apps", "default", "web")
                        .at("/spec/replicas")
                        .asInt())
                .isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource({"5, 9, 5, below Spec.MinReplicas", "1, 2, 2, above Spec.MaxReplicas"})
    void an_autoscaler_keeps_its_target_within_the_bounds(int least, int most, int wanted, String reason) {
        run(0);
        deployment("");
        cluster.create("""
                {'apiVersion': 'autoscaling/v2', 'kind': 'HorizontalPodAutoscaler',
                 'metadata': {'name': 'h', 'namespace': 'default'}, 'spec': {'minReplicas': %d, 'maxReplicas': %d,
                 'scaleTargetRef': {'apiVersion': 'apps/v1', 'kind': 'Deployment', 'name': 'web'}}}""".formatted(least, most));

        eventually(() -> status("horizontalpodautoscalers.autoscaling", "h")
                        .path("currentReplicas")
                        .asInt()
                == wanted);
        assertThat(cluster.get("deployments.apps", "default", "web")
                        .at("/spec/replicas")
                        .asInt())
                .isEqualTo(wanted);
        eventually(() -> cluster.list("events", "default").stream()
                .anyMatch(event -> Trees.text(event, "message")
                        .equals("New size: %d; reason: Current number of replicas %s".formatted(wanted, reason))));
    }

    @Test
    void workload_controllers_alone_create_pods_that_stay_pending() {
        run(new SimulationSettings(false, Duration.ofMillis(5), 0, "10.244.0.0/16"), true);
        deployment("");

        eventually(() -> cluster.list("pods", "default").size() == 3);
        assertThat(cluster.list("pods", "default"))
                .allMatch(pod -> Trees.text(pod, "status", "phase").equals("Pending"));
        assertThat(Trees.annotation(cluster.get("deployments.apps", "default", "web"), "kube.luban.io/simulated"))
                .isEmpty();
    }
}
