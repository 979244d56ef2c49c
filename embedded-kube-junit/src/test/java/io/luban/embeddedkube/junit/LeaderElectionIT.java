package io.luban.embeddedkube.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfigBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectorBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import io.luban.kube.KubeClients;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** Contenders for a Lease agree on one leader, also when the server restarts and when the leader goes. */
@EmbeddedKubernetes(simulation = false)
@SuppressWarnings("NullAway.Init")
class LeaderElectionIT {
    private RunningKubernetes kubernetes;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private final List<String> leaders = new CopyOnWriteArrayList<>();

    @Test
    void one_leads_keeps_leading_over_a_restart_and_hands_over_when_it_stops() {
        try (var first = KubeClients.fromKubeconfig(kubernetes.kubeconfig());
                var second = KubeClients.fromKubeconfig(kubernetes.kubeconfig());
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var elections = List.of(contend(first, "a", threads), contend(second, "b", threads));
            await().atMost(PATIENCE).until(() -> leaders.size() == 1);

            kubernetes.restart();
            var lease = first.leases().inNamespace("default").withName("election");
            await().atMost(PATIENCE).ignoreExceptions().until(() -> {
                var before = lease.get().getSpec().getRenewTime();
                java.util.concurrent.locks.LockSupport.parkNanos(
                        Duration.ofSeconds(2).toNanos());
                return lease.get().getSpec().getRenewTime().isAfter(before);
            });
            assertThat(leaders).hasSize(1);

            elections.get(leaders.getFirst().equals("a") ? 0 : 1).cancel(true);
            await().atMost(PATIENCE).until(() -> leaders.size() == 2);
            assertThat(leaders).containsExactlyInAnyOrder("a", "b");
            elections.forEach(election -> election.cancel(true));
        }
    }

    private CompletableFuture<?> contend(
            KubernetesClient client, String identity, java.util.concurrent.Executor executor) {
        var config = new LeaderElectionConfigBuilder()
                .withName("election")
                .withLock(new LeaseLock("default", "election", identity))
                .withLeaseDuration(Duration.ofSeconds(30))
                .withRenewDeadline(Duration.ofSeconds(25))
                .withRetryPeriod(Duration.ofMillis(500))
                .withReleaseOnCancel(true)
                .withLeaderCallbacks(new LeaderCallbacks(() -> {}, () -> {}, leader -> {
                    if (leader.equals(identity)) {
                        leaders.add(identity);
                    }
                }))
                .build();
        return new LeaderElectorBuilder(client, executor)
                .withConfig(config)
                .build()
                .start();
    }
}
