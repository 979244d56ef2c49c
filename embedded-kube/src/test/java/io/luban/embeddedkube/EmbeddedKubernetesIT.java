package io.luban.embeddedkube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.embeddedkube.auth.User;
import io.luban.http.Headers;
import io.luban.http.HttpRuntime;
import io.luban.http.LocalRequest;
import io.luban.http.Reply;
import io.luban.model.Json;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedKubernetesIT {
    private static final String CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";

    @TempDir
    Path directory;

    private TestCluster cluster;

    @BeforeEach
    void start() {
        cluster = TestCluster.start(directory);
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void an_object_is_created_read_listed_and_deleted_over_tls() {
        var created = post(CONFIG_MAPS, configMap("a"));

        assertThat(created.path("metadata").path("uid").asText()).isNotEmpty();
        assertThat(get(CONFIG_MAPS + "/a")).isEqualTo(created);
        assertThat(get(CONFIG_MAPS).path("items").findValuesAsText("name")).contains("a");
        var deleted = cluster.send(cluster.request(CONFIG_MAPS + "/a").DELETE());
        assertThat(deleted.statusCode()).isEqualTo(200);
        assertThat(cluster.send(cluster.request(CONFIG_MAPS + "/a")).statusCode())
                .isEqualTo(404);
    }

    @Test
    void objects_survive_a_restart() {
        post(CONFIG_MAPS, configMap("kept"));
        cluster.close();
        cluster = TestCluster.start(directory);

        assertThat(get(CONFIG_MAPS + "/kept").path("data").path("k").asText()).isEqualTo("v");
    }

    @Test
    void a_start_that_fails_leaves_the_directory_free(@TempDir Path other) {
        var defaults = EmbeddedKubeConfig.of(other);
        var taken = defaults.onPort(cluster.server().port()).simulating(false, defaults.simulationDelay());
        try (var runtime = HttpRuntime.create()) {
            assertThatThrownBy(() -> EmbeddedKubernetes.start(taken, runtime, Clock.systemUTC()))
                    .hasMessageContaining("cannot listen on 127.0.0.1 port " + taken.securePort());
        }

        try (var second = TestCluster.start(other)) {
            assertThat(second.send(second.request("/readyz")).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void the_state_of_the_server_is_measured() {
        post(CONFIG_MAPS, configMap("measured"));

        var metrics = cluster.send(cluster.request("/metrics")).body();

        assertThat(metrics)
                .contains("apiserver_current_inflight_requests{request_kind=\"mutating\"} 0.0")
                .contains("apiserver_current_inflight_requests{request_kind=\"readOnly\"} 1.0")
                .contains("apiserver_store_window_bytes")
                .containsPattern("apiserver_store_write_duration_seconds_count [1-9]")
                .containsPattern("apiserver_store_window_events [1-9]")
                .containsPattern("apiserver_request_total\\{.*verb=\"create\".*} 1");
    }

    @Test
    void a_caller_without_credentials_sees_the_version_but_no_objects() {
        var stranger = cluster.stranger();

        assertThat(cluster.send(stranger, cluster.request("/version")).statusCode())
                .isEqualTo(200);
        var refused = cluster.send(stranger, cluster.request(CONFIG_MAPS));
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.body())
                .contains(
                        "configmaps is forbidden: User \\\"system:anonymous\\\" cannot list resource \\\"configmaps\\\"");
    }

    @Test
    void a_bad_token_is_refused_even_with_a_good_certificate() {
        var refused = cluster.send(cluster.request(CONFIG_MAPS).header("Authorization", "Bearer nonsense"));

        assertThat(refused.statusCode()).isEqualTo(401);
    }

    @Test
    void a_service_account_token_identifies_its_account() {
        post("/api/v1/namespaces/default/serviceaccounts", "{\"metadata\":{\"name\":\"robot\"}}");
        var token = post(
                        "/api/v1/namespaces/default/serviceaccounts/robot/token",
                        "{\"spec\":{\"expirationSeconds\":3600}}")
                .at("/status/token")
                .asText();

        var refused = cluster.send(
                cluster.stranger(), cluster.request(CONFIG_MAPS).header("Authorization", "Bearer " + token));
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.body()).contains("system:serviceaccount:default:robot");
    }

    @Test
    void callers_in_the_process_name_themselves() {
        var request = LocalRequest.of("GET", "/api/v1/namespaces/default", Headers.EMPTY)
                .with(EmbeddedKubernetes.TRUSTED_USER, User.SYSTEM);

        var reply = cluster.server().handler().handle(request);

        assertThat(reply)
                .isInstanceOfSatisfying(
                        Reply.Content.class,
                        content -> assertThat(content.status()).isEqualTo(200));
    }

    private static String configMap(String name) {
        return "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"%s\"},\"data\":{\"k\":\"v\"}}"
                .formatted(name);
    }

    private JsonNode get(String path) {
        var response = cluster.send(cluster.request(path));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return Json.parse(response.body());
    }

    private JsonNode post(String path, String body) {
        var response = cluster.send(
                cluster.request(path).header("Content-Type", "application/json").POST(BodyPublishers.ofString(body)));
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        return Json.parse(response.body());
    }
}
