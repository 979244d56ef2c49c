package io.luban.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.embeddedkube.EmbeddedKubeConfig;
import io.luban.embeddedkube.EmbeddedKubernetes;
import io.luban.http.HttpRuntime;
import io.luban.ksbuilder.KsBuilder;
import io.luban.kube.KubeClients;
import io.luban.kube.KubeRest;
import io.luban.model.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The gateway and two replicas of the controllers, each a process, before the Kubernetes API of yet another one: an
 * extension is installed through the gateway while the replica that installs it is killed.
 */
class ControllersApartIT {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int ATTEMPTS = 5;
    private static final String PLANS = "/kapis/kubesphere.io/v1alpha1/installplans";
    private static final String PLAN = """
            {"apiVersion": "kubesphere.io/v1alpha1", "kind": "InstallPlan", "metadata": {"name": "greeting"},
             "spec": {"enabled": true, "extension": {"name": "greeting", "version": "1.0.0"}}}
            """;
    private static final Map<String, String> PACKAGE = Map.of(
            "extension.yaml", """
                    apiVersion: kubesphere.io/v1alpha1
                    name: greeting
                    version: 1.0.0
                    displayName: {en: Greeting}
                    description: {en: Greets}
                    category: dev-tools
                    provider: {en: {name: Somebody}}
                    icon: data:image/svg+xml;base64,PHN2Zy8+
                    dependencies: [{name: web, tags: [extension]}]
                    """,
            "permissions.yaml", """
                    kind: ClusterRole
                    rules: [{apiGroups: [extensions.kubesphere.io], resources: [jsbundles], verbs: ['*']}]
                    """,
            "charts/web/Chart.yaml", "apiVersion: v2\nname: web\nversion: 0.0.1\n",
            "charts/web/templates/all.yaml", """
                    apiVersion: v1
                    kind: ConfigMap
                    metadata: {name: greeting}
                    data: {index.js: "System.register([], function () {});"}
                    ---
                    apiVersion: extensions.kubesphere.io/v1alpha1
                    kind: JSBundle
                    metadata: {name: greeting}
                    spec:
                      rawFrom:
                        configMapKeyRef: {namespace: "{{ .Release.Namespace }}", name: greeting, key: index.js}
                    ---
                    apiVersion: apps/v1
                    kind: Deployment
                    metadata: {name: greeting}
                    spec:
                      selector: {matchLabels: {app: greeting}}
                      template:
                        metadata: {labels: {app: greeting}}
                        spec: {containers: [{name: web, image: example.org/web}]}
                    """);

    @TempDir
    private Path folder;

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void a_second_replica_finishes_what_the_leader_was_killed_at_and_the_gateway_sees_logs_and_previews_of_both()
            throws Exception {
        var config = EmbeddedKubeConfig.of(folder.resolve("data")).onPort(0).simulating(true, Duration.ofSeconds(5));
        try (var runtime = HttpRuntime.create();
                var kubernetes = EmbeddedKubernetes.start(config, runtime, Clock.systemUTC());
                var client = KubeClients.fromKubeconfig(kubernetes.kubeconfig())) {
            var kubeconfig = "--kubeconfig=" + kubernetes.kubeconfig();
            var password = bootstrap(kubeconfig);
            try (var first = controllers(kubeconfig, "first");
                    var second = controllers(kubeconfig, "second")) {
                var operations = second.await("logs and previews at (http://\\S+)");
                try (var gateway = gateway(kubeconfig, operations)) {
                    var url = gateway.await("listens on (http://\\S+)");
                    playThrough(new Site(url, token(url, password), KubeRest.of(client)), first, second, operations);
                    assertThat(gateway.stop()).isZero();
                }
            }
        }
    }

    private record Site(String url, String token, KubeRest kube) {}

    private void playThrough(Site site, PartProcess first, PartProcess second, String operations) throws Exception {
        var leader = second.await("metrics and health at (http://\\S+)");
        publish(site);
        var preview = send(site, "POST", PLANS + "/greeting/preview", PLAN);
        assertThat(preview.statusCode()).as(preview.body()).isEqualTo(200);
        assertThat(preview.body()).contains("JSBundle");
        assertThat(plain(operations + PLANS + "/greeting/logs").statusCode()).isEqualTo(401);
        assertThat(plain(leader + "/metrics").body())
                .contains("leader_election_master_status{name=\"ks-controller-manager\"} 0");

        assertThat(send(site, "POST", PLANS, PLAN).statusCode()).isEqualTo(201);
        await().atMost(PATIENCE).until(() -> history(site).equals(List.of("1 pending-install")));
        var job = plan(site).at("/status/jobName").asText();
        assertThat(send(site, "GET", PLANS + "/greeting/logs", "").body()).contains("operation " + job);
        first.kill();

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(plan(site).at("/status/state").asText())
                        .as(second.output())
                        .isEqualTo("Installed"));
        assertThat(history(site)).containsExactly("1 superseded", "2 deployed");
        var again = plan(site).at("/status/jobName").asText();
        assertThat(again).isNotEqualTo(job);
        assertThat(send(site, "GET", PLANS + "/greeting/logs", "").body()).contains("operation " + again);
        // switched on by the controller that follows the plan
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(
                                plain(site.url() + "/dist/greeting/index.js").body())
                        .isEqualTo("System.register([], function () {});"));
        assertThat(plain(leader + "/metrics").body())
                .contains("leader_election_master_status{name=\"ks-controller-manager\"} 1")
                .containsPattern(
                        "controller_runtime_reconcile_total\\{controller=\"installplan\",result=\"\\w+\"} [1-9]")
                .contains("process_resident_memory_bytes");
        assertThat(plain(leader + "/readyz").body()).isEqualTo("ok");
        var webhooks = site.kube().get("/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations");
        assertThat(webhooks.findValuesAsText("caBundle")).isNotEmpty();
        assertThat(webhooks.findValues("matchConditions"))
                .as("conditions that the API server on the same machine would load an engine for")
                .isEmpty();

        assertThat(second.stop()).isZero();
        assertThat(site.kube()
                        .get("/apis/coordination.k8s.io/v1/namespaces/kubesphere-system/leases/"
                                + "ks-controller-manager-leader-election")
                        .at("/spec/holderIdentity")
                        .asText())
                .isEmpty();
    }

    @Test
    void what_is_wrong_with_flags_is_told_at_once() throws Exception {
        try (var process = PartProcess.start(
                "ks-controller-manager",
                "--controllers=*,-reposotory",
                "--leader-elect",
                "--leader-elect-renew-deadline=40s",
                "--metrics-port=http",
                "--no-such-flag")) {
            assertThat(process.ended()).isEqualTo(1);
            assertThat(process.output())
                    .contains("4 problems")
                    .contains("--controllers: \"reposotory\" is not in the list of known controllers")
                    .contains("must be shorter than the lease")
                    .contains("--metrics-port: \"http\" must be a port")
                    .contains("unknown flag: --no-such-flag");
        }
    }

    private static String bootstrap(String kubeconfig) throws Exception {
        try (var process = PartProcess.start("bootstrap", kubeconfig)) {
            assertThat(process.ended()).as(process.output()).isZero();
            return process.await("password  (\\S+)");
        }
    }

    private PartProcess controllers(String kubeconfig, String name) throws Exception {
        var file = Files.writeString(folder.resolve(name + ".yaml"), "extension: {operations: {token: s3cret}}");
        var process = PartProcess.start(
                "ks-controller-manager",
                kubeconfig,
                "--config=" + file,
                "--data=" + folder.resolve(name),
                "--bind-address=127.0.0.1",
                "--metrics-port=0",
                "--webhook-port=0",
                "--operations-port=0",
                "--catalog-port=0",
                "--leader-elect",
                "--leader-elect-lease-duration=3s",
                "--leader-elect-renew-deadline=2s",
                "--leader-elect-retry-period=300ms");
        process.await("ks-controller-manager runs as");
        var metrics = process.await("metrics and health at (http://\\S+)");
        if (name.equals("first")) {
            await().atMost(PATIENCE)
                    .until(() -> plain(metrics + "/metrics").body().contains("ks-controller-manager\"} 1"));
        }
        return process;
    }

    private PartProcess gateway(String kubeconfig, String operations) throws Exception {
        var file = Files.writeString(
                folder.resolve("gateway.yaml"),
                "extension: {operations: {url: '%s', token: s3cret}}".formatted(operations));
        for (int attempt = 1; ; attempt++) {
            var process = PartProcess.start(
                    "ks-apiserver",
                    kubeconfig,
                    "--config=" + file,
                    "--bind-address=127.0.0.1",
                    "--insecure-port=" + GatewayCommand.freePort());
            try {
                process.await("listens on");
                return process;
            } catch (IllegalStateException e) {
                process.close();
                // somebody else may have been given the port meanwhile
                if (attempt == ATTEMPTS || !process.output().contains("cannot listen on")) {
                    throw e;
                }
            }
        }
    }

    private String token(String url, String password) throws Exception {
        var form = "grant_type=password&username=admin&password=%s&client_id=kubesphere&client_secret=kubesphere"
                .formatted(URLEncoder.encode(password, StandardCharsets.UTF_8));
        var request = HttpRequest.newBuilder(URI.create(url + "/oauth/token"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form));
        return Json.parse(http.send(request.build(), BodyHandlers.ofString()).body())
                .path("access_token")
                .asText();
    }

    private HttpResponse<String> send(Site site, String method, String path, String body) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(site.url() + path))
                .header("Authorization", "Bearer " + site.token())
                .header("Content-Type", "application/json")
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> plain(String url) throws Exception {
        return http.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());
    }

    private static JsonNode plan(Site site) {
        return site.kube().get("/apis/kubesphere.io/v1alpha1/installplans/greeting");
    }

    private static List<String> history(Site site) {
        var revisions = new ArrayList<String>();
        site.kube()
                .get("/api/v1/namespaces/extension-greeting/secrets?labelSelector=owner%3Dhelm")
                .path("items")
                .forEach(secret ->
                        revisions.add(secret.at("/metadata/labels/version").asText() + " "
                                + secret.at("/metadata/labels/status").asText()));
        return revisions.stream().sorted().toList();
    }

    private void publish(Site site) throws IOException {
        for (var file : PACKAGE.entrySet()) {
            var path = folder.resolve("greeting").resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.writeString(path, file.getValue());
        }
        var kubeconfig =
                Files.writeString(folder.resolve("gateway.kubeconfig"), """
                apiVersion: v1
                kind: Config
                current-context: gateway
                contexts: [{name: gateway, context: {cluster: gateway, user: admin}}]
                clusters: [{name: gateway, cluster: {server: "%s"}}]
                users: [{name: admin, user: {token: "%s"}}]
                """.formatted(site.url(), site.token()));
        var out = new ByteArrayOutputStream();
        int code = new KsBuilder(folder, Map.of("KUBECONFIG", kubeconfig.toString()), Clock.systemUTC())
                .run(
                        new String[] {"publish", "greeting"},
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(out, true, StandardCharsets.UTF_8));
        assertThat(code).as(out.toString(StandardCharsets.UTF_8)).isZero();
    }
}
