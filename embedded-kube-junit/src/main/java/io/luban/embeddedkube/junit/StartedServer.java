package io.luban.embeddedkube.junit;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.luban.embeddedkube.EmbeddedKubeConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;

/**
 * A server in the store of a test's context.
 *
 * @param temporary folder to delete afterwards
 */
record StartedServer(RunningKubernetes running, Optional<Path> temporary) implements AutoCloseable {
    static StartedServer start(EmbeddedKubernetes wanted, Class<?> test) {
        var temporary = wanted.directory().isEmpty() ? Optional.of(temporaryDirectory()) : Optional.<Path>empty();
        var directory = temporary.orElseGet(() -> Path.of(wanted.directory()));
        try {
            return new StartedServer(running(wanted, test, directory), temporary);
        } catch (RuntimeException e) {
            temporary.ifPresent(StartedServer::delete);
            throw e;
        }
    }

    private static RunningKubernetes running(EmbeddedKubernetes wanted, Class<?> test, Path directory) {
        var config = EmbeddedKubeConfig.of(directory)
                .onPort(0)
                .simulating(wanted.simulation(), Duration.ofMillis(wanted.simulationDelayMillis()));
        RunningKubernetes running;
        try {
            running = RunningKubernetes.start(config);
        } catch (RuntimeException e) {
            throw new ExtensionConfigurationException(
                    "the embedded Kubernetes of %s does not start in %s: %s"
                            .formatted(test.getName(), directory, e.getMessage()),
                    e);
        }
        try {
            for (var manifest : wanted.manifests()) {
                install(manifest, test, running.client());
            }
            return running;
        } catch (RuntimeException e) {
            running.close();
            throw e;
        }
    }

    private static void install(String manifest, Class<?> test, KubernetesClient client) {
        for (var item : read(manifest, test, client)) {
            try {
                client.resource(item).forceConflicts().serverSideApply();
            } catch (KubernetesClientException e) {
                throw new ExtensionConfigurationException(
                        "manifest %s of %s: %s %s is refused: %s"
                                .formatted(
                                        manifest,
                                        test.getName(),
                                        item.getKind(),
                                        item.getMetadata().getName(),
                                        e.getMessage()),
                        e);
            }
        }
    }

    private static List<HasMetadata> read(String manifest, Class<?> test, KubernetesClient client) {
        try (var content = open(manifest, test)) {
            return client.load(content).items();
        } catch (IOException | IllegalArgumentException e) {
            throw new ExtensionConfigurationException(
                    "manifest %s of %s cannot be read: %s".formatted(manifest, test.getName(), e.getMessage()), e);
        }
    }

    private static InputStream open(String manifest, Class<?> test) {
        var absolute = manifest.startsWith("/") ? manifest.substring(1) : manifest;
        var found = test.getClassLoader().getResourceAsStream(absolute);
        if (found == null) {
            throw new ExtensionConfigurationException(
                    "manifest %s of %s is not on the class path".formatted(manifest, test.getName()));
        }
        return found;
    }

    private static Path temporaryDirectory() {
        try {
            return Files.createTempDirectory("embedded-kube-");
        } catch (IOException e) {
            throw new UncheckedIOException("no temporary folder for the embedded Kubernetes", e);
        }
    }

    private static void delete(Path directory) {
        try (var tree = Files.walk(directory)) {
            for (var path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("folder " + directory + " of the embedded Kubernetes cannot be deleted", e);
        }
    }

    @Override
    public void close() {
        try {
            running.close();
        } finally {
            temporary.ifPresent(StartedServer::delete);
        }
    }
}
