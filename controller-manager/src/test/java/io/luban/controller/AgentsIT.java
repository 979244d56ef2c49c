package io.luban.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.luban.embeddedkube.EmbeddedKubeConfig;
import io.luban.embeddedkube.EmbeddedKubernetes;
import io.luban.http.HttpRuntime;
import io.luban.kube.KubeClients;
import io.luban.kube.KubeRest;
import io.luban.model.CustomResourceDefinitions;
import io.luban.model.Json;
import io.luban.model.Yaml;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Agents on a member cluster of its own, beside one that nobody can reach. */
class AgentsIT {
    private static final String PLAN = "/apis/kubesphere.io/v1alpha1/installplans/hello";
    private static final String CLUSTERS = "/apis/cluster.kubesphere.io/v1alpha1/clusters";
    private static final String NAMESPACE = "/api/v1/namespaces/extension-hello";
    private static final String MAP = NAMESPACE + "/configmaps/hello-agent";
    private static final String BUNDLE = "/apis/extensions.kubesphere.io/v1alpha1/jsbundles/hello-agent";
    private static final String ROLE = "/apis/rbac.authorization.k8s.io/v1/clusterroles/kubesphere:hello:helm-executor";
    private static final String AGENT = """
            {{- if .Values.broken }}{{ fail "the agent is broken" }}{{ end }}
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: hello-agent}
            data:
              place: "{{ .Values.global.clusterInfo.name }} {{ .Values.global.clusterInfo.role }}"
              color: "{{ .Values.color }}"
              size: "{{ .Values.size }}"
            ---
            apiVersion: extensions.kubesphere.io/v1alpha1
            kind: JSBundle
            metadata: {name: hello-agent}
            spec: {raw: "Ly8="}
            """;

    @TempDir
    private static Path directory;

    private static TestPlatform platform;
    private static HttpRuntime runtime;
    private static EmbeddedKubernetes member;
    private static KubernetesClient client;
    private static KubeRest there;

    @BeforeAll
    static void start() throws IOException {
        platform = TestPlatform.start(directory);
        runtime = HttpRuntime.create();
        member = EmbeddedKubernetes.start(
                EmbeddedKubeConfig.of(directory.resolve("member")).onPort(0).simulating(true, Duration.ofMillis(100)),
                runtime,
                Clock.systemUTC());
        client = KubeClients.fromKubeconfig(member.kubeconfig());
        there = KubeRest.of(client);
        CustomResourceDefinitions.all()
                .forEach(kind -> there.create("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", kind));
        var extension = HelloExtension.write(directory, "1.0.0");
        var metadata = Files.readString(extension.directory().resolve("extension.yaml"));
        extension
                .put("extension.yaml", metadata + "installationMode: Multicluster\n")
                .put("charts/agent/values.yaml", "color: green\nsize: small\nbroken: false\n")
                .put("charts/agent/templates/map.yaml", AGENT)
                .put("charts/web/templates/hook.yaml", "");
        platform.publish(extension.directory());
        platform.publish(HelloExtension.write(directory, "2.0.0").directory());
        var kubeconfig = Files.readString(member.kubeconfig());
        createCluster("east", kubeconfig);
        try (var socket = new ServerSocket(0)) {
            var nowhere = ((ObjectNode) Yaml.parse(kubeconfig));
            nowhere.withObject("/clusters/0/cluster").put("server", "https://127.0.0.1:" + socket.getLocalPort());
            createCluster("lost", Json.text(nowhere));
        }
    }

    @AfterAll
    static void stop() {
        client.close();
        member.close();
        runtime.close();
        platform.close();
    }

    @AfterEach
    void remove_what_the_test_installed() {
        if (platform.kube().find(PLAN).isPresent()) {
            platform.annotate("hello", "kubesphere.io/force-delete");
            platform.remove("hello");
            platform.awaitGone(PLAN);
        }
        platform.kube().delete(NAMESPACE);
        platform.awaitGone(NAMESPACE);
    }

    @Test
    void an_agent_lives_on_the_clusters_that_are_named_whatever_is_wrong_with_others() {
        platform.install("hello", "1.0.0", "agent: {color: blue, size: big}");
        platform.change("hello", scheduled("lost", "nobody", "east"));

        awaitAgent("east", "Installed");

        assertThat(platform.plan("hello")
                        .at("/status/clusterSchedulingStatuses")
                        .properties())
                .extracting(entry -> entry.getKey())
                .containsExactlyInAnyOrder("lost", "east");
        assertThat(reason("lost", "Reachable")).isEqualTo("ClusterUnreachable");
        var map = there.get(MAP);
        assertThat(map.at("/metadata/labels/kubesphere.io~1extension-ref").asText())
                .isEqualTo("hello");
        assertThat(map.at("/data/place").asText()).isEqualTo("east member");
        assertThat(map.at("/data/color").asText()).as("of the override").isEqualTo("red");
        assertThat(map.at("/data/size").asText()).as("of the plan").isEqualTo("big");
        assertThat(there.find(ROLE)).isPresent();
        assertThat(there.find("/apis/apps/v1/namespaces/extension-hello/deployments/hello"))
                .isEmpty();
        assertThat(platform.kube().find(MAP)).isEmpty();
        await().atMost(TestPlatform.PATIENCE)
                .untilAsserted(() -> assertThat(bundleState()).isEqualTo("Available"));

        platform.change("hello", Json.object().put("enabled", false));

        await().atMost(TestPlatform.PATIENCE)
                .untilAsserted(() -> assertThat(bundleState()).isEqualTo("Disabled"));
        assertThat(platform.plan("hello").at("/status/enabled").asBoolean(true)).isFalse();

        platform.change("hello", scheduled("lost"));

        await().atMost(TestPlatform.PATIENCE)
                .untilAsserted(() -> assertThat(agent("east").isMissingNode()).isTrue());
        assertThat(there.find(MAP)).isEmpty();
        assertThat(there.find(ROLE)).isEmpty();
        platform.kube().patch(PLAN, released("lost"));
        platform.remove("hello");
        await().atMost(TestPlatform.PATIENCE)
                .untilAsserted(() -> assertThat(platform.plan("hello")
                                .at("/metadata/deletionTimestamp")
                                .isTextual())
                        .isTrue());
        await().during(Duration.ofSeconds(1))
                .until(() -> platform.kube().find(PLAN).isPresent());

        platform.annotate("hello", "kubesphere.io/force-delete");

        platform.awaitGone(PLAN);
        platform.awaitEvents("hello", "AgentAbandoned");
    }

    @Test
    void an_agent_waits_for_its_cluster_and_goes_with_it() throws IOException {
        createCluster("west", Files.readString(member.kubeconfig()));
        setReady("west", "False");
        platform.install("hello", "1.0.0", "");
        var bySelector = Json.object();
        bySelector
                .withObject("/clusterScheduling/placement/clusterSelector/matchLabels")
                .put("region", "west");
        platform.change("hello", bySelector);
        platform.awaitState("hello", "Installed");
        await().during(Duration.ofSeconds(1)).until(() -> agent("west").isMissingNode());

        setReady("west", "True");

        awaitAgent("west", "Installed");
        assertThat(there.get(MAP).at("/data/place").asText()).isEqualTo("west member");

        platform.kube().delete(CLUSTERS + "/west");

        await().atMost(TestPlatform.PATIENCE)
                .untilAsserted(() -> assertThat(agent("west").isMissingNode()).isTrue());
        platform.awaitEvents("hello", "AgentAbandoned");
        there.delete(NAMESPACE);
        there.delete(BUNDLE);
        await().atMost(TestPlatform.PATIENCE).until(() -> there.find(NAMESPACE).isEmpty());
    }

    @Test
    void one_retry_is_about_every_agent_that_has_failed() {
        platform.install("hello", "1.0.0", "agent: {broken: true}");
        platform.change("hello", scheduled("host", "east"));
        awaitAgent("east", "InstallFailed");
        awaitAgent("host", "InstallFailed");
        assertThat(agent("east").path("conditions").findValuesAsText("message"))
                .anyMatch(message -> message.contains("the agent is broken"));
        var east = agent("east").path("jobName");
        var host = agent("host").path("jobName");

        platform.annotate("hello", "kubesphere.io/retry");

        await().atMost(TestPlatform.PATIENCE)
                .until(() -> !agent("east").path("jobName").equals(east)
                        && !agent("host").path("jobName").equals(host)
                        && agent("east").path("state").asText().equals("InstallFailed")
                        && agent("host").path("state").asText().equals("InstallFailed"));
        assertThat(platform.plan("hello").at("/metadata/annotations").has("kubesphere.io/retry"))
                .isFalse();
    }

    @Test
    void an_extension_for_the_host_alone_has_no_agents() {
        platform.install("hello", "2.0.0", "");
        platform.change("hello", scheduled("east"));

        platform.awaitState("hello", "Installed");

        await().atMost(TestPlatform.PATIENCE)
                .untilAsserted(
                        () -> assertThat(reason(platform.plan("hello").path("status"), "ClusterSchedulingIgnored"))
                                .isEqualTo("HostOnly"));
        assertThat(agent("east").isMissingNode()).isTrue();
        assertThat(there.find(MAP)).isEmpty();
    }

    private static void createCluster(String name, String kubeconfig) {
        var cluster = Json.object()
                .put("apiVersion", "cluster.kubesphere.io/v1alpha1")
                .put("kind", "Cluster");
        cluster.withObject("/metadata").put("name", name).putObject("labels").put("region", name);
        cluster.withObject("/spec/connection")
                .put("type", "direct")
                .put("kubeconfig", Base64.getEncoder().encodeToString(kubeconfig.getBytes(StandardCharsets.UTF_8)));
        cluster.withObject("/status")
                .putArray("conditions")
                .addObject()
                .put("type", "Ready")
                .put("status", "True");
        platform.kube().create(CLUSTERS, cluster);
    }

    private static void setReady(String cluster, String status) {
        var patch = Json.object();
        patch.withObject("/status")
                .putArray("conditions")
                .addObject()
                .put("type", "Ready")
                .put("status", status);
        platform.kube().patch(CLUSTERS + "/" + cluster, patch);
    }

    private static ObjectNode scheduled(String... clusters) {
        var spec = Json.object();
        var names = spec.withObject("/clusterScheduling/placement").putArray("clusters");
        for (var cluster : clusters) {
            names.add(cluster);
        }
        spec.withObject("/clusterScheduling/overrides").put("east", "agent: {color: red}");
        return spec;
    }

    /** As if an agent had been installed there while the cluster could be reached. */
    private static ObjectNode released(String cluster) {
        var patch = Json.object();
        patch.withObject("/status/clusterSchedulingStatuses/" + cluster)
                .put("state", "Installed")
                .put("releaseName", "hello-agent")
                .put("targetNamespace", "extension-hello");
        return patch;
    }

    private static void awaitAgent(String cluster, String state) {
        await().atMost(TestPlatform.PATIENCE)
                .untilAsserted(() -> assertThat(agent(cluster).path("state").asText())
                        .as(platform.plan("hello").path("status").toPrettyString())
                        .isEqualTo(state));
    }

    private static JsonNode agent(String cluster) {
        return platform.plan("hello").at("/status/clusterSchedulingStatuses/" + cluster);
    }

    private static String bundleState() {
        return there.get(BUNDLE).at("/status/state").asText("");
    }

    private static String reason(String cluster, String type) {
        return reason(agent(cluster), type);
    }

    private static String reason(JsonNode status, String type) {
        for (var condition : status.path("conditions")) {
            if (condition.path("type").asText().equals(type)) {
                return condition.path("reason").asText();
            }
        }
        return "";
    }
}
