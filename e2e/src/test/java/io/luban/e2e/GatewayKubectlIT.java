package io.luban.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** kubectl knows nothing but the gateway's address and a token of the platform. */
class GatewayKubectlIT {
    private static final String POD = """
            apiVersion: v1
            kind: Pod
            metadata: {name: p, labels: {app: demo}}
            spec: {containers: [{name: main, image: i}]}
            """;

    @TempDir
    private static Path folder;

    private static GatewayWithCluster platform;
    private static String token;
    private static Kubectl kubectl;

    @BeforeAll
    static void start() throws Exception {
        Kubectl.assumeInstalled();
        platform = new GatewayWithCluster(folder.resolve("data"));
        token = platform.token();
        kubectl = new Kubectl(platform.kubeconfig(folder.resolve("kubeconfig"), token), folder);
        kubectl.apply(POD);
        kubectl.run("wait", "--for=condition=Ready", "pod/p", "--timeout=60s");
    }

    @AfterAll
    static void stop() {
        if (platform != null) {
            platform.close();
        }
    }

    @Test
    void objects_are_made_changed_and_deleted() throws Exception {
        assertThat(kubectl.apply("""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web}
                spec:
                  replicas: 2
                  selector: {matchLabels: {app: web}}
                  template:
                    metadata: {labels: {app: web}}
                    spec: {containers: [{name: web, image: nginx}]}
                """)).contains("deployment.apps/web created");
        assertThat(kubectl.run("wait", "--for=condition=Available", "deployment/web", "--timeout=60s"))
                .contains("condition met");
        assertThat(kubectl.run("get", "deployment", "web")).contains("2/2");
        assertThat(kubectl.run("create", "configmap", "c", "--from-literal=a=1"))
                .contains("configmap/c created");
        assertThat(kubectl.run("patch", "configmap", "c", "--type=merge", "-p", "{\"data\":{\"b\":\"2\"}}"))
                .contains("patched");
        assertThat(kubectl.run("patch", "deployment", "web", "-p", "{\"spec\":{\"replicas\":1}}"))
                .contains("patched");
        assertThat(kubectl.run("get", "configmap", "c", "-o", "jsonpath={.data}"))
                .isEqualTo("{\"a\":\"1\",\"b\":\"2\"}");
        assertThat(kubectl.attempt("", "create", "configmap", "c").output()).contains("already exists");
        assertThat(kubectl.run("get", "configmap", "c", "-o", "json", "--show-managed-fields"))
                .contains("kubectl-create");
        assertThat(kubectl.run("delete", "configmap", "c")).contains("deleted");
        assertThat(kubectl.attempt("", "get", "configmap", "c").output()).contains("NotFound");
        assertThat(kubectl.run("api-resources", "--api-group=iam.kubesphere.io"))
                .contains("globalroles");
    }

    @Test
    void a_watch_shows_what_happens() throws Exception {
        var output = folder.resolve("watch");
        var process = start(output, "get", "configmaps", "-l", "watched=yes", "-w", "-o", "name");
        try {
            kubectl.run("create", "configmap", "seen");
            kubectl.run("label", "configmap", "seen", "watched=yes");
            await().atMost(60, TimeUnit.SECONDS)
                    .until(() -> Files.readString(output).contains("configmap/seen"));
            assertThat(process.isAlive()).isTrue();
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void commands_and_logs_of_pods_come_through() throws Exception {
        try (var attached = platform.kubernetes().streamBackends().attach(new MachineRuntime())) {
            assertThat(attached).isNotNull();
            assertThat(kubectl.run("exec", "p", "--", "echo", "hello")).isEqualTo("hello\n");
            assertThat(kubectl.attempt("x".repeat(300_000), "exec", "-i", "p", "--", "wc", "-c")
                            .output())
                    .contains("300000");
            assertThat(kubectl.attempt("", "exec", "p", "--", "sh", "-c", "exit 3")
                            .exitCode())
                    .isEqualTo(3);
            assertThat(kubectl.run("logs", "-f", "p")).isEqualTo("line 1 of main\nline 2 of main\nline 3 of main\n");
        }
    }

    /** The member is the same gateway, reached over the network as another one would be. */
    @Test
    void clusters_are_reached_under_their_prefix() throws Exception {
        var access = Files.readString(platform.kubeconfig(folder.resolve("member"), token));
        kubectl.apply("""
                apiVersion: cluster.kubesphere.io/v1alpha1
                kind: Cluster
                metadata: {name: member}
                spec: {connection: {type: direct, kubesphereAPIEndpoint: "%s", kubeconfig: %s}}
                status: {conditions: [{type: Ready, status: "True"}]}
                """.formatted(
                        platform.url(), Base64.getEncoder().encodeToString(access.getBytes(StandardCharsets.UTF_8))));
        for (var cluster : new String[] {"host", "member"}) {
            var config = platform.kubeconfig(folder.resolve("of-" + cluster), token, "/clusters/" + cluster);
            var there = new Kubectl(config, folder);
            await().atMost(60, TimeUnit.SECONDS)
                    .untilAsserted(() ->
                            assertThat(there.run("get", "pods", "-o", "name")).contains("pod/p"));
            assertThat(there.run("api-resources")).contains("deployments", "globalroles");
            there.apply("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: by-%s}".formatted(cluster));
            assertThat(kubectl.run("get", "configmap", "by-" + cluster)).contains("by-" + cluster);
            try (var attached = platform.kubernetes().streamBackends().attach(new MachineRuntime())) {
                assertThat(attached).isNotNull();
                assertThat(there.run("exec", "p", "--", "echo", cluster)).isEqualTo(cluster + "\n");
            }
        }
    }

    @Test
    void ports_of_pods_are_reached() throws Exception {
        var backend = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        backend.createContext("/", exchange -> {
            int length = exchange.getRequestBody().readAllBytes().length;
            var answer = "got %d bytes".formatted(length).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        backend.start();
        var output = folder.resolve("forward");
        try (var attached = platform.kubernetes().streamBackends().attach(new MachineRuntime());
                var http = HttpClient.newHttpClient()) {
            assertThat(attached).isNotNull();
            var process = start(
                    output, "port-forward", "p", ":" + backend.getAddress().getPort());
            try {
                var local = Pattern.compile("127\\.0\\.0\\.1:(\\d+) ->");
                await().atMost(60, TimeUnit.SECONDS)
                        .until(() -> local.matcher(Files.readString(output)).find());
                var found = local.matcher(Files.readString(output));
                assertThat(found.find()).isTrue();
                for (int i = 0; i < 3; i++) {
                    var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + found.group(1) + "/"))
                            .POST(BodyPublishers.ofString("x".repeat(100_000)))
                            .build();
                    assertThat(http.send(request, BodyHandlers.ofString()).body())
                            .isEqualTo("got 100000 bytes");
                }
            } finally {
                process.destroyForcibly();
            }
        } finally {
            backend.stop(0);
        }
    }

    /** A user without any role but what everybody has, and one right of their own. */
    @Test
    void plain_users_learn_which_kinds_there_are_and_see_no_secret_of_others() throws Exception {
        kubectl.apply("""
                apiVersion: iam.kubesphere.io/v1beta1
                kind: User
                metadata: {name: pia}
                spec: {email: pia@example.org, password: Plain-user-1}
                ---
                apiVersion: iam.kubesphere.io/v1beta1
                kind: GlobalRole
                metadata: {name: deployments}
                rules: [{apiGroups: [apps], resources: [deployments], verbs: [get, list, create]}]
                ---
                apiVersion: iam.kubesphere.io/v1beta1
                kind: GlobalRoleBinding
                metadata: {name: deployments-of-pia}
                roleRef: {apiGroup: iam.kubesphere.io, kind: GlobalRole, name: deployments}
                subjects: [{apiGroup: iam.kubesphere.io, kind: User, name: pia}]
                """);
        await().atMost(60, TimeUnit.SECONDS)
                .until(() -> !platform.token("pia", "Plain-user-1").isEmpty());
        var hers =
                new Kubectl(platform.kubeconfig(folder.resolve("pia"), platform.token("pia", "Plain-user-1")), folder);

        assertThat(hers.run("api-resources")).contains("deployments", "jsbundles");
        assertThat(hers.run("api-versions")).contains("apps/v1", "iam.kubesphere.io/v1beta1");
        assertThat(hers.run("explain", "deployment.spec.replicas")).contains("replicas");
        hers.run("create", "deployment", "pias", "--image=nginx");
        assertThat(hers.run("get", "deployments", "-o", "name")).contains("deployment.apps/pias");
        assertThat(hers.attempt("", "get", "secrets").output()).contains("forbidden");
        for (var form : new String[] {"json", "yaml", "wide", "jsonpath={.items[*].spec}"}) {
            assertThat(hers.run("get", "users.iam.kubesphere.io", "-o", form))
                    .as(form)
                    .doesNotContain("$2a$", "$2y$", "password:", "\"password\"");
        }
        assertThat(hers.run("get", "users.iam.kubesphere.io")).contains("admin", "pia");
    }

    @Test
    void a_user_that_is_replaced_by_what_was_read_can_still_log_in() throws Exception {
        kubectl.apply("""
                apiVersion: iam.kubesphere.io/v1beta1
                kind: User
                metadata: {name: ron}
                spec: {email: ron@example.org, password: Plain-user-2}
                """);
        await().atMost(60, TimeUnit.SECONDS)
                .until(() -> !platform.token("ron", "Plain-user-2").isEmpty());
        var read = kubectl.run("get", "user.iam.kubesphere.io", "ron", "-o", "yaml");
        assertThat(read).doesNotContain("$2a$", "password:");

        var replaced = kubectl.attempt(read.replace("ron@example.org", "new@example.org"), "replace", "-f", "-");

        assertThat(replaced.exitCode()).as(replaced.output()).isZero();
        assertThat(kubectl.run("get", "user.iam.kubesphere.io", "ron", "-o", "jsonpath={.spec.email}"))
                .isEqualTo("new@example.org");
        assertThat(platform.token("ron", "Plain-user-2")).isNotEmpty();
    }

    @Test
    void a_wrong_token_opens_nothing_and_the_read_api_shows_the_same_objects() throws Exception {
        var stranger = new Kubectl(platform.kubeconfig(folder.resolve("wrong"), "nonsense"), folder);
        assertThat(stranger.attempt("", "get", "pods").output()).contains("You must be logged in to the server");
        var pods = platform.json(
                "/kapis/resources.kubesphere.io/v1alpha3/namespaces/default/pods?labelSelector=app%3Ddemo&status=Running",
                token);
        assertThat(pods.path("totalItems").asInt()).isEqualTo(1);
        var deployments = platform.json("/kapis/apps/v1/namespaces/default/deployments?limit=1", token);
        assertThat(deployments.path("kind").asText()).isEqualTo("DeploymentList");
        assertThat(deployments.at("/metadata/continue").isTextual()).isTrue();
    }

    private static Process start(Path output, String... arguments) throws Exception {
        var command = new ArrayList<>(List.of("kubectl"));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().putAll(Map.of("KUBECONFIG", kubectl.kubeconfig().toString(), "HOME", folder.toString()));
        return builder.start();
    }
}
