package io.luban.helm;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.luban.embeddedkube.junit.EmbeddedKubernetes;
import io.luban.embeddedkube.junit.Kubeconfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
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

    private ReleaseBench bench;

    @BeforeEach
    void find_the_server() {
        bench = ReleaseBench.of(client, kubeconfig, directory, NAMESPACE);
    }

    @Test
    void a_release_is_installed_upgraded_and_removed() throws Exception {
        bench.succeed(bench.install("life", TestChart.web("1.0.0"), "{}"));
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

        bench.succeed(bench.upgrade("life", TestChart.web("1.1.0"), "{text: second, replicas: 2}"));

        assertThat(config())
                .containsEntry("text", "second")
                .containsEntry("chart", "1.1.0")
                .containsEntry("manual", "kept");
        assertThat(ready()).isEqualTo(2);
        assertThat(bench.history("life")).containsExactly("1 superseded", "2 deployed");

        bench.succeed(bench.uninstall("life"));

        assertThat(client.configMaps().inNamespace(NAMESPACE).withName("web").get())
                .isNull();
        assertThat(bench.history("life")).isEmpty();
    }

    @Test
    void a_refused_upgrade_leaves_a_failed_revision_that_the_next_one_repairs() throws Exception {
        var chart = TestChart.web("1.0.0");
        bench.succeed(bench.install("repaired", chart, "{}"));
        var broken = chart.with(
                "templates/broken.yaml",
                "apiVersion: v1\nkind: Service\nmetadata: {name: broken}\nspec: {ports: [{port: 70000}]}\n");

        assertThat(bench.fail(bench.upgrade("repaired", broken, "{}"))).contains("broken", "70000");
        assertThat(bench.history("repaired")).containsExactly("1 deployed", "2 failed");

        bench.succeed(bench.upgrade("repaired", chart, "{text: third}"));
        assertThat(config()).containsEntry("text", "third");
        assertThat(bench.history("repaired")).containsExactly("1 superseded", "2 failed", "3 deployed");
        bench.succeed(bench.uninstall("repaired"));
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

        bench.succeed(bench.install("hooked", chart, "{}"));

        assertThat(gadget().<Integer>get("spec", "size")).isEqualTo(2);
        var first = jobUid("before");
        assertThat(jobUid("after")).isNotEqualTo(first);

        bench.succeed(bench.upgrade("hooked", chart, "{text: again}"));
        assertThat(jobUid("before")).as("deleted before the hook ran again").isNotEqualTo(first);

        bench.succeed(bench.uninstall("hooked"));
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

        bench.succeed(bench.install("large", chart, "{}"));

        assertThat(client.configMaps().inNamespace(NAMESPACE).withName("big-5").get())
                .isNotNull();
        bench.succeed(bench.uninstall("large"));
    }

    private Map<String, String> config() {
        return client.configMaps().inNamespace(NAMESPACE).withName("web").get().getData();
    }

    /** As Helm sees it, which judges by the ReplicaSet; the Deployment tells of it a moment later. */
    private int ready() {
        var web = client.apps()
                .deployments()
                .inNamespace(NAMESPACE)
                .withName("web")
                .get();
        return client.apps().replicaSets().inNamespace(NAMESPACE).list().getItems().stream()
                .filter(set -> set.hasOwnerReferenceFor(web))
                .mapToInt(set -> set.getStatus().getReadyReplicas())
                .sum();
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
}
