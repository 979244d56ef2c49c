package io.luban.embeddedkube.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luban.embeddedkube.memory.TestCluster;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.ApiException;
import io.luban.model.GroupResource;
import io.luban.model.Json;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DisruptionGuardTest {
    private static final GroupResource BUDGETS = new GroupResource("policy", "poddisruptionbudgets");

    private final TestCluster cluster = new TestCluster();
    private final DisruptionGuard guard = new DisruptionGuard(cluster.cluster());

    @BeforeEach
    void createPod() {
        cluster.create("""
                {'apiVersion': 'v1', 'kind': 'Pod', 'metadata': {'name': 'p', 'namespace': 'default',
                 'labels': {'app': 'a'}}, 'spec': {'containers': [{'name': 'c', 'image': 'i'}]}}""");
        setStatus(
                new GroupResource("", "pods"),
                "p",
                "{\"phase\": \"Running\", \"conditions\": [{\"type\": \"Ready\", \"status\": \"True\"}]}");
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    private void setStatus(GroupResource resource, String name, String status) {
        cluster.cluster().modify(new ObjectKey(resource, "default", name), "status", object -> {
            object.set("status", Json.parse(status));
            return object;
        });
    }

    private void createBudget(String name, int allowed) {
        cluster.create("""
                {'apiVersion': 'policy/v1', 'kind': 'PodDisruptionBudget', 'metadata': {'name': '%s',
                 'namespace': 'default'}, 'spec': {'minAvailable': 1, 'selector': {'matchLabels': {'app': 'a'}}}}""".formatted(name));
        setStatus(
                BUDGETS,
                name,
                "{\"observedGeneration\": 1, \"disruptionsAllowed\": %d, \"desiredHealthy\": 1, \"currentHealthy\": %d, \"expectedPods\": 2}"
                        .formatted(allowed, 1 + allowed));
    }

    @Test
    void a_pod_without_a_budget_may_go() {
        assertThatCode(() -> guard.permit("default", "p", false)).doesNotThrowAnyException();
    }

    @Test
    void a_budget_is_spent_and_then_refuses() {
        createBudget("b", 1);

        guard.permit("default", "p", false);

        var status =
                cluster.cluster().get(BUDGETS, "default", "b").orElseThrow().path("status");
        assertThat(status.path("disruptionsAllowed").asInt()).isZero();
        assertThat(Trees.text(status, "disruptedPods", "p")).isNotEmpty();
        assertThatThrownBy(() -> guard.permit("default", "p", false)).isInstanceOfSatisfying(ApiException.class, e -> {
            assertThat(e.code()).isEqualTo(429);
            assertThat(e.status().message())
                    .isEqualTo("Cannot evict pod as it would violate the pod's disruption budget.");
            assertThat(e.status().details().causes().getFirst().message())
                    .isEqualTo("The disruption budget b needs 1 healthy pods and has 2 currently");
        });
    }

    @Test
    void a_dry_run_spends_nothing() {
        createBudget("b", 1);

        guard.permit("default", "p", true);

        var budget = cluster.cluster().get(BUDGETS, "default", "b").orElseThrow();
        assertThat(Trees.at(budget, "status", "disruptionsAllowed").asInt()).isEqualTo(1);
    }

    @Test
    void two_budgets_of_one_pod_are_too_many() {
        createBudget("b", 1);
        createBudget("c", 1);

        assertThatThrownBy(() -> guard.permit("default", "p", false))
                .hasMessageContaining("more than one PodDisruptionBudget");
    }
}
