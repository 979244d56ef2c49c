package io.luban.embeddedkube.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.luban.embeddedkube.auth.User;
import io.luban.embeddedkube.configuration.AuditLevel;
import io.luban.model.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditLogTest {
    private static final Instant TIME = Instant.parse("2026-01-02T03:04:05.678901Z");

    @TempDir
    private Path folder;

    @Test
    void an_event_is_a_line_in_the_words_of_kubernetes() throws IOException {
        var file = folder.resolve("logs/audit.log");
        try (var log = AuditLog.open(file, AuditLevel.METADATA, 1_000_000)) {
            log.accept(event(AuditLevel.METADATA, "1"));
        }

        var line = Json.parse(Files.readString(file).strip());
        assertThat(line).isEqualTo(Json.parse("""
                {"kind": "Event", "apiVersion": "audit.k8s.io/v1", "level": "Metadata", "auditID": "1",
                 "stage": "ResponseComplete", "requestURI": "/api/v1/namespaces/a/configmaps", "verb": "create",
                 "user": {"username": "ann", "groups": ["devs"]}, "sourceIPs": ["192.0.2.1"], "userAgent": "curl",
                 "objectRef": {"resource": "configmaps", "namespace": "a", "apiVersion": "v1"},
                 "responseStatus": {"metadata": {}, "code": 201},
                 "requestReceivedTimestamp": "2026-01-02T03:04:05.678901Z",
                 "stageTimestamp": "2026-01-02T03:04:05.678901Z",
                 "annotations": {"authorization.k8s.io/decision": "allow", "authorization.k8s.io/reason": "because"}}
                """.getBytes(StandardCharsets.UTF_8)));
        assertThat(Files.getPosixFilePermissions(file)).hasSize(2);
    }

    @Test
    void bodies_come_with_the_levels_that_ask_for_them() {
        assertThat(event(AuditLevel.REQUEST, "1")
                        .toJson()
                        .at("/requestObject/kind")
                        .asText())
                .isEqualTo("ConfigMap");
        assertThat(event(AuditLevel.REQUEST, "1").toJson().has("responseObject"))
                .isFalse();
        assertThat(event(AuditLevel.REQUEST_RESPONSE, "1")
                        .toJson()
                        .at("/responseObject/kind")
                        .asText())
                .isEqualTo("Answer");
    }

    @Test
    void a_full_file_is_put_aside() throws IOException {
        var file = folder.resolve("audit.log");
        try (var log = AuditLog.open(file, AuditLevel.METADATA, 2_000)) {
            for (int i = 0; i < 20; i++) {
                log.accept(event(AuditLevel.METADATA, Integer.toString(i)));
            }
        }

        assertThat(Files.size(file)).isLessThanOrEqualTo(2_000);
        assertThat(Files.size(folder.resolve("audit.log.1"))).isLessThanOrEqualTo(2_000);
        assertThat(Files.readString(file)).contains("\"auditID\":\"19\"");
    }

    @Test
    void a_start_goes_on_with_the_file() throws IOException {
        var file = folder.resolve("audit.log");
        for (int i = 0; i < 2; i++) {
            try (var log = AuditLog.open(file, AuditLevel.METADATA, 1_000_000)) {
                log.accept(event(AuditLevel.METADATA, Integer.toString(i)));
            }
        }

        assertThat(Files.readAllLines(file)).hasSize(2);
    }

    @Test
    void what_comes_too_fast_is_dropped_and_counted() {
        try (var log = AuditLog.open(folder.resolve("audit.log"), AuditLevel.METADATA, 1_000_000_000L, 1)) {
            // made once: whoever hands over is then faster than any disk
            var event = event(AuditLevel.METADATA, "1");
            await().until(() -> {
                for (int i = 0; i < 20_000; i++) {
                    log.accept(event);
                }
                return log.dropped() > 0;
            });
            await().until(log::isWriting);
        }
    }

    private static AuditEvent event(AuditLevel level, String id) {
        var notes = new AuditNotes();
        notes.caller(new User("ann", "", List.of("devs"), Map.of()));
        notes.decided(true, "because");
        notes.body("kind: ConfigMap".getBytes(StandardCharsets.UTF_8), "application/yaml");
        return new AuditEvent(
                id,
                level,
                "ResponseComplete",
                new AuditEvent.Call("/api/v1/namespaces/a/configmaps", "create", List.of("192.0.2.1"), "curl"),
                Optional.of(new AuditEvent.ObjectReference("", "v1", "configmaps", "", "a", "")),
                notes,
                new AuditEvent.Answer(201, "{\"kind\":\"Answer\"}".getBytes(StandardCharsets.UTF_8)),
                TIME,
                TIME);
    }
}
