package io.luban.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import io.luban.model.ApiException;
import io.luban.model.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills the controllers right after a plan has come to a state, each state of each operation once: from that moment no
 * request of theirs arrives any more, nor of the Helm process they have started. Others take their place.
 */
class KilledControllersIT {
    private static final String PLAN = "/apis/kubesphere.io/v1alpha1/installplans/hello";
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    private Path directory;

    private TestPlatform platform;
    private final Set<String> reached = ConcurrentHashMap.newKeySet();
    private final List<KubernetesClient> clients = new ArrayList<>();
    private volatile String operation = "";
    private volatile boolean dead;

    @BeforeEach
    void start() throws IOException {
        platform = TestPlatform.start(directory);
        HelloExtension.write(directory, "1.0.0")
                .put("extension.yaml", multicluster("1.0.0"))
                .directory();
        platform.publish(directory.resolve("hello-1.0.0"));
        HelloExtension.write(directory, "1.1.0").put("extension.yaml", multicluster("1.1.0"));
        platform.publish(directory.resolve("hello-1.1.0"));
        platform.replaceControllers(mortal());
    }

    @AfterEach
    void stop() {
        platform.close();
        clients.forEach(KubernetesClient::close);
    }

    @Test
    void a_plan_ends_where_it_should_although_the_controllers_die_at_every_state_it_passes() {
        operation = "install";
        platform.install("hello", "1.0.0", "");
        survive(() -> isInstalled("1.0.0") && reached.contains("install Installed"));
        assertThat(released("hello")).isEqualTo("deployed");

        operation = "schedule";
        platform.change("hello", onHost());
        survive(() -> agentState().equals("1.0.0 Installed") && reached.contains("schedule agent Installed"));

        operation = "upgrade";
        platform.change("hello", version("1.1.0"));
        survive(() -> isInstalled("1.1.0")
                && agentState().equals("1.1.0 Installed")
                && reached.contains("upgrade agent Installed"));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(platform.kube()
                                .get("/apis/apps/v1/namespaces/extension-hello/deployments/hello")
                                .at("/status/readyReplicas")
                                .asInt())
                        .isEqualTo(1));

        operation = "remove";
        platform.remove("hello");
        survive(() -> platform.kube().find(PLAN).isEmpty());
        for (var gone : List.of(
                "/api/v1/namespaces/extension-hello",
                "/apis/extensions.kubesphere.io/v1alpha1/jsbundles/hello",
                "/apis/rbac.authorization.k8s.io/v1/clusterroles/kubesphere:hello:helm-executor")) {
            platform.awaitGone(gone);
        }
        assertThat(reached)
                .contains("install ", "install Preparing", "install Installing", "install Installed")
                .contains("schedule agent Preparing", "schedule agent Installing", "schedule agent Installed")
                .contains("upgrade Preparing", "upgrade Upgrading", "upgrade Installed")
                .contains("upgrade agent Preparing", "upgrade agent Upgrading", "upgrade agent Installed")
                .contains("remove agent Uninstalling", "remove Uninstalling", "remove Uninstalled");
    }

    /** Replaces dead controllers until the condition holds and nobody has died meanwhile. */
    private void survive(BooleanSupplier condition) {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).until(() -> {
            if (dead) {
                platform.replaceControllers(mortal());
                return false;
            }
            return condition.getAsBoolean();
        });
    }

    private boolean isInstalled(String version) {
        var status = platform.plan("hello").path("status");
        return status.path("state").asText().equals("Installed")
                && status.path("version").asText().equals(version);
    }

    private String agentState() {
        var agent = platform.plan("hello").at("/status/clusterSchedulingStatuses/host");
        return agent.path("version").asText() + " " + agent.path("state").asText();
    }

    private String released(String release) {
        var secrets = platform.kube()
                .get("/api/v1/namespaces/extension-hello/secrets?labelSelector=owner%3Dhelm%2Cname%3D" + release)
                .path("items");
        return secrets.path(secrets.size() - 1).at("/metadata/labels/status").asText();
    }

    /** A client that dies for good when the plan has come to a state in which nobody has died yet. */
    private KubernetesClient mortal() {
        dead = false;
        var fate = new Fate();
        try {
            var client = new KubernetesClientBuilder()
                    .withConfig(Config.fromKubeconfig(Files.readString(platform.kubeconfig())))
                    .withHttpClientFactory(new JdkHttpClientFactory())
                    .withHttpClientBuilderConsumer(http -> http.addOrReplaceInterceptor("fate", fate))
                    .build();
            clients.add(client);
            return client;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private final class Fate implements Interceptor {
        private volatile boolean struck;

        @Override
        public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
            if (struck) {
                throw ApiException.unavailable("these controllers are dead");
            }
        }

        @Override
        public void after(
                HttpRequest request, HttpResponse<?> response, AsyncBody.Consumer<List<java.nio.ByteBuffer>> consumer) {
            if (request.method().equals("PATCH") && request.uri().getPath().equals(PLAN) && reached.addAll(places())) {
                struck = true;
                dead = true;
            }
        }

        private List<String> places() {
            var status = platform.kube().find(PLAN).orElseGet(Json::object).path("status");
            var places = new ArrayList<String>();
            places.add(operation + " " + status.path("state").asText(""));
            var agent = status.at("/clusterSchedulingStatuses/host/state").asText("");
            if (!agent.isEmpty()) {
                places.add(operation + " agent " + agent);
            }
            return places;
        }
    }

    private String multicluster(String version) throws IOException {
        var file = directory.resolve("hello-" + version).resolve("extension.yaml");
        return Files.readString(file) + "installationMode: Multicluster\n";
    }

    private static ObjectNode onHost() {
        var spec = Json.object();
        spec.withObject("/clusterScheduling/placement").putArray("clusters").add("host");
        return spec;
    }

    private static ObjectNode version(String version) {
        var spec = Json.object();
        spec.putObject("extension").put("name", "hello").put("version", version);
        return spec;
    }
}
