package io.luban.controller.extension;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.luban.kube.KubeClients;
import io.luban.kube.KubeRest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a cluster serves when one of its groups does not answer. */
class ServedCollectionsTest {
    private static final Map<String, String> ANSWERS = Map.of(
            "/api/v1",
            "{'resources': [{'name': 'configmaps', 'namespaced': true, 'verbs': ['list']}, {'name': 'pods/log', 'verbs': ['list']}]}",
            "/apis",
            "{'groups': [{'preferredVersion': {'groupVersion': 'broken.io/v1'}},"
                    + " {'preferredVersion': {'groupVersion': 'gone.io/v1'}},"
                    + " {'preferredVersion': {'groupVersion': 'well.io/v2'}}]}",
            "/apis/well.io/v2",
            "{'resources': [{'name': 'things', 'verbs': ['get', 'list']}, {'name': 'reviews', 'verbs': ['create']}]}");

    @Test
    void one_group_that_does_not_answer_hides_no_other() throws IOException {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            var path = exchange.getRequestURI().getPath();
            var answer = ANSWERS.getOrDefault(path, "{}").replace('\'', '"').getBytes(StandardCharsets.UTF_8);
            int code = ANSWERS.containsKey(path) ? 200 : path.contains("broken") ? 503 : 404;
            exchange.sendResponseHeaders(code, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
        try (var client =
                KubeClients.forServer("http://127.0.0.1:" + server.getAddress().getPort())) {
            assertThat(new ServedCollections(KubeRest.of(client)).all())
                    .extracting(ServedCollections.Served::path)
                    .containsExactly("/api/v1/configmaps", "/apis/well.io/v2/things");
        } finally {
            server.stop(0);
        }
    }
}
