package io.luban.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.luban.controller.extension.ExtensionSettings;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** An embedded cluster with the platform's kinds and a controller manager that can be restarted. */
final class TestPlatform implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(60);
    static final String KUBECONFIG = "apiVersion: v1\nkind: Config\n";
    private static final String GROUP = "/apis/kubesphere.io/v1alpha1/";

    private final Path directory;
    private final HttpRuntime runtime = HttpRuntime.create();
    private final EmbeddedKubernetes cluster;
    private final KubernetesClient client;
    private final KubeRest kube;
    private ControllerManager controllers;

    private TestPlatform(Path directory, Duration simulated) {
        this.directory = directory;
        var defaults = EmbeddedKubeConfig.of(directory.resolve("data"));
        cluster = EmbeddedKubernetes.start(defaults.onPort(0).simulating(true, simulated), runtime, Clock.systemUTC());
        client = KubeClients.fromKubeconfig(cluster.kubeconfig());
        kube = KubeRest.of(client);
        for (var definition : CustomResourceDefinitions.all()) {
            kube.create("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", definition);
        }
        createNamespace("kubesphere-system");
        controllers = startControllers();
    }

    static TestPlatform start(Path directory) {
        return start(directory, Duration.ofMillis(100));
    }

    /** One where workloads take this long until they are ready. */
    static TestPlatform start(Path directory, Duration simulated) {
        return new TestPlatform(directory, simulated);
    }

    KubeRest kube() {
        return kube;
    }

    ControllerManager controllers() {
        return controllers;
    }

    Path kubeconfig() {
        return cluster.kubeconfig();
    }

    void stopControllers() {
        controllers.close();
    }

    /** Ends the controllers and starts others that install extensions in another way. */
    void restartControllers(UnaryOperator<ExtensionSettings> edit) {
        controllers.close();
        controllers = startControllers(client, edit);
    }

    /** Ends the controllers and starts others that are set up otherwise. */
    void reconfigureControllers(UnaryOperator<ControllerManagerConfig> edit) {
        controllers.close();
        controllers = ControllerManager.start(edit.apply(config("controllers")), client, Clock.systemUTC(), runtime);
    }

    void restartControllers() {
        controllers = startControllers();
    }

    /** Ends the controllers, however they are, and starts others in their place that reach the cluster by {@code other}. */
    void replaceControllers(KubernetesClient other) {
        controllers.close();
        controllers = startControllers(other);
    }

    /** Publishes as a user does; answers what was printed. */
    String publish(Path extension) {
        return ksbuilder("publish", extension.toString());
    }

    /** Runs a command of ksbuilder in the platform's folder; answers what was printed. */
    String ksbuilder(String... arguments) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        var builder = new KsBuilder(directory, Map.of("KUBECONFIG", kubeconfig().toString()), Clock.systemUTC());
        int code = builder.run(
                arguments,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        assertThat(code).as(err.toString(StandardCharsets.UTF_8)).isZero();
        return out.toString(StandardCharsets.UTF_8);
    }

    void install(String extension, String version, String config) {
        var plan = Json.object().put("apiVersion", "kubesphere.io/v1alpha1").put("kind", "InstallPlan");
        plan.putObject("metadata").put("name", extension);
        plan.putObject("spec")
                .put("enabled", true)
                .put("config", config)
                .putObject("extension")
                .put("name", extension)
                .put("version", version);
        kube.create(GROUP + "installplans", plan);
    }

    void change(String extension, ObjectNode spec) {
        var patch = Json.object();
        patch.set("spec", spec);
        kube.patch(GROUP + "installplans/" + extension, patch);
    }

    /** Puts an annotation without a value on a plan. */
    void annotate(String extension, String annotation) {
        var patch = Json.object();
        patch.withObject("/metadata/annotations").put(annotation, "");
        kube.patch(GROUP + "installplans/" + extension, patch);
    }

    /** Waits for events about a plan, or another object of the name: what has happened is told after it is written down. */
    void awaitEvents(String name, String... reasons) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(eventReasons(name)).contains(reasons));
    }

    private List<String> eventReasons(String extension) {
        var reasons = new ArrayList<String>();
        for (var event : kube.get("/api/v1/namespaces/default/events").path("items")) {
            if (event.at("/involvedObject/name").asText().equals(extension)) {
                reasons.add(event.path("reason").asText());
            }
        }
        return reasons;
    }

    ObjectNode plan(String extension) {
        return kube.get(GROUP + "installplans/" + extension);
    }

    ObjectNode extension(String extension) {
        return kube.get(GROUP + "extensions/" + extension);
    }

    /** Waits for the state, and says what the plan looks like when it does not come. */
    ObjectNode awaitState(String extension, String state) {
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(plan(extension).at("/status/state").asText())
                                .as(plan(extension).path("status").toPrettyString() + log(extension))
                                .isEqualTo(state));
        return plan(extension);
    }

    void remove(String extension) {
        kube.delete(GROUP + "installplans/" + extension);
    }

    void awaitGone(String path) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(kube.find(path).map(ObjectNode::toPrettyString))
                        .isEmpty());
    }

    private String log(String extension) {
        var operations = controllers.operationLogs().operations(extension);
        return operations.isEmpty()
                ? ""
                : controllers
                        .operationLogs()
                        .read(extension, operations.getLast())
                        .orElse("");
    }

    private void createNamespace(String name) {
        if (kube.find("/api/v1/namespaces/" + name).isEmpty()) {
            var namespace = Json.object().put("apiVersion", "v1").put("kind", "Namespace");
            namespace.putObject("metadata").put("name", name);
            kube.create("/api/v1/namespaces", namespace);
        }
    }

    private ControllerManager startControllers() {
        return startControllers(client);
    }

    private ControllerManager startControllers(KubernetesClient client) {
        return startControllers(client, settings -> settings);
    }

    private ControllerManager startControllers(KubernetesClient client, UnaryOperator<ExtensionSettings> edit) {
        var config = config("controllers");
        return ControllerManager.start(
                config.withExtensions(edit.apply(config.extensions())), client, Clock.systemUTC(), runtime);
    }

    private ControllerManagerConfig config(String folder) {
        var helm = new ExtensionSettings.Helm(Duration.ofSeconds(40), 2, true);
        return ControllerManagerConfig.of(directory.resolve(folder))
                .reaching(KUBECONFIG)
                .withExtensions(ExtensionSettings.defaults().withHelm(helm));
    }

    /** Further controllers beside those of the platform; the caller closes them. */
    ControllerManager startReplica(ReplicaSettings replica) {
        var config = config("replica-" + replica.election().identity()).among(replica);
        return ControllerManager.start(config, client, Clock.systemUTC(), runtime);
    }

    @Override
    public void close() {
        for (var part : List.<Runnable>of(controllers::close, client::close, cluster::close, runtime::close)) {
            part.run();
        }
    }
}
