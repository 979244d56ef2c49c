package io.luban.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.luban.embeddedkube.EmbeddedKubeConfig;
import io.luban.embeddedkube.EmbeddedKubernetes;
import io.luban.http.HttpRuntime;
import io.luban.ksbuilder.KsBuilder;
import io.luban.kube.KubeClients;
import io.luban.kube.KubeRest;
import io.luban.model.CustomResourceDefinitions;
import io.luban.model.Json;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Base64;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** ksbuilder's publish and unpublish against a Kubernetes API without any controllers. */
class PublishingIT {
    private static final String GROUP = "/apis/kubesphere.io/v1alpha1/";
    private static final String MAPS = "/api/v1/namespaces/kubesphere-system/configmaps";

    @TempDir
    private Path directory;

    @Test
    void what_is_published_can_be_taken_back_whole() {
        try (var runtime = HttpRuntime.create();
                var cluster = EmbeddedKubernetes.start(
                        EmbeddedKubeConfig.of(directory.resolve("data")).onPort(0), runtime, Clock.systemUTC());
                var client = KubeClients.fromKubeconfig(cluster.kubeconfig())) {
            var kube = KubeRest.of(client);
            var first = HelloExtension.write(directory, "1.0.0").directory().toString();
            var environment = Map.of("KUBECONFIG", cluster.kubeconfig().toString());
            assertThat(run(environment, "publish", first))
                    .startsWith("1 ")
                    .contains("the cluster does not serve Extension of kubesphere.io/v1alpha1");

            CustomResourceDefinitions.all()
                    .forEach(kind -> kube.create("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", kind));
            var namespace = Json.object().put("apiVersion", "v1").put("kind", "Namespace");
            namespace.putObject("metadata").put("name", "kubesphere-system");
            kube.create("/api/v1/namespaces", namespace);
            assertThat(run(environment, "publish", first)).startsWith("0 ");
            var random = new byte[1_100_000];
            new Random(11).nextBytes(random);
            var second = HelloExtension.write(directory, "2.0.0")
                    .put("static/blob", Base64.getEncoder().encodeToString(random));
            assertThat(run(environment, "publish", second.directory().toString()))
                    .startsWith("0 ");
            assertThat(charts(kube)).isGreaterThan(2);

            assertThat(run(environment, "unpublish", "hello"))
                    .startsWith("0 unpublish extension hello\ndeleting InstallPlan hello\n")
                    .contains("deleting ExtensionVersion hello-1.0.0", "deleting ExtensionVersion hello-2.0.0")
                    .endsWith("deleting Extension hello\n");

            assertThat(charts(kube)).isZero();
            assertThat(kube.get(GROUP + "extensionversions").path("items")).isEmpty();
            assertThat(kube.find(GROUP + "extensions/hello")).isEmpty();
            assertThat(run(environment, "unpublish", "hello"))
                    .as("nothing is there any more")
                    .startsWith("0 ");
        }
    }

    private static long charts(KubeRest kube) {
        long count = 0;
        for (var map : kube.get(MAPS).path("items")) {
            if (map.at("/metadata/name").asText().startsWith("extension-hello-")) {
                count++;
            }
        }
        return count;
    }

    /** The exit code and everything that was printed. */
    private String run(Map<String, String> environment, String... arguments) {
        var printed = new ByteArrayOutputStream();
        var out = new PrintStream(printed, true, StandardCharsets.UTF_8);
        int code = new KsBuilder(directory, environment, Clock.systemUTC()).run(arguments, out, out);
        return code + " " + printed.toString(StandardCharsets.UTF_8);
    }
}
