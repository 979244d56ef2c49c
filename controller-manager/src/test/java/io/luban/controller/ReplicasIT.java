package io.luban.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.controller.leadership.ElectionSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two replicas of the controllers over one cluster, of which one leads at a time. */
@SuppressWarnings("NullAway.Init") // every test begins with start
class ReplicasIT {
    private static final String LEASE =
            "/apis/coordination.k8s.io/v1/namespaces/kubesphere-system/leases/ks-controller-manager-leader-election";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    private TestPlatform platform;
    private ControllerManager first;
    private ControllerManager second;

    /** Both replicas, before a cluster where workloads take this long until they are ready. */
    private void start(Duration simulated) {
        platform = TestPlatform.start(directory, simulated);
        HelloExtension.write(directory, "1.0.0");
        platform.publish(directory.resolve("hello-1.0.0"));
        platform.stopControllers();
        first = platform.startReplica(replica("first"));
        await().atMost(PATIENCE).until(first::leads);
        second = platform.startReplica(replica("second"));
    }

    @AfterEach
    void stop() {
        second.close();
        first.close();
        platform.close();
    }

    private static ReplicaSettings replica(String name) {
        return new ReplicaSettings(
                new ElectionSettings(
                        name, Duration.ofSeconds(15), Duration.ofSeconds(10), Duration.ofMillis(200), Map.of()),
                "127.0.0.1");
    }

    @Test
    void the_one_that_does_not_lead_leaves_operations_alone_and_takes_over_when_the_leader_stops() {
        start(Duration.ofMillis(100));
        platform.install("hello", "1.0.0", "");
        platform.awaitState("hello", "Installed");

        assertThat(first.leads()).isTrue();
        assertThat(second.leads()).isFalse();
        assertThat(first.operationLogs().operations("hello")).hasSize(1);
        assertThat(second.operationLogs().operations("hello")).isEmpty();
        assertThat(history()).containsExactly("1 deployed");

        first.close();

        await().atMost(PATIENCE).until(second::leads);
        assertThat(lease().at("/spec/holderIdentity").asText()).isEqualTo("second");
        assertThat(lease().at("/spec/leaseTransitions").asInt()).isGreaterThanOrEqualTo(1);
        platform.remove("hello");
        platform.awaitGone("/apis/kubesphere.io/v1alpha1/installplans/hello");
        assertThat(second.operationLogs().operations("hello")).hasSize(1);
    }

    @Test
    void a_leader_that_loses_its_lease_ends_its_operation_and_another_one_repeats_it() {
        start(Duration.ofSeconds(8));
        platform.install("hello", "1.0.0", "");
        await().atMost(PATIENCE).until(() -> state().equals("Installing"));
        await().atMost(PATIENCE).until(() -> history().equals(List.of("1 pending-install")));

        take("somebody", 60);

        await().atMost(PATIENCE).until(() -> !first.leads());
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(
                                first.operationLogs().operations("hello").size())
                        .isEqualTo(1));
        // nobody leads until the lease of somebody who does not renew it has run out
        assertThat(second.leads()).isFalse();
        assertThat(state()).isEqualTo("Installing");
        assertThat(history()).containsExactly("1 pending-install");

        take("somebody", 1);

        await().atMost(PATIENCE).until(() -> first.leads() != second.leads());
        platform.awaitState("hello", "Installed");
        assertThat(history()).last().isEqualTo("2 deployed");
    }

    @Test
    void writes_are_judged_by_those_who_are_left_before_one_of_them_leads() {
        start(Duration.ofMillis(100));
        take("somebody", 60);
        await().atMost(PATIENCE).until(() -> !first.leads());

        first.close();

        await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> {
            platform.install("hello", "1.0.0", "key: value  ");
            assertThat(platform.plan("hello").at("/spec/config").asText()).isEqualTo("key: value");
        });
        assertThat(second.leads()).isFalse();
    }

    private void take(String holder, int seconds) {
        await().atMost(PATIENCE).ignoreExceptions().until(() -> {
            var lease = lease();
            lease.withObject("/spec").put("holderIdentity", holder).put("leaseDurationSeconds", seconds);
            platform.kube().update(LEASE, lease);
            return true;
        });
    }

    private ObjectNode lease() {
        return platform.kube().get(LEASE);
    }

    private String state() {
        return platform.plan("hello").at("/status/state").asText();
    }

    private List<String> history() {
        Supplier<com.fasterxml.jackson.databind.JsonNode> secrets = () -> platform.kube()
                .get("/api/v1/namespaces/extension-hello/secrets?labelSelector=owner%3Dhelm")
                .path("items");
        var revisions = new java.util.ArrayList<String>();
        secrets.get()
                .forEach(secret ->
                        revisions.add(secret.at("/metadata/labels/version").asText() + " "
                                + secret.at("/metadata/labels/status").asText()));
        return revisions.stream().sorted().toList();
    }
}
