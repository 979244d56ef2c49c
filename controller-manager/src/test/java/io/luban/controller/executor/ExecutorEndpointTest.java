package io.luban.controller.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.luban.http.Headers;
import io.luban.http.HttpRuntime;
import io.luban.http.HttpServer;
import io.luban.http.Reply;
import io.luban.http.Request;
import io.luban.http.ServerConfig;
import io.luban.http.StreamSink;
import io.luban.kube.KubeClients;
import io.luban.model.Ids;
import io.luban.model.Json;
import io.luban.model.Yaml;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ExecutorEndpointTest {
    private final HttpRuntime runtime = HttpRuntime.create();
    private final BlockingQueue<Request> received = new ArrayBlockingQueue<>(10);
    private final BlockingQueue<StreamSink> streams = new ArrayBlockingQueue<>(10);
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final Set<String> missing = ConcurrentHashMap.newKeySet();
    private final HttpClient http = HttpClient.newHttpClient();
    private HttpServer cluster;
    private KubernetesClient client;
    private ExecutorEndpoint endpoint;

    @BeforeEach
    void start() {
        cluster = HttpServer.start(runtime, ServerConfig.loopback(), request -> Optional.empty(), this::answer);
        client = KubeClients.forServer("http://127.0.0.1:" + cluster.port());
        endpoint = ExecutorEndpoint.start(runtime, client, Ids.random());
    }

    @AfterEach
    void stop() {
        streams.forEach(StreamSink::end);
        endpoint.close();
        client.close();
        cluster.close();
        runtime.close();
    }

    @Test
    void a_write_reaches_the_cluster_as_the_executor_account_with_the_label() throws Exception {
        var grant = Grant.serviceAccount("demo", "extension-demo", "helm-executor.demo");
        try (var access = endpoint.open(grant, log::add)) {
            var answer =
                    send(access, "POST", "/api/v1/namespaces/ns/configmaps?fieldManager=java", "{\"metadata\":{}}");

            assertThat(answer.statusCode()).isEqualTo(201);
            assertThat(answer.headers().firstValue("Warning")).contains("299 - \"old\"");
        }
        var request = received.take();
        assertThat(request.rawPath() + "?" + request.rawQuery())
                .isEqualTo("/api/v1/namespaces/ns/configmaps?fieldManager=java");
        assertThat(request.header("Impersonate-User"))
                .contains("system:serviceaccount:extension-demo:helm-executor.demo");
        assertThat(request.headers().all("Impersonate-Group"))
                .containsExactly(
                        "system:serviceaccounts", "system:serviceaccounts:extension-demo", "system:authenticated");
        assertThat(request.header("Authorization")).isEmpty();
        assertThat(Json.parse(request.body(1000))
                        .at("/metadata/labels/kubesphere.io~1extension-ref")
                        .asText())
                .isEqualTo("demo");
        assertThat(log).containsExactly("POST configmaps ns/: 201");
    }

    @Test
    void nothing_is_reached_by_another_path_or_after_the_operation() throws Exception {
        ExecutorEndpoint.Access kept;
        try (var access = endpoint.open(Grant.platform("demo"), log::add)) {
            kept = access;
            var guessed = URI.create(uri(access, "").resolve("/version").toString());
            var answer = http.send(HttpRequest.newBuilder(guessed).build(), HttpResponse.BodyHandlers.discarding());
            assertThat(answer.statusCode()).isEqualTo(401);
            assertThat(send(access, "GET", "/version", "").statusCode()).isEqualTo(201);
        }

        assertThat(send(kept, "GET", "/version", "").statusCode()).isEqualTo(401);
        assertThat(received).hasSize(1);
    }

    @Test
    void a_client_cannot_choose_whom_it_acts_as() throws Exception {
        try (var access = endpoint.open(Grant.platform("demo"), log::add)) {
            var request = request(access, "/version")
                    .header("Impersonate-User", "root")
                    .header("Impersonate-Extra-scope", "all")
                    .build();
            http.send(request, HttpResponse.BodyHandlers.discarding());
        }

        var seen = received.take();
        assertThat(seen.header("Impersonate-User")).isEmpty();
        assertThat(seen.header("Impersonate-Extra-scope")).isEmpty();
    }

    @Test
    void a_write_into_a_missing_namespace_is_tried_again_when_somebody_makes_it() throws Exception {
        missing.addAll(List.of("made", "not-made"));
        var grant = Grant.serviceAccount("demo", "extension-demo", "helm-executor.demo")
                .with(namespace -> namespace.equals("made") && missing.remove(namespace));
        try (var access = endpoint.open(grant, log::add)) {
            assertThat(send(access, "POST", "/api/v1/namespaces/made/configmaps", "{\"data\":{}}")
                            .statusCode())
                    .isEqualTo(201);
            assertThat(send(access, "POST", "/api/v1/namespaces/not-made/configmaps", "{}")
                            .statusCode())
                    .isEqualTo(404);
        }

        var first = received.take();
        var second = received.take();
        assertThat(second.rawPath()).isEqualTo(first.rawPath());
        assertThat(second.body(1000)).isEqualTo(first.body(1000));
        assertThat(log)
                .containsExactly(
                        "namespace made made in place of a hook",
                        "POST configmaps made/: 201",
                        "POST configmaps not-made/: 404");
    }

    @Test
    void who_may_only_read_writes_nothing_and_finds_nothing_it_may_not_see() throws Exception {
        var grant = Grant.serviceAccount("demo", "extension-demo", "helm-executor.demo")
                .reading();
        try (var access = endpoint.open(grant, log::add)) {
            assertThat(send(access, "POST", "/api/v1/namespaces/ns/configmaps", "{}")
                            .statusCode())
                    .isEqualTo(403);
            assertThat(received).isEmpty();
            var unseen = send(access, "GET", "/api/v1/namespaces/forbidden/secrets/s", "");
            assertThat(unseen.statusCode()).isEqualTo(404);
            assertThat(unseen.body()).contains("secrets \\\"s\\\" not found");
        }
    }

    @Test
    void a_watch_arrives_event_by_event() throws Exception {
        try (var access = endpoint.open(Grant.platform("demo"), log::add)) {
            var request = request(access, "/api/v1/pods?watch=true").build();
            var answer = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
            var sink = streams.take();

            try (InputStream body = answer.body()) {
                sink.write("{\"type\":\"ADDED\"}\n".getBytes(StandardCharsets.UTF_8));
                assertThat(readLine(body)).isEqualTo("{\"type\":\"ADDED\"}");
                sink.write("{\"type\":\"DELETED\"}\n".getBytes(StandardCharsets.UTF_8));
                assertThat(readLine(body)).isEqualTo("{\"type\":\"DELETED\"}");
            }

            var closed = new ArrayBlockingQueue<Boolean>(1);
            sink.onClose(() -> closed.add(true));
            await().atMost(Duration.ofSeconds(30)).until(() -> {
                sink.write("{}\n".getBytes(StandardCharsets.UTF_8));
                return !closed.isEmpty();
            });
        }
    }

    private Reply answer(Request request) {
        request.body(1000);
        received.add(request);
        if (missing.stream().anyMatch(namespace -> request.path().contains("/" + namespace + "/"))) {
            return new Reply.Content(404, Headers.of("Content-Type", "application/json"), new byte[0]);
        }
        if (request.path().contains("/forbidden/")) {
            return new Reply.Content(403, Headers.of("Content-Type", "application/json"), new byte[0]);
        }
        if (request.query("watch").isPresent()) {
            return new Reply.Stream(200, Headers.of("Content-Type", "application/json"), streams::add);
        }
        return new Reply.Content(
                201, Headers.of("Content-Type", "application/json", "Warning", "299 - \"old\""), new byte[] {'{', '}'});
    }

    private HttpResponse<String> send(ExecutorEndpoint.Access access, String method, String path, String body)
            throws IOException, InterruptedException {
        var publisher =
                body.isEmpty() ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body);
        var request = request(access, path)
                .method(method, publisher)
                .header("Content-Type", "application/json")
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static HttpRequest.Builder request(ExecutorEndpoint.Access access, String path) {
        return HttpRequest.newBuilder(uri(access, path)).header("Authorization", "Bearer of-the-worker");
    }

    private static URI uri(ExecutorEndpoint.Access access, String path) {
        return URI.create(
                Yaml.parse(access.kubeconfig()).at("/clusters/0/cluster/server").asText() + path);
    }

    private static String readLine(InputStream stream) throws IOException {
        var line = new StringBuilder();
        for (int c = stream.read(); c != '\n' && c >= 0; c = stream.read()) {
            line.append((char) c);
        }
        return line.toString();
    }
}
