package io.luban.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import io.luban.apiserver.audit.AuditLevel;
import io.luban.apiserver.audit.AuditSettings;
import io.luban.model.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Auditing whose collector hangs and whose file cannot be written, before a backend that is a process of its own. */
class AuditRowsIT {
    private static final String CLUSTERS = "/apis/cluster.kubesphere.io/v1alpha1/clusters";
    private static final CountDownLatch release = new CountDownLatch(1);

    @TempDir
    private static Path folder;

    private static List<String> said;
    private static GatewayRig rig;
    private static HttpServer collector;

    @BeforeAll
    static void start() throws IOException {
        collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        collector.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        collector.createContext("/", exchange -> {
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        collector.start();
        var url = "http://127.0.0.1:" + collector.getAddress().getPort();
        var file = Files.writeString(folder.resolve("file"), "");
        var audit = new AuditSettings(
                        AuditLevel.REQUEST,
                        1,
                        Duration.ofMillis(10),
                        1000,
                        false,
                        false,
                        List.of(),
                        List.of(),
                        Optional.of(new AuditSettings.Webhook(url, 1, AuditSettings.Format.CONCAT, new byte[0], true)),
                        Optional.of(new AuditSettings.LogFile(
                                file.resolve("audit.log").toString(), 20_000, 2, Duration.ofDays(7))),
                        Optional.empty())
                .keeping(1000);
        try (var lines = new LogLines("io.luban.apiserver.audit.Auditing", Level.ERROR)) {
            rig = GatewayRig.start(config -> config.with(audit));
            said = lines.all();
        }
        rig.proxy("p");
        rig.gateway.kubernetes.serve(CLUSTERS);
        rig.object(CLUSTERS, "east", List.of("connection: {type: direct, kubesphereAPIEndpoint: BACKEND}", "x: 1"));
        var cluster = rig.gateway.kubernetes.object(CLUSTERS + "/east");
        cluster.withObject("/status")
                .putArray("conditions")
                .addObject()
                .put("type", "Ready")
                .put("status", "True");
        rig.gateway.kubernetes.put(CLUSTERS, cluster);
        rig.settle();
        await().until(() -> rig.ask("GET /clusters/east/version").status() == 200);
    }

    @AfterAll
    static void stop() {
        release.countDown();
        rig.close();
        collector.stop(0);
    }

    /** The events about a path, newest first. */
    private static List<JsonNode> events(String path) throws IOException {
        var answer = rig.ask("GET /kapis/auditing.kubesphere.io/v1alpha1/events?limit=1000");
        var found = new ArrayList<JsonNode>();
        Json.parse(answer.body()).path("items").forEach(event -> {
            if (event.path("RequestURI").asText().equals(path)) {
                found.add(event);
            }
        });
        return found;
    }

    @Test
    void a_collector_that_hangs_affects_no_request_and_what_is_lost_is_counted() throws IOException {
        try (var wire = rig.connect()) {
            for (int i = 0; i < 400; i++) {
                wire.send(Wire.head("GET /proxy/p/" + i, rig.bearer()));
                assertThat(wire.read().status()).isEqualTo(200);
            }
        }
        await().until(() -> rig.ask("GET /metrics").text().contains("ks_audit_events_total{result=\"dropped\"}"));
        assertThat(rig.ask("GET /metrics").text()).contains("ks_audit_events_total{result=\"delivered\"}");
        await().until(() -> events("/proxy/p/399").size() == 1);
    }

    @Test
    void a_file_that_cannot_be_written_is_told_and_left_alone() {
        assertThat(said).singleElement().asString().startsWith("ERROR audit log cannot be written and stays off path=");
    }

    @Test
    void what_a_member_cluster_was_asked_is_recorded_there() throws IOException {
        rig.ask("GET /clusters/east/api/v1/namespaces/of-the-member/pods");
        rig.ask("GET /clusters/host/api/v1/namespaces/of-the-host/pods");
        await().until(() -> events("/api/v1/namespaces/of-the-host/pods").size() == 1);
        assertThat(events("/api/v1/namespaces/of-the-member/pods")).isEmpty();
    }

    @Test
    void rehearsed_writes_are_recorded_unless_they_are_kubernetes_own() throws IOException {
        rig.ask("POST /api/v1/namespaces/a/pods?dryRun=All", "Content-Length: 0");
        rig.ask("POST /kapis/x.io/v1/rehearsed?dryRun=All", "Content-Length: 0");
        await().until(() -> events("/kapis/x.io/v1/rehearsed").size() == 1);
        assertThat(events("/api/v1/namespaces/a/pods")).isEmpty();
    }

    @Test
    void events_have_the_names_that_collectors_know_and_bodies_in_words_are_kept_as_text() throws IOException {
        try (var wire = rig.connect()) {
            wire.send(Wire.head(
                            "POST /proxy/p/words?q=secret",
                            rig.bearer(),
                            "User-Agent: row",
                            "Content-Type: text/plain",
                            "Content-Length: 11"))
                    .send("not <json>!")
                    .read();
        }
        await().until(() -> events("/proxy/p/words").size() == 1);
        var event = events("/proxy/p/words").getFirst();
        assertThat(event.properties())
                .extracting(Map.Entry::getKey)
                .containsExactly(
                        "Workspace",
                        "Cluster",
                        "Message",
                        "HostName",
                        "HostIP",
                        "Level",
                        "AuditID",
                        "Stage",
                        "RequestURI",
                        "Verb",
                        "User",
                        "ImpersonatedUser",
                        "SourceIPs",
                        "UserAgent",
                        "ObjectRef",
                        "ResponseStatus",
                        "RequestObject",
                        "ResponseObject",
                        "RequestReceivedTimestamp",
                        "StageTimestamp",
                        "Annotations");
        assertThat(event.path("ObjectRef").properties())
                .extracting(Map.Entry::getKey)
                .containsExactly(
                        "Resource",
                        "Namespace",
                        "Name",
                        "UID",
                        "APIGroup",
                        "APIVersion",
                        "ResourceVersion",
                        "Subresource");
        assertThat(event.path("ResponseStatus").toString()).isEqualTo("{\"code\":200,\"metadata\":{}}");
        assertThat(event.path("RequestObject").asText()).isEqualTo("not <json>!");
        assertThat(event.path("ResponseObject").isNull()).isTrue();
        assertThat(event.path("ImpersonatedUser").isNull()).isTrue();
        assertThat(event.path("Annotations").isNull()).isTrue();
        assertThat(event.path("Verb").asText()).isEqualTo("POST");
        assertThat(event.path("UserAgent").asText()).isEqualTo("row");
        assertThat(event.at("/User/username").asText()).isEqualTo("admin");
        assertThat(event.at("/User/uid").asText()).isNotEmpty();
    }
}
