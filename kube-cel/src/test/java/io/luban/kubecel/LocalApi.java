package io.luban.kubecel;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.embeddedkube.EmbeddedKubeConfig;
import io.luban.embeddedkube.EmbeddedKubernetes;
import io.luban.embeddedkube.auth.User;
import io.luban.embeddedkube.configuration.AuditLevel;
import io.luban.embeddedkube.configuration.AuditSettings;
import io.luban.http.Headers;
import io.luban.http.HttpRuntime;
import io.luban.http.LocalRequest;
import io.luban.http.Reply;
import io.luban.model.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A server within the test, asked without a socket. */
final class LocalApi implements AutoCloseable {
    static final User ADMIN = new User("admin", "", List.of("system:masters", "system:authenticated"), Map.of());

    /** Name of the audit log in the directory of the server. */
    static final String AUDIT_LOG = "audit.log";

    private final HttpRuntime runtime = HttpRuntime.create();
    private final EmbeddedKubernetes server;

    /** What the server said. */
    record Answer(int status, JsonNode body, List<String> warnings) {
        String message() {
            return body.path("message").asText();
        }
    }

    LocalApi(Path directory) {
        var audit = new AuditSettings(Optional.of(Path.of(AUDIT_LOG)), AuditLevel.METADATA, 10_000_000);
        var config = EmbeddedKubeConfig.of(directory)
                .onPort(0)
                .simulating(false, Duration.ofMillis(50))
                .with(audit);
        server = EmbeddedKubernetes.start(config, runtime, Clock.systemUTC());
    }

    Answer post(String path, String yaml) {
        return send(ADMIN, "POST", path, "application/yaml", yaml);
    }

    Answer post(User user, String path, String yaml) {
        return send(user, "POST", path, "application/yaml", yaml);
    }

    Answer patch(String path, String json) {
        return send(ADMIN, "PATCH", path, "application/merge-patch+json", json);
    }

    Answer delete(String path) {
        return send(ADMIN, "DELETE", path, "application/json", "");
    }

    Answer get(String path) {
        return send(ADMIN, "GET", path, "application/json", "");
    }

    private Answer send(User user, String method, String path, String type, String body) {
        var request = LocalRequest.of(
                        method,
                        path,
                        Headers.of("Content-Type", type, "Accept", "application/json"),
                        body.getBytes(StandardCharsets.UTF_8))
                .with(EmbeddedKubernetes.TRUSTED_USER, user);
        return answer(server.handler().handle(request));
    }

    private static Answer answer(Reply reply) {
        return switch (reply) {
            case Reply.Content content ->
                new Answer(
                        content.status(),
                        Json.parse(content.body()),
                        content.headers().all("Warning"));
            case Reply.Edited edited -> {
                var plain = answer(edited.reply());
                var headers = edited.edit().apply(Headers.EMPTY);
                var warnings = new ArrayList<>(plain.warnings());
                warnings.addAll(headers.all("Warning"));
                yield new Answer(plain.status(), plain.body(), warnings);
            }
            case Reply.Observed observed -> answer(observed.reply());
            default -> throw new AssertionError("a plain answer was expected");
        };
    }

    @Override
    public void close() {
        server.close();
        runtime.close();
    }
}
