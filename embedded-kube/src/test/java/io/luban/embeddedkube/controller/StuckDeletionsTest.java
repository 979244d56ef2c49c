package io.luban.embeddedkube.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.luban.embeddedkube.memory.TestCluster;
import io.luban.embeddedkube.reconcile.EventRecorder;
import io.luban.embeddedkube.tree.Trees;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StuckDeletionsTest {
    private final TestCluster cluster = new TestCluster();
    private final EventRecorder recorder = EventRecorder.start(cluster.cluster());

    @AfterEach
    void close() {
        recorder.close();
        cluster.close();
    }

    private void map(String name, String finalizers) {
        cluster.create("""
                {'apiVersion': 'v1', 'kind': 'ConfigMap',
                 'metadata': {'name': '%s', 'namespace': 'default', 'finalizers': [%s]}}""".formatted(name, finalizers));
    }

    private List<String> told() {
        return cluster.list("events", "default").stream()
                .map(event -> "%s %s %s %s"
                        .formatted(
                                Trees.text(event, "type"),
                                Trees.text(event, "reason"),
                                Trees.text(event, "involvedObject", "name"),
                                Trees.text(event, "message").replaceFirst("at \\S+", "at T")))
                .toList();
    }

    @Test
    void an_event_names_the_finalizers_that_hold_what_was_deleted() {
        cluster.running(all -> new StuckDeletions(all, recorder, Duration.ofSeconds(1)));
        map("held", "'x.io/one', 'x.io/two'");
        map("alive", "'x.io/one'");
        cluster.delete("configmaps", "default", "held", "Background");

        await().untilAsserted(() -> assertThat(told())
                .containsExactly("Warning FinalizersRemaining held Deleted at T and still here: waiting for finalizers"
                        + " x.io/one, x.io/two, which only those who set them may remove"));
    }

    @Test
    void what_goes_in_time_is_not_mentioned() {
        // the time of a deletion is told in whole seconds, so at least one of these two is left
        cluster.running(all -> new StuckDeletions(all, recorder, Duration.ofSeconds(2)));
        map("brief", "'x.io/one'");
        cluster.delete("configmaps", "default", "brief", "Background");
        cluster.cluster()
                .modify(
                        io.luban.embeddedkube.reconcile.Cluster.key(
                                TestCluster.resource("configmaps"), cluster.get("configmaps", "default", "brief")),
                        "",
                        live -> {
                            Trees.ensure(live, "metadata").remove("finalizers");
                            return live;
                        });

        await().during(Duration.ofMillis(2_200)).atMost(Duration.ofSeconds(30)).until(() -> told().isEmpty());
        assertThat(cluster.find("configmaps", "default", "brief")).isEmpty();
    }
}
