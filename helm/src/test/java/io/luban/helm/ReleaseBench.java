package io.luban.helm;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.luban.model.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Operations on releases of one namespace, and what the cluster says about them afterwards.
 *
 * @param directory for scratch files
 */
record ReleaseBench(KubernetesClient client, Path kubeconfig, Path directory, String namespace, Duration timeout) {
    private static final Duration LONG_ENOUGH = Duration.ofSeconds(40);

    static ReleaseBench of(KubernetesClient client, Path kubeconfig, Path directory, String namespace) {
        return new ReleaseBench(client, kubeconfig, directory, namespace, LONG_ENOUGH);
    }

    ReleaseBench within(Duration shorter) {
        return new ReleaseBench(client, kubeconfig, directory, namespace, shorter);
    }

    OperationResult run(ReleaseOperation operation) throws InterruptedException {
        try (var releases = Releases.open(directory)) {
            return releases.run(operation, line -> {});
        }
    }

    OperationResult.Succeeded succeed(ReleaseOperation operation) throws InterruptedException {
        var result = run(operation);
        assertThat(result).isInstanceOf(OperationResult.Succeeded.class);
        return (OperationResult.Succeeded) result;
    }

    String fail(ReleaseOperation operation) throws InterruptedException {
        var result = run(operation);
        assertThat(result).isInstanceOf(OperationResult.Failed.class);
        return result.message();
    }

    ReleaseOperation install(String name, TestChart chart, String values) throws IOException {
        return new ReleaseOperation.Install(target(name), input(chart, values));
    }

    ReleaseOperation upgrade(String name, TestChart chart, String values) throws IOException {
        return new ReleaseOperation.Upgrade(target(name), input(chart, values));
    }

    ReleaseOperation uninstall(String name) throws IOException {
        return new ReleaseOperation.Uninstall(target(name), true, false);
    }

    static ChartInput input(TestChart chart, String values) {
        return new ChartInput(chart.packed(), values, "", true);
    }

    ReleaseTarget target(String name) throws IOException {
        return new ReleaseTarget(namespace, name, Files.readString(kubeconfig), timeout);
    }

    /** Revision and state of what Helm keeps, oldest first. */
    List<String> history(String name) {
        return records(name).stream()
                .map(record -> record.revision() + " " + record.status())
                .toList();
    }

    List<ReleaseRecord> records(String name) {
        return secrets(name).stream()
                .map(ReleaseBench::decode)
                .sorted(Comparator.comparingInt(ReleaseRecord::revision))
                .toList();
    }

    List<Secret> secrets(String name) {
        var labels = Map.of("owner", "helm", "name", name);
        return client.secrets().inNamespace(namespace).withLabels(labels).list().getItems();
    }

    boolean hasConfigMap(String name) {
        return client.configMaps().inNamespace(namespace).withName(name).get() != null;
    }

    Map<String, String> config(String name) {
        return client.configMaps().inNamespace(namespace).withName(name).get().getData();
    }

    private static ReleaseRecord decode(Secret secret) {
        ObjectNode data = Json.object().put("release", secret.getData().get("release"));
        return ReleaseRecord.decode(Json.object().<ObjectNode>set("data", data));
    }
}
