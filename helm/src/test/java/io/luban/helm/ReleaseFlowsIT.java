package io.luban.helm;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.luban.embeddedkube.junit.EmbeddedKubernetes;
import io.luban.embeddedkube.junit.Kubeconfig;
import io.luban.model.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real Helm engine against the embedded Kubernetes API. */
@SuppressWarnings("NullAway.Init")
@EmbeddedKubernetes
class ReleaseFlowsIT {
    private static final String NAMESPACE = "default";

    @TempDir
    static Path directory;

    private KubernetesClient client;

    @Kubeconfig
    private Path kubeconfig;

    @Test
    void a_release_is_installed_upgraded_and_removed() throws Exception {
        succeed(install("life", TestChart.web("1.0.0"), "{}"));
        assertThat(config())
                .containsEntry("text", "first")
                .containsEntry("budgets", "true")
                .containsEntry("found", "default")
                .hasEntrySatisfying("kube", version -> assertThat(version).startsWith("v1.33"));
        assertThat(ready()).as("--wait ended").isEqualTo(1);
        client.configMaps()
                .inNamespace(NAMESPACE)
                .withName("web")
                .edit(map -> new ConfigMapBuilder(map)
                        .addToData("manual", "kept")
                        .addToData("text", "lost")
                        .build());

        succeed(upgrade("life", TestChart.web("1.1.0"), "{text: second, replicas: 2}"));

        assertThat(config())
                .containsEntry("text", "second")
                .containsEntry("chart", "1.1.0")
                .containsEntry("manual", "kept");
        assertThat(ready()).isEqualTo(2);
        assertThat(history("life")).containsExactly("1 superseded", "2 deployed");

        succeed(new ReleaseOperation.Uninstall(target("life"), true, false));

        assertThat(client.configMaps().inNamespace(NAMESPACE).withName("web").get())
                .isNull();
        assertThat(history("life")).isEmpty();
    }

    @Test
    void a_refused_upgrade_leaves_a_failed_revision_that_the_next_one_repairs() throws Exception {
        var chart = TestChart.web("1.0.0");
        succeed(install("repaired", chart, "{}"));
        var broken = chart.with(
                "templates/broken.yaml",
                "apiVersion: v1\nkind: Service\nmetadata: {name: broken}\nspec: {ports: [{port: 70000}]}\n");

        var failed = run(upgrade("repaired", broken, "{}"));

        assertThat(failed).isInstanceOf(OperationResult.Failed.class);
        assertThat(failed.message()).contains("broken", "70000");
        assertThat(history("repaired")).containsExactly("1 deployed", "2 failed");

        succeed(upgrade("repaired", chart, "{text: third}"));
        assertThat(config()).containsEntry("text", "third");
        assertThat(history("repaired")).containsExactly("1 superseded", "2 failed", "3 deployed");
        succeed(new ReleaseOperation.Uninstall(target("repaired"), true, false));
    }

    @Test
    void hooks_run_around_and_definitions_come_before_a_release() throws Exception {
        var definition = Files.readString(Path.of("../embedded-kube-junit/src/test/resources/manifests/gadgets.yaml"))
                .split("\n---\n", -1)[0];
        var chart = TestChart.web("1.0.0")
                .withHook("before", "pre-install,pre-upgrade", "example.com/hook:1")
                .withHook("after", "post-install", "example.com/hook:1")
                .withHook("farewell", "pre-delete", "example.com/hook:1")
                .with("crds/gadgets.yaml", definition)
                .with(
                        "templates/gadget.yaml",
                        "apiVersion: example.com/v1\nkind: Gadget\nmetadata: {name: own}\nspec: {size: 2}\n");

        succeed(install("hooked", chart, "{}"));

        assertThat(gadget().<Integer>get("spec", "size")).isEqualTo(2);
        var first = jobUid("before");
        assertThat(jobUid("after")).isNotEqualTo(first);

        succeed(upgrade("hooked", chart, "{text: again}"));
        assertThat(jobUid("before")).as("deleted before the hook ran again").isNotEqualTo(first);

        succeed(new ReleaseOperation.Uninstall(target("hooked"), true, false));
        assertThat(jobUid("farewell")).isNotEmpty();
        assertThat(gadget()).isNull();
    }

    @Test
    void a_chart_of_more_than_a_mebibyte_of_manifests_is_installed() throws Exception {
        var chart = TestChart.web("1.0.0");
        for (int i = 0; i < 6; i++) {
            var content = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: big-%d}\ndata: {text: \"%s\"}\n"
                    .formatted(i, "0123456789abcdef".repeat(12_500));
            chart = chart.with("templates/big-" + i + ".yaml", content);
        }

        succeed(install("large", chart, "{}"));

        assertThat(client.configMaps().inNamespace(NAMESPACE).withName("big-5").get())
                .isNotNull();
        succeed(new ReleaseOperation.Uninstall(target("large"), true, false));
    }

    private void succeed(ReleaseOperation operation) throws Exception {
        assertThat(run(operation)).isInstanceOf(OperationResult.Succeeded.class);
    }

    private static OperationResult run(ReleaseOperation operation) throws InterruptedException {
        try (var releases = Releases.open(directory)) {
            return releases.run(operation, line -> {});
        }
    }

    private ReleaseOperation install(String name, TestChart chart, String values) throws IOException {
        return new ReleaseOperation.Install(target(name), new ChartInput(chart.packed(), values, "", true));
    }

    private ReleaseOperation upgrade(String name, TestChart chart, String values) throws IOException {
        return new ReleaseOperation.Upgrade(target(name), new ChartInput(chart.packed(), values, "", true));
    }

    private ReleaseTarget target(String name) throws IOException {
        return new ReleaseTarget(NAMESPACE, name, Files.readString(kubeconfig), Duration.ofSeconds(40));
    }

    private Map<String, String> config() {
        return client.configMaps().inNamespace(NAMESPACE).withName("web").get().getData();
    }

    private int ready() {
        return client.apps()
                .deployments()
                .inNamespace(NAMESPACE)
                .withName("web")
                .get()
                .getStatus()
                .getReadyReplicas();
    }

    private String jobUid(String name) {
        return client.batch()
                .v1()
                .jobs()
                .inNamespace(NAMESPACE)
                .withName(name)
                .get()
                .getMetadata()
                .getUid();
    }

    private GenericKubernetesResource gadget() {
        return client.genericKubernetesResources("example.com/v1", "Gadget")
                .inNamespace(NAMESPACE)
                .withName("own")
                .get();
    }

    /** What Helm's own Secrets say, oldest first. */
    private List<String> history(String name) {
        return client
                .secrets()
                .inNamespace(NAMESPACE)
                .withLabels(Map.of("owner", "helm", "name", name))
                .list()
                .getItems()
                .stream()
                .map(secret -> ReleaseRecord.decode(Json.object()
                        .<com.fasterxml.jackson.databind.node.ObjectNode>set(
                                "data",
                                Json.object().put("release", secret.getData().get("release")))))
                .map(record -> record.revision() + " " + record.status())
                .sorted()
                .toList();
    }
}
