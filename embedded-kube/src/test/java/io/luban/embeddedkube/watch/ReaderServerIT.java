package io.luban.embeddedkube.watch;

import static io.luban.embeddedkube.watch.Cluster.CONFIG_MAPS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.http.HttpRuntime;
import io.luban.http.HttpServer;
import io.luban.http.Limits;
import io.luban.http.ServerConfig;
import io.luban.model.Json;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Watches as clients see them on the wire. */
class ReaderServerIT {
    @TempDir
    private Path directory;

    private Cluster cluster;
    private HttpRuntime runtime;
    private HttpServer server;
    private HttpClient client;

    @BeforeEach
    void start() {
        cluster = new Cluster(directory);
        runtime = HttpRuntime.create();
        server = HttpServer.start(
                runtime,
                new ServerConfig("127.0.0.1", 0, Optional.empty(), Limits.DEFAULTS),
                request -> Optional.empty(),
                request -> cluster.reader.watch(request, CONFIG_MAPS, "", Form.OBJECT));
        client = HttpClient.newHttpClient();
    }

    @AfterEach
    void stop() {
        cluster.reader.close();
        client.shutdownNow();
        server.close();
        runtime.close();
        cluster.close();
    }

    private URI uri(String scheme, String query) {
        return URI.create(scheme + "://127.0.0.1:" + server.port() + "/x?" + query);
    }

    /** Remembers whole text frames. */
    private static final class Frames implements WebSocket.Listener {
        final List<JsonNode> events = new CopyOnWriteArrayList<>();
        final StringBuilder text = new StringBuilder();
        volatile int closed;

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                events.add(Json.parse(text.toString()));
                text.setLength(0);
            }
            socket.request(1);
            return CompletableFuture.completedStage(null);
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
            closed = status;
            return CompletableFuture.completedStage(null);
        }
    }

    @Test
    void over_http_headers_come_at_once_and_events_as_lines() throws Exception {
        var response = client.send(
                HttpRequest.newBuilder(uri("http", "watch=1&resourceVersion=0")).build(), BodyHandlers.ofLines());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).contains("application/json");

        var lines = response.body().iterator();
        cluster.put("g1", "a");
        assertThat(Json.parse(lines.next()).at("/object/metadata/name").asText())
                .isEqualTo("a");
        cluster.delete("g1", "a");
        assertThat(Json.parse(lines.next()).path("type").asText()).isEqualTo("DELETED");

        cluster.reader.close();
        assertThat(lines.hasNext()).isFalse();
    }

    @Test
    void over_a_web_socket_every_event_is_one_frame() {
        cluster.put("g1", "a");
        cluster.put("g1", "b");
        var frames = new Frames();
        client.newWebSocketBuilder().buildAsync(uri("ws", "watch=1"), frames).join();
        cluster.put("g1", "c");

        await().until(() -> frames.events.size() == 3);
        assertThat(frames.events)
                .extracting(event -> event.at("/object/metadata/name").asText())
                .containsExactly("a", "b", "c");
        cluster.reader.close();
        await().until(() -> frames.closed == WebSocket.NORMAL_CLOSURE);
    }

    @Test
    void hundreds_of_watches_are_told_of_the_same_event() {
        var answers = new ArrayList<CompletableFuture<String>>();
        for (int i = 0; i < 300; i++) {
            answers.add(client.sendAsync(
                            HttpRequest.newBuilder(uri("http", "watch=1")).build(), BodyHandlers.ofLines())
                    .thenApplyAsync(response -> response.body().findFirst().orElse("")));
        }
        await().atMost(Duration.ofSeconds(60)).until(() -> cluster.reader.watchCount() == answers.size());
        cluster.put("g1", "a");

        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(answers)
                        .allSatisfy(answer -> assertThat(answer.getNow("")).contains("\"name\":\"a\"")));
    }

    @Test
    void a_client_that_leaves_is_forgotten() throws Exception {
        var response =
                client.send(HttpRequest.newBuilder(uri("http", "watch=1")).build(), BodyHandlers.ofInputStream());
        await().until(() -> cluster.reader.watchCount() == 1);

        response.body().close();

        await().until(() -> cluster.reader.watchCount() == 0);
    }
}
