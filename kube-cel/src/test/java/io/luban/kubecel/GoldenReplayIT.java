package io.luban.kubecel;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.model.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sends what was once sent to kube-apiserver 1.33 and compares the answers: all of them must be the same. */
class GoldenReplayIT {
    private static final int RECORDED = 190;
    private static final Duration CONTROLLER_TIME = Duration.ofSeconds(60);
    private static final String HELD = "/api/v1/namespaces/g1/configmaps/held";

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void answers_what_kube_apiserver_answered_whether_workloads_are_simulated_or_not(boolean simulates) {
        var differences = new TreeMap<String, String>();
        int compared = 0;
        try (var cluster = TlsServer.start(directory, simulates)) {
            var variables = new HashMap<String, String>();
            for (var golden : cases()) {
                hold(cluster, golden.id());
                compared += golden.wanted().isPresent() ? 1 : 0;
                replay(cluster, golden, variables).ifPresent(text -> differences.put(golden.id(), text));
            }
        }

        assertThat(differences.keySet())
                .as(() -> String.join("\n", differences.values()))
                .isEmpty();
        assertThat(compared).isEqualTo(RECORDED);
    }

    /** Keeps the namespace from being gone before the request that has to find it going. */
    private static void hold(TlsServer cluster, String next) {
        if (next.equals("ns-del")) {
            change(cluster, HELD.substring(0, HELD.lastIndexOf('/')), "POST", "application/json", """
                    {"metadata":{"name":"held","finalizers":["golden.io/hold"]}}""");
        } else if (next.equals("ns-gone")) {
            change(cluster, HELD, "PATCH", "application/merge-patch+json", "{\"metadata\":{\"finalizers\":null}}");
        }
    }

    private static void change(TlsServer cluster, String path, String method, String type, String body) {
        var answer = cluster.send(
                cluster.request(path).header("Content-Type", type).method(method, BodyPublishers.ofString(body)));
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 201);
    }

    private static Optional<String> replay(TlsServer cluster, GoldenCase golden, Map<String, String> variables) {
        if (golden.waits() && golden.wanted().isPresent()) {
            awaitWanted(cluster, golden, variables);
        }
        var response = cluster.send(golden.request(cluster, variables));
        variables.putAll(golden.captured(response));
        var actual = golden.view(response);
        return golden.wanted()
                .filter(wanted -> !Json.sameValue(wanted, actual))
                .map(wanted -> golden.id() + "\n  want " + wanted + "\n  got  " + actual);
    }

    private static void awaitWanted(TlsServer cluster, GoldenCase golden, Map<String, String> variables) {
        try {
            Awaitility.await()
                    .atMost(CONTROLLER_TIME)
                    .until(() -> Json.sameValue(
                            golden.wanted().orElseThrow(),
                            golden.view(cluster.send(golden.request(cluster, variables)))));
        } catch (ConditionTimeoutException e) {
            assertThat(e).isNotNull(); // The comparison that follows reports it.
        }
    }

    private static List<GoldenCase> cases() {
        var wanted = new HashMap<String, JsonNode>();
        read("kube-golden.json").forEach(node -> wanted.put(node.path("id").asText(), node.path("want")));
        var cases = new ArrayList<GoldenCase>();
        read("kube-cases.json")
                .forEach(node -> cases.add(new GoldenCase(
                        node, Optional.ofNullable(wanted.get(node.path("id").asText())))));
        return cases;
    }

    private static JsonNode read(String name) {
        try (var in = GoldenReplayIT.class.getResourceAsStream("golden/" + name)) {
            return Json.parse(java.util.Objects.requireNonNull(in, name).readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
