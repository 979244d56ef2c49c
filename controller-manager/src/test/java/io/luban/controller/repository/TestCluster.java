package io.luban.controller.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.luban.controller.ControllerManager;
import io.luban.controller.ControllerManagerConfig;
import io.luban.embeddedkube.EmbeddedKubeConfig;
import io.luban.embeddedkube.EmbeddedKubernetes;
import io.luban.http.HttpRuntime;
import io.luban.kube.KubeClients;
import io.luban.kube.KubeRest;
import io.luban.model.CustomResourceDefinitions;
import io.luban.model.Json;
import io.luban.model.Yaml;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** An embedded cluster with the controllers. */
final class TestCluster implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final HttpRuntime runtime = HttpRuntime.create();
    private final EmbeddedKubernetes cluster;
    private final KubernetesClient client;
    private final KubeRest kube;
    private final ControllerManager controllers;
    private final Path packages;

    TestCluster(Path directory) {
        cluster = EmbeddedKubernetes.start(
                EmbeddedKubeConfig.of(directory.resolve("data")).onPort(0), runtime, Clock.systemUTC());
        client = KubeClients.fromKubeconfig(cluster.kubeconfig());
        kube = KubeRest.of(client);
        for (var definition : CustomResourceDefinitions.all()) {
            kube.create("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", definition);
        }
        packages = directory.resolve("packages");
        var config = ControllerManagerConfig.of(directory.resolve("controllers"));
        var repositories = config.repositories().standalone(packages, Map.of()).polling(Duration.ofMinutes(10));
        controllers =
                ControllerManager.start(config.withRepositories(repositories), client, Clock.systemUTC(), runtime);
    }

    KubeRest kube() {
        return kube;
    }

    ControllerManager controllers() {
        return controllers;
    }

    Path packages() {
        return packages;
    }

    void create(String yaml) {
        var object = (ObjectNode) Yaml.parse(yaml);
        var plural = switch (object.path("kind").asText()) {
            case "Repository" -> Names.REPOSITORIES;
            case "Category" -> Names.CATEGORIES;
            case "Extension" -> Names.EXTENSIONS;
            default -> Names.VERSIONS;
        };
        kube.create(plural, object);
    }

    ObjectNode extension(String name) {
        return kube.get(Names.EXTENSIONS + "/" + name);
    }

    ObjectNode version(String name) {
        return kube.get(Names.VERSIONS + "/" + name);
    }

    /** The condition Synced once it has this status and says something with the words. */
    JsonNode awaitSynced(String repository, String status, String words) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(synced(repository).toPrettyString())
                        .contains("\"status\" : \"" + status + "\"")
                        .contains(words));
        return synced(repository);
    }

    private JsonNode synced(String repository) {
        return new RepositorySpec(kube.get(Names.REPOSITORIES + "/" + repository)).synced();
    }

    void awaitMissing(String path) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(kube.find(path)).isEmpty());
    }

    /** Presses the resync button. */
    void want(String repository) {
        var patch = Json.object();
        patch.putObject("status").putNull("lastSyncTime");
        kube.patch(Names.REPOSITORIES + "/" + repository, patch);
    }

    /** Presses the resync button and waits until it was heard. */
    void resync(String repository) {
        var path = Names.REPOSITORIES + "/" + repository;
        want(repository);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(
                                kube.get(path).at("/status/lastSyncTime").asText(""))
                        .startsWith("20"));
    }

    /** Resource versions of everything in the catalog but Repositories. */
    Map<String, String> written() {
        var versions = new TreeMap<String, String>();
        for (var collection : List.of(Names.EXTENSIONS, Names.VERSIONS, Names.CATEGORIES)) {
            kube.get(collection)
                    .path("items")
                    .forEach(item -> versions.put(
                            collection + "/" + item.at("/metadata/name").asText(),
                            item.at("/metadata/resourceVersion").asText()));
        }
        return versions;
    }

    @Override
    public void close() {
        controllers.close();
        client.close();
        cluster.close();
        runtime.close();
    }
}
