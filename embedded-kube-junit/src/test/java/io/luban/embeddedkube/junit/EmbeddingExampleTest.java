package io.luban.embeddedkube.junit;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.luban.kube.KubeClients;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compiles and runs the examples of docs/embedding.md. */
@SuppressWarnings("NullAway.Init")
class EmbeddingExampleTest {
    private static final Pattern EXAMPLE = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    @Test
    void a_program_starts_a_server(@TempDir Path directory) {
        try (var server = io.luban.embeddedkube.EmbeddedKubernetes.start(directory);
                var client = KubeClients.fromKubeconfig(server.kubeconfig())) {
            assertThat(client.namespaces().withName("default").get()).isNotNull();
        }
    }

    @Nested
    @EmbeddedKubernetes(manifests = "manifests/gadgets.yaml")
    class GadgetsTest {
        KubernetesClient client;

        @Test
        void a_gadget_survives_a_restart(RunningKubernetes kubernetes) {
            kubernetes.restart();

            var gadgets = client.genericKubernetesResources("example.com/v1", "Gadget");
            assertThat(gadgets.inNamespace("default").withName("first").get()).isNotNull();
        }
    }

    @Test
    void the_documented_examples_are_the_ones_above() throws IOException {
        var name = "src/test/java/" + EmbeddingExampleTest.class.getName().replace('.', '/') + ".java";
        var source = withoutSpace(Files.readString(Path.of(name)));
        var examples = EXAMPLE.matcher(Files.readString(Path.of("../docs/embedding.md")))
                .results()
                .map(found -> withoutSpace(found.group(1)))
                .toList();

        assertThat(examples).hasSize(2).allSatisfy(example -> assertThat(source).contains(example));
    }

    private static String withoutSpace(String text) {
        return text.replaceAll("\\s+", "");
    }
}
