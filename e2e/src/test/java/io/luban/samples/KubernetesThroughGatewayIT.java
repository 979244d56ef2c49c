package io.luban.samples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.Json;
import io.luban.model.Yaml;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The Kubernetes API behaves the same behind the gateway: verbs, watches, discovery, errors. */
class KubernetesThroughGatewayIT {
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";

    @TempDir
    static Path data;

    private static SamplePlatform platform;

    @BeforeAll
    static void start() throws IOException {
        platform = new SamplePlatform(data);
    }

    @AfterAll
    static void stop() {
        platform.close();
    }

    @Test
    void objects_are_created_read_and_missed_as_directly() {
        var created = post("{\"metadata\":{\"name\":\"through\"},\"data\":{\"a\":\"b\"}}");
        assertThat(created.statusCode()).isEqualTo(201);
        var read = platform.send(platform.authorized(MAPS + "/through"));
        assertThat(Json.parse(read.body()).at("/data/a").asText()).isEqualTo("b");

        var missing = platform.send(platform.authorized("/api/v1/namespaces/zz"));
        assertThat(missing.statusCode()).isEqualTo(404);
        assertThat(Json.parse(missing.body()).path("message").asText()).isEqualTo("namespaces \"zz\" not found");
        assertThat(platform.send(platform.authorized("/clusters/host" + MAPS)).statusCode())
                .isEqualTo(200);
    }

    @Test
    void nobody_gets_in_without_rights_or_under_another_name() {
        var anonymous = platform.send(platform.request(MAPS));
        assertThat(anonymous.statusCode()).isEqualTo(403);
        var pretending = platform.send(platform.request(MAPS).header("Impersonate-User", "system:admin"));
        assertThat(pretending.statusCode()).isEqualTo(403);
    }

    @Test
    void discovery_is_passed_on() {
        assertThat(Json.parse(platform.send(platform.authorized("/api")).body())
                        .path("kind")
                        .asText())
                .isEqualTo("APIVersions");
        assertThat(platform.send(platform.authorized("/apis")).statusCode()).isEqualTo(200);
    }

    @Test
    void a_watch_delivers_each_event_at_once() throws IOException, InterruptedException {
        try (var http = HttpClient.newHttpClient()) {
            var request =
                    platform.authorized(MAPS + "?watch=true&timeoutSeconds=60&fieldSelector=metadata.name%3Dwatched");
            var answer = http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
            assertThat(answer.statusCode()).isEqualTo(200);
            post("{\"metadata\":{\"name\":\"watched\"}}");

            try (var lines = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
                var event = Json.parse(lines.lines().findFirst().orElseThrow());
                assertThat(event.path("type").asText()).isEqualTo("ADDED");
                assertThat(event.at("/object/metadata/name").asText()).isEqualTo("watched");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/watch/installplans/seen", "/watch/installplans", "/watch/installplans?watch=true"})
    void the_console_watches_plans_by_web_socket_on_the_older_paths(String path) throws Exception {
        var plans = "/apis/kubesphere.io/v1alpha1/installplans";
        if (platform.kube().find(plans + "/seen").isEmpty()) {
            platform.kube().create(plans, (ObjectNode) Yaml.parse("""
                            apiVersion: kubesphere.io/v1alpha1
                            kind: InstallPlan
                            metadata: {name: seen}
                            spec: {enabled: true, extension: {name: seen, version: 1.0.0}}
                            """));
        }
        var request = platform.authorized(plans.replace("/installplans", path)).build();
        var first = new CompletableFuture<String>();
        try (var http = HttpClient.newHttpClient()) {
            var socket = http.newWebSocketBuilder()
                    .header(
                            "Authorization",
                            request.headers().firstValue("Authorization").orElseThrow())
                    .buildAsync(URI.create(request.uri().toString().replaceFirst("http", "ws")), new Texts(first))
                    .get(30, TimeUnit.SECONDS);
            var event = Json.parse(first.get(30, TimeUnit.SECONDS));
            assertThat(event.path("type").asText()).isEqualTo("ADDED");
            assertThat(event.at("/object/metadata/name").asText()).isEqualTo("seen");
            socket.abort();
        }
    }

    /** Completes with the first whole message. */
    private record Texts(CompletableFuture<String> first, StringBuilder text) implements WebSocket.Listener {
        Texts(CompletableFuture<String> first) {
            this(first, new StringBuilder());
        }

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                first.complete(text.toString());
            }
            socket.request(1);
            return CompletableFuture.completedFuture(data);
        }
    }

    private static HttpResponse<String> post(String body) {
        return platform.send(platform.authorized(MAPS)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }
}
