package io.luban.apiserver;

import static io.luban.apiserver.GatewayRig.script;
import static io.luban.apiserver.backend.BackendProcess.raw;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.luban.apiserver.audit.AuditLevel;
import io.luban.apiserver.audit.AuditSettings;
import io.luban.apiserver.content.Gzip;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Recording answers changes nothing about how they arrive. */
// messages are written with their carriage returns
@SuppressWarnings("StringConcatToTextBlock")
class AuditedStreamsIT {
    private static final int LONGEST = 1000;

    @TempDir
    private static Path folder;

    private static GatewayRig rig;

    @BeforeAll
    static void start() throws IOException {
        var audit = new AuditSettings(
                AuditLevel.REQUEST_RESPONSE,
                1,
                Duration.ofMillis(20),
                LONGEST,
                false,
                false,
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.of(new AuditSettings.LogFile(
                        folder.resolve("audit.log").toString(), 100_000_000, 2, Duration.ofDays(7))),
                Optional.empty());
        rig = GatewayRig.start(config -> config.with(audit));
        rig.proxy("p");
        rig.settle();
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    /** The first line of the log about one path. */
    private static String recorded(String path) {
        var log = new AuditFile(folder.resolve("audit.log"));
        return await().until(() -> log.first(path), Optional::isPresent).orElseThrow();
    }

    @Test
    void a_stream_arrives_piece_by_piece_with_its_trailers() throws Exception {
        try (var wire = rig.connect()) {
            wire.send(Wire.head(
                    "GET /proxy/p/stream",
                    rig.bearer(),
                    "TE: trailers",
                    script(
                            "read",
                            raw("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTrailer: X-End\r\n"
                                    + "Transfer-Encoding: chunked\r\n\r\n3\r\n[1,\r\n"),
                            "gate:audited",
                            raw("2\r\n2]\r\n0\r\nX-End: yes\r\n\r\n"))));
            wire.readHead();
            assertThat(wire.chunk()).asString(StandardCharsets.US_ASCII).isEqualTo("[1,");
            rig.backend.open("audited");
            assertThat(wire.chunk()).asString(StandardCharsets.US_ASCII).isEqualTo("2]");
            assertThat(wire.chunk()).isEmpty();
            assertThat(wire.line()).isEqualToIgnoringCase("X-End: yes\r");
        }
        assertThat(recorded("/proxy/p/stream")).contains("\"ResponseObject\":[1,2]");
    }

    @Test
    void a_packed_body_passes_as_it_is_and_is_recorded_as_what_it_says() throws Exception {
        var packed = Gzip.compress("{\"a\":[1]}".getBytes(StandardCharsets.UTF_8));
        try (var wire = rig.connect()) {
            wire.send(Wire.head(
                            "POST /proxy/p/packed",
                            rig.bearer(),
                            "Content-Encoding: gzip",
                            "Content-Length: " + packed.length))
                    .send(packed);
            assertThat(wire.read().status()).isEqualTo(200);
        }
        assertThat(recorded("/proxy/p/packed")).contains("\"RequestObject\":{\"a\":[1]}");
    }

    @Test
    void a_head_request_learns_the_length() throws Exception {
        try (var wire = rig.connect()) {
            wire.send(Wire.head(
                    "HEAD /proxy/p/head",
                    rig.bearer(),
                    script("read", raw("HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n"))));
            assertThat(wire.readHead()).containsIgnoringCase("Content-Length: 1234\r\n");
        }
        assertThat(recorded("/proxy/p/head")).contains("\"ResponseObject\":null");
    }

    @Test
    void what_carries_credentials_is_not_recorded() throws Exception {
        for (var path : new String[] {
            "/api/v1/namespaces/kubesphere-system/configmaps/kubesphere-config",
            "/apis/cluster.kubesphere.io/v1alpha1/clusters/a",
            "/apis/iam.kubesphere.io/v1beta1/users/admin"
        }) {
            rig.ask("GET " + path);
            assertThat(recorded(path)).contains("\"ResponseObject\":null", "bodies may carry credentials");
        }
        var open = "/api/v1/namespaces/default/configmaps/c";
        rig.ask("GET " + open);
        assertThat(recorded(open)).contains("\"reason\":\"NotFound\"");
    }

    @Test
    void what_is_too_long_passes_and_is_not_recorded() throws Exception {
        var body = "\"" + "x".repeat(LONGEST) + "\"";
        var answer = rig.ask(
                "GET /proxy/p/long",
                script("read", raw("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s".formatted(body.length(), body))));

        assertThat(answer.text()).isEqualTo(body);
        assertThat(answer.field("Content-Length")).isEqualTo(Integer.toString(body.length()));
        assertThat(recorded("/proxy/p/long")).contains("\"ResponseObject\":null", "is longer than");
    }
}
