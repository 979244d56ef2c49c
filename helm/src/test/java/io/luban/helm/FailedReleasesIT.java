package io.luban.helm;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.luban.embeddedkube.junit.EmbeddedKubernetes;
import io.luban.embeddedkube.junit.Kubeconfig;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left of releases that do not become ready, and how they are taken back. */
@SuppressWarnings("NullAway.Init")
@EmbeddedKubernetes
class FailedReleasesIT {
    private static final Duration SHORT = Duration.ofSeconds(3);
    private static final String NEVER_READY = "{simulate: \"false\"}";

    @TempDir
    static Path directory;

    private KubernetesClient client;

    @Kubeconfig
    private Path kubeconfig;

    private ReleaseBench bench;

    @BeforeEach
    void find_the_server() {
        bench = ReleaseBench.of(client, kubeconfig, directory, "default");
    }

    @Test
    void waiting_for_a_workload_that_never_is_ready_ends_with_the_timeout() throws Exception {
        var chart = TestChart.named("stuck", "1.0.0");

        var message = bench.within(SHORT).fail(bench.within(SHORT).install("stuck", chart, NEVER_READY));

        assertThat(message).contains("context deadline exceeded");
        assertThat(bench.history("stuck")).containsExactly("1 failed");
        assertThat(bench.hasConfigMap("stuck")).as("left for a look").isTrue();
        assertThat(bench.records("stuck").getFirst().description()).contains("deadline exceeded");

        bench.succeed(bench.upgrade("stuck", chart, "{}"));
        assertThat(bench.history("stuck")).containsExactly("1 superseded", "2 deployed");
    }

    @Test
    void an_installation_that_is_taken_back_leaves_nothing() throws Exception {
        var chart = ReleaseBench.input(TestChart.named("undone", "1.0.0"), NEVER_READY);
        var target = bench.within(SHORT).target("undone");

        var message = bench.fail(new ReleaseOperation.Install(target, chart.takenBackOnFailure()));

        assertThat(message).contains("has been uninstalled due to atomic being set");
        assertThat(bench.history("undone")).isEmpty();
        assertThat(bench.hasConfigMap("undone")).isFalse();
        assertThat(client.apps()
                        .deployments()
                        .inNamespace("default")
                        .withName("undone")
                        .get())
                .isNull();
    }

    @Test
    void an_upgrade_that_is_taken_back_restores_the_last_good_revision() throws Exception {
        var chart = TestChart.named("back", "1.0.0");
        bench.succeed(bench.install("back", chart, "{text: good}"));
        var newer = TestChart.named("back", "1.1.0")
                .with("templates/extra.yaml", TestChart.configMap("back-extra"))
                .withFailingHook("spoiler", "post-upgrade");
        var input = ReleaseBench.input(newer, "{text: bad}");

        // fails at once: what it waits for has to become ready again within the same time when it is taken back
        var message = bench.fail(new ReleaseOperation.Upgrade(bench.target("back"), input.takenBackOnFailure()));

        assertThat(message).contains("has been rolled back due to atomic being set");
        assertThat(bench.history("back")).containsExactly("1 superseded", "2 failed", "3 deployed");
        assertThat(bench.records("back").getLast().description()).isEqualTo("Rollback to 1");
        assertThat(bench.config("back")).containsEntry("text", "good").containsEntry("chart", "1.0.0");
        assertThat(bench.hasConfigMap("back-extra")).isFalse();
    }

    @Test
    void a_failing_hook_fails_the_release_and_says_which() throws Exception {
        var chart = TestChart.named("hookfail", "1.0.0");
        var broken = chart.withFailingHook("doomed", "pre-install,pre-upgrade");

        assertThat(bench.fail(bench.install("hookfail", broken, "{}")))
                .contains("failed pre-install")
                .contains("BackoffLimitExceeded");
        assertThat(bench.history("hookfail")).containsExactly("1 failed");
        assertThat(bench.hasConfigMap("hookfail"))
                .as("nothing before the hook ends")
                .isFalse();

        bench.succeed(bench.upgrade("hookfail", chart, "{}"));
        assertThat(bench.fail(bench.upgrade("hookfail", broken, "{text: never}")))
                .contains("pre-upgrade hooks failed");
        assertThat(bench.history("hookfail")).containsExactly("1 superseded", "2 deployed", "3 failed");
        assertThat(bench.records("hookfail").getLast().description()).contains("hooks failed");
        assertThat(bench.config("hookfail")).containsEntry("text", "first");
    }

    @Test
    void installing_a_name_that_is_in_use_is_refused_and_changes_nothing() throws Exception {
        var chart = TestChart.named("taken", "1.0.0");
        bench.succeed(bench.install("taken", chart, "{}"));

        assertThat(bench.fail(bench.install("taken", chart, "{text: other}"))).contains("cannot re-use a name");
        assertThat(bench.fail(bench.upgrade("nowhere", chart, "{}"))).contains("has no deployed releases");

        assertThat(bench.history("taken")).containsExactly("1 deployed");
        assertThat(bench.config("taken")).containsEntry("text", "first");
    }

    @Test
    void what_belongs_to_nobody_or_to_another_release_is_not_taken_over() throws Exception {
        var chart = TestChart.named("owned", "1.0.0");
        bench.succeed(bench.install("owner", chart, "{}"));

        assertThat(bench.fail(bench.install("thief", chart, "{}")))
                .contains("invalid ownership metadata")
                .contains("owner");

        assertThat(bench.history("owner")).containsExactly("1 deployed");
    }
}
