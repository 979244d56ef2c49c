package io.luban.helm;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.luban.embeddedkube.junit.EmbeddedKubernetes;
import io.luban.embeddedkube.junit.Kubeconfig;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The order of hooks, what becomes of their objects, and the tests that charts bring. */
@SuppressWarnings("NullAway.Init")
@EmbeddedKubernetes
class ReleaseHooksIT {
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
    void hooks_run_by_weight_and_their_objects_go_as_their_policy_says() throws Exception {
        var chart = TestChart.named("weights", "1.0.0")
                .with("templates/a.yaml", hookMap("hook-late", "pre-install", "5", "before-hook-creation"))
                .with("templates/b.yaml", hookMap("hook-early", "pre-install", "-5", "before-hook-creation"))
                .with("templates/c.yaml", hookMap("hook-middle", "pre-install", "0", "before-hook-creation"))
                .with("templates/d.yaml", hookMap("hook-gone", "pre-install", "1", "hook-succeeded"))
                .with("templates/e.yaml", hookMap("hook-after", "post-install", "-9", "before-hook-creation"));

        bench.succeed(bench.install("weights", chart, "{}"));

        assertThat(created("hook-early", "hook-middle", "hook-late", "weights", "hook-after"))
                .isSortedAccordingTo(Comparator.comparingLong(ReleaseHooksIT::revision));
        assertThat(bench.hasConfigMap("hook-gone")).as("succeeded").isFalse();

        bench.succeed(bench.uninstall("weights"));
        assertThat(bench.hasConfigMap("weights")).isFalse();
        assertThat(bench.hasConfigMap("hook-late"))
                .as("hooks are not of the release")
                .isTrue();
    }

    @Test
    void the_job_of_a_failed_hook_goes_only_where_its_policy_says_so() throws Exception {
        var chart = TestChart.named("policies", "1.0.0")
                .withFailingHook("kept-job", "post-install")
                .with("templates/tidy.yaml", hookMap("tidy", "post-install", "-1", "hook-failed"));

        assertThat(bench.fail(bench.install("policies", chart, "{}"))).contains("post-install");
        assertThat(job("kept-job")).isTrue();
        assertThat(bench.hasConfigMap("tidy")).as("its own hook did not fail").isTrue();

        var tidy = TestChart.named("policies", "1.0.1")
                .with("templates/gone-job.yaml", TestChart.failingJob("gone-job", "pre-upgrade", "hook-failed"));
        bench.fail(bench.upgrade("policies", tidy, "{}"));
        assertThat(job("gone-job")).isFalse();
    }

    @Test
    void the_tests_of_a_chart_are_run_on_demand() throws Exception {
        var chart = TestChart.named("tested", "1.0.0").with("templates/tests/reach.yaml", testPod("reach", "false"));
        bench.succeed(bench.install("tested", chart, "{}"));
        assertThat(pod("reach")).as("not run by the installation").isFalse();

        var result = bench.succeed(new ReleaseOperation.Test(bench.target("tested")));

        assertThat(result.revision()).isEqualTo(1);
        assertThat(pod("reach")).isTrue();
        assertThat(bench.records("tested")
                        .getFirst()
                        .release()
                        .at("/hooks/0/last_run/phase")
                        .asText())
                .isEqualTo("Succeeded");

        var failing = chart.with("templates/tests/reach.yaml", testPod("reach", "true"));
        bench.succeed(bench.upgrade("tested", failing, "{}"));
        assertThat(bench.fail(new ReleaseOperation.Test(bench.target("tested"))))
                .contains("pod reach failed");
        assertThat(bench.history("tested")).as("a test decides nothing").containsExactly("1 superseded", "2 deployed");
    }

    private java.util.List<HasMetadata> created(String... names) {
        return Stream.of(names)
                .<HasMetadata>map(name -> client.configMaps()
                        .inNamespace("default")
                        .withName(name)
                        .get())
                .toList();
    }

    private static long revision(HasMetadata object) {
        return Long.parseLong(object.getMetadata().getResourceVersion());
    }

    private boolean job(String name) {
        return client.batch().v1().jobs().inNamespace("default").withName(name).get() != null;
    }

    private boolean pod(String name) {
        return client.pods().inNamespace("default").withName(name).get() != null;
    }

    private static String hookMap(String name, String hook, String weight, String policy) {
        return """
                apiVersion: v1
                kind: ConfigMap
                metadata:
                  name: %s
                  annotations:
                    helm.sh/hook: "%s"
                    helm.sh/hook-weight: "%s"
                    helm.sh/hook-delete-policy: "%s"
                """.formatted(name, hook, weight, policy);
    }

    private static String testPod(String name, String failure) {
        return """
                apiVersion: v1
                kind: Pod
                metadata:
                  name: %s
                  annotations:
                    helm.sh/hook: test
                    helm.sh/hook-delete-policy: before-hook-creation
                    kube.luban.io/simulate-failure: "%s"
                spec: {restartPolicy: Never, containers: [{name: main, image: "example.com/test:1"}]}
                """.formatted(name, failure);
    }
}
