package io.luban.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.luban.model.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
                    platform.authorized(MAPS + "?watch=true&timeoutSeconds=20&fieldSelector=metadata.name%3Dwatched");
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

    private static HttpResponse<String> post(String body) {
        return platform.send(platform.authorized(MAPS)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }
}
