package io.luban.embeddedkube.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.luban.embeddedkube.EmbeddedKubeConfig;
import io.luban.model.Yaml;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

@SuppressWarnings("NullAway.Init")
@EmbeddedKubernetes(manifests = "manifests/gadgets.yaml")
class EmbeddedKubernetesExtensionTest {
    private static RunningKubernetes shared;

    private KubernetesClient client;
    private io.luban.embeddedkube.EmbeddedKubernetes server;

    @Kubeconfig
    private Path kubeconfig;

    @Test
    void fields_and_parameters_are_of_one_server(RunningKubernetes running, @Kubeconfig Path file) throws IOException {
        assertThat(running).isSameAs(shared);
        assertThat(running.server()).isSameAs(server);
        assertThat(running.client()).isSameAs(client);
        assertThat(file).isEqualTo(kubeconfig);
        assertThat(Yaml.parse(Files.readString(file))
                        .at("/clusters/0/cluster/server")
                        .asText())
                .endsWith(":" + running.port());
    }

    @Test
    void manifests_are_there_before_the_tests() {
        var gadget = client.genericKubernetesResources("example.com/v1", "Gadget")
                .inNamespace("default")
                .withName("first")
                .get();

        assertThat(gadget.<Integer>get("spec", "size")).isEqualTo(3);
    }

    @Test
    @EmbeddedKubernetes(simulation = false)
    void a_method_may_have_a_server_of_its_own(RunningKubernetes own) {
        assertThat(own).isNotSameAs(shared);
        assertThat(client).isSameAs(own.client());
        assertThat(client.nodes().list().getItems()).isEmpty();
    }

    @Test
    void a_port_that_somebody_else_was_given_meanwhile_is_waited_for(@TempDir Path directory) throws Exception {
        var config = EmbeddedKubeConfig.of(directory).onPort(0).simulating(false, Duration.ZERO);
        try (var kubernetes = RunningKubernetes.start(config);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            kubernetes.pause();
            Future<?> resumed;
            try (var other = new ServerSocket(kubernetes.port(), 1, InetAddress.getLoopbackAddress())) {
                resumed = threads.submit(kubernetes::resume);
                await().during(Duration.ofMillis(500)).until(() -> other.isBound() && !resumed.isDone());
            }

            resumed.get(60, TimeUnit.SECONDS);
            assertThat(kubernetes.client().namespaces().withName("default").get())
                    .isNotNull();
        }
    }

    @Nested
    class Nestling {
        @Test
        void uses_the_server_of_the_class_around_it(RunningKubernetes running) {
            assertThat(running).isSameAs(shared);
            assertThat(client).isSameAs(shared.client());
        }
    }

    @Test
    void servers_per_method_know_nothing_of_each_other() {
        assertThat(run(OnePerMethod.class).getTestsSucceededCount()).isEqualTo(2);
    }

    @Test
    void a_missing_manifest_is_named() {
        assertThat(failure(MissingManifest.class)).contains("no/such.yaml", "class path", "MissingManifest");
    }

    @Test
    void a_refused_manifest_tells_why() {
        assertThat(failure(RefusedManifest.class)).contains("manifests/refused.yaml", "ConfigMap", "Not_A_Name");
    }

    private static TestExecutionSummary run(Class<?> test) {
        var request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClass(test))
                .build();
        var listener = new SummaryGeneratingListener();
        LauncherFactory.create().execute(request, listener);
        return listener.getSummary();
    }

    private static String failure(Class<?> test) {
        return String.valueOf(run(test).getFailures().getFirst().getException().getMessage());
    }

    @EmbeddedKubernetes(perMethod = true)
    static class OnePerMethod {
        private KubernetesClient client;

        @Test
        void first() {
            createOnce();
        }

        @Test
        void second() {
            createOnce();
        }

        private void createOnce() {
            client.resource(new ConfigMapBuilder()
                            .withNewMetadata()
                            .withName("once")
                            .withNamespace("default")
                            .endMetadata()
                            .build())
                    .create();
        }
    }

    @EmbeddedKubernetes(manifests = "no/such.yaml")
    static class MissingManifest {
        @Test
        void fails() {}
    }

    @EmbeddedKubernetes(manifests = "manifests/refused.yaml")
    static class RefusedManifest {
        @Test
        void fails() {}
    }
}
