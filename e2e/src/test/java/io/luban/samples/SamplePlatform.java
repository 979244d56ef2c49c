package io.luban.samples;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.luban.apiserver.ApiServer;
import io.luban.apiserver.ApiServerConfig;
import io.luban.apiserver.IamBootstrap;
import io.luban.apiserver.kubeproxy.KubeUpstream;
import io.luban.embeddedkube.EmbeddedKubeConfig;
import io.luban.embeddedkube.EmbeddedKubernetes;
import io.luban.embeddedkube.auth.User;
import io.luban.http.HttpRuntime;
import io.luban.http.Request;
import io.luban.kube.KubeClients;
import io.luban.kube.KubeRest;
import io.luban.model.CustomResourceDefinitions;
import io.luban.model.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;

/** The embedded Kubernetes, the gateway in front of it, and a backend that tells what it was sent. */
final class SamplePlatform implements AutoCloseable {
    private static final String PASSWORD = "Sample-Passw0rd";

    private final HttpRuntime runtime = HttpRuntime.create();
    private final HttpClient http = HttpClient.newHttpClient();
    private final EmbeddedKubernetes kubernetes;
    private final KubernetesClient client;
    private final KubeRest kube;
    private final ApiServer gateway;
    private final HttpServer backend;
    private final String token;

    SamplePlatform(Path data) throws IOException {
        var defaults = EmbeddedKubeConfig.of(data);
        var config = defaults.onPort(0);
        kubernetes = EmbeddedKubernetes.start(config, runtime, Clock.systemUTC());
        client = KubeClients.fromKubeconfig(kubernetes.kubeconfig());
        kube = KubeRest.of(client);
        CustomResourceDefinitions.all().forEach(this::define);
        new IamBootstrap(client, Clock.systemUTC()).run(PASSWORD);
        var gatewayConfig = ApiServerConfig.defaults().listeningAt("127.0.0.1", 0);
        gateway = ApiServer.start(
                gatewayConfig, runtime, client, KubeUpstream.inProcess(this::toKubernetes), Clock.systemUTC());
        backend = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        backend.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        backend.createContext("/", SamplePlatform::echo);
        backend.start();
        token = login();
    }

    private void define(ObjectNode definition) {
        kube.create("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", definition);
        var spec = definition.path("spec");
        var path = "/apis/%s/%s/%s"
                .formatted(
                        spec.path("group").asText(),
                        spec.at("/versions/0/name").asText(),
                        spec.at("/names/plural").asText());
        await().atMost(Duration.ofSeconds(30)).until(() -> kube.find(path).isPresent());
    }

    private io.luban.http.Reply toKubernetes(Request request) {
        var user = request.attribute(KubeUpstream.AUTHORIZED_USER).orElseThrow();
        var trusted = new User(user.name(), user.uid(), List.of("system:masters"), Map.of());
        return kubernetes.handler().handle(request.with(EmbeddedKubernetes.TRUSTED_USER, trusted));
    }

    private String login() throws IOException {
        var form = "grant_type=password&username=admin&client_id=kubesphere&client_secret=kubesphere&password="
                + URLEncoder.encode(PASSWORD, StandardCharsets.UTF_8);
        var answer = send(request("/oauth/token")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form)));
        return Json.parse(answer.body()).path("access_token").asText();
    }

    KubeRest kube() {
        return kube;
    }

    Path kubeconfig() {
        return kubernetes.kubeconfig();
    }

    int backendPort() {
        return backend.getAddress().getPort();
    }

    HttpRequest.Builder request(String target) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port() + target));
    }

    HttpRequest.Builder authorized(String target) {
        return request(target).header("Authorization", "Bearer " + token);
    }

    HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static void echo(HttpExchange exchange) throws IOException {
        var path = exchange.getRequestURI().getPath();
        var answer = exchange.getResponseHeaders();
        answer.set("X-Backend", "yes");
        answer.set("Content-Type", path.endsWith("/page") ? "text/html" : "application/json");
        var seen = Json.object()
                .put("method", exchange.getRequestMethod())
                .put("target", exchange.getRequestURI().toString());
        var fields = seen.putObject("headers");
        exchange.getRequestHeaders().forEach((name, values) -> fields.put(name, String.join(",", values)));
        var body = path.endsWith("/page")
                ? "<a href=\"/other\">other</a>".getBytes(StandardCharsets.UTF_8)
                : Json.bytes(seen);
        if (path.endsWith("/redirect")) {
            answer.set("Location", "/elsewhere");
        }
        exchange.sendResponseHeaders(path.endsWith("/redirect") ? 302 : 200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Override
    public void close() {
        gateway.close();
        backend.stop(0);
        client.close();
        kubernetes.close();
        runtime.close();
        http.close();
    }
}
