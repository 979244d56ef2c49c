package io.luban.helm;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.luban.embeddedkube.junit.EmbeddedKubernetes;
import io.luban.embeddedkube.junit.Kubeconfig;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Revisions of releases: going back to one, how they are kept, and what survives a release. */
@SuppressWarnings("NullAway.Init")
@EmbeddedKubernetes
class ReleaseRevisionsIT {
    @TempDir
    static Path directory;

    private KubernetesClient client;

    @Kubeconfig
    private Path kubeconfig;

    @Test
    void going_back_to_an_older_chart_removes_what_the_newer_one_brought() throws Exception {
        var bench = ReleaseBench.of(client, kubeconfig, directory, "default");
        var older = TestChart.named("goback", "1.0.0").with("templates/only.yaml", TestChart.configMap("only-older"));
        var newer = TestChart.named("goback", "2.0.0").with("templates/new.yaml", TestChart.configMap("only-newer"));
        bench.succeed(bench.install("goback", older, "{text: one}"));
        bench.succeed(bench.upgrade("goback", newer, "{text: two, replicas: 2}"));
        assertThat(bench.hasConfigMap("only-older")).isFalse();
        client.configMaps().inNamespace("default").withName("goback").delete();

        var result = bench.succeed(bench.upgrade("goback", older, "{text: one}"));

        assertThat(result.revision()).isEqualTo(3);
        assertThat(bench.history("goback")).containsExactly("1 superseded", "2 superseded", "3 deployed");
        assertThat(bench.config("goback")).containsEntry("text", "one").containsEntry("chart", "1.0.0");
        assertThat(bench.hasConfigMap("only-older")).isTrue();
        assertThat(bench.hasConfigMap("only-newer")).isFalse();
        assertThat(client.apps()
                        .deployments()
                        .inNamespace("default")
                        .withName("goback")
                        .get()
                        .getSpec()
                        .getReplicas())
                .isEqualTo(1);
        var records = bench.records("goback");
        assertThat(records.getLast().manifest()).isEqualTo(records.getFirst().manifest());
    }

    @Test
    void a_revision_is_a_labelled_secret_of_its_own_in_a_namespace_made_for_it() throws Exception {
        var bench = ReleaseBench.of(client, kubeconfig, directory, "made-for-it");
        var chart = TestChart.named("kept", "1.0.0");
        var input = ReleaseBench.input(chart, "{}");
        assertThat(bench.fail(new ReleaseOperation.Install(bench.target("kept"), input)))
                .contains("namespaces \"made-for-it\" not found");

        bench.succeed(new ReleaseOperation.Install(bench.target("kept"), input.creatingNamespace()));
        for (int i = 2; i <= 4; i++) {
            bench.succeed(bench.upgrade("kept", chart, "{text: r%d}".formatted(i)));
        }

        assertThat(client.namespaces()
                        .withName("made-for-it")
                        .get()
                        .getMetadata()
                        .getLabels())
                .containsEntry("name", "made-for-it");
        assertThat(bench.history("kept")).containsExactly("1 superseded", "2 superseded", "3 superseded", "4 deployed");
        assertThat(bench.secrets("kept")).allSatisfy(secret -> {
            assertThat(secret.getType()).isEqualTo(ReleaseRecord.SECRET_TYPE);
            assertThat(secret.getMetadata().getName())
                    .isEqualTo("sh.helm.release.v1.kept.v" + label(secret, "version"));
            assertThat(label(secret, "status"))
                    .isEqualTo(label(secret, "version").equals("4") ? "deployed" : "superseded");
            assertThat(label(secret, "modifiedAt")).matches("\\d{10}");
        });

        bench.succeed(bench.uninstall("kept"));
        assertThat(bench.secrets("kept")).isEmpty();
        bench.succeed(bench.uninstall("kept"));
    }

    @Test
    void what_is_to_be_kept_survives_and_is_taken_up_again() throws Exception {
        var bench = ReleaseBench.of(client, kubeconfig, directory, "default");
        var chart = TestChart.named("keep", "1.0.0")
                .with(
                        "templates/keep.yaml",
                        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: survivor, annotations:"
                                + " {helm.sh/resource-policy: keep}}\ndata: {by: {{ .Values.text | quote }}}\n");
        bench.succeed(bench.install("keep", chart, "{}"));

        bench.succeed(bench.uninstall("keep"));

        assertThat(bench.hasConfigMap("survivor")).isTrue();
        assertThat(bench.hasConfigMap("keep")).isFalse();
        bench.succeed(bench.install("keep", chart, "{text: again}"));
        assertThat(bench.config("survivor")).containsEntry("by", "again");
    }

    private static String label(Secret secret, String name) {
        return String.valueOf(secret.getMetadata().getLabels().get(name));
    }
}
