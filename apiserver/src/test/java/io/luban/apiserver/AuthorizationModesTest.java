package io.luban.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.luban.apiserver.authorization.AuthorizationMode;
import io.luban.model.Json;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Modes for those who decide elsewhere, and for emergencies. */
class AuthorizationModesTest {
    @Test
    void nobody_may_anything_but_ask_for_health() throws IOException {
        try (var fixture = new GatewayFixture(config -> config.with(AuthorizationMode.ALWAYS_DENY), Optional.empty())) {
            for (var open : new String[] {"/healthz", "/livez", "/readyz", "/healthz/ping"}) {
                assertThat(fixture.get(open, "").body()).isEqualTo("ok");
            }
            for (var closed : new String[] {"/version", "/api/v1/nodes", "/dist/x/index.js", "/proxy/x"}) {
                var answer = fixture.get(closed, "");
                assertThat(answer.statusCode()).as(closed).isEqualTo(403);
                assertThat(Json.parse(answer.body()).path("message").asText()).endsWith(": Everything is forbidden.");
            }
            assertThat(fixture.login("admin", GatewayFixture.ADMIN_PASSWORD).statusCode())
                    .isEqualTo(403);
        }
    }

    @Test
    void everybody_may_everything_and_still_sees_no_hashes() throws IOException {
        try (var fixture =
                new GatewayFixture(config -> config.with(AuthorizationMode.ALWAYS_ALLOW), Optional.empty())) {
            assertThat(fixture.get("/api/v1/namespaces/kubesphere-system/secrets", "")
                            .statusCode())
                    .isEqualTo(200);
            var users = fixture.get(GatewayFixture.IAM + "users", "");
            assertThat(users.statusCode()).isEqualTo(200);
            assertThat(users.body()).contains("bob@x.io").doesNotContain("$2a$");
            assertThat(fixture.get("/api/v1/nodes", "nonsense").statusCode()).isEqualTo(401);
        }
    }
}
