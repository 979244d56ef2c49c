package io.luban.apiserver.authentication.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.ApiException;
import io.luban.model.Json;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class SignedTokensTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private final SignedTokens tokens = tokens("short");

    @Test
    void reads_what_it_signed_even_under_a_short_secret() {
        var claims = tokens.verify(tokens.sign(claims(60)));

        assertThat(claims.user()).isEqualTo("bob");
        assertThat(claims.type()).isEqualTo("access_token");
        assertThat(claims.extra()).containsEntry("uninitialized", java.util.List.of("true"));
    }

    @Test
    void reads_a_token_signed_elsewhere_under_the_same_secret() {
        // made by another implementation: {"alg":"HS256","typ":"JWT"} {"sub":"bob"} with the key "secret"
        var token =
                "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJib2IifQ.-51G5JQmpJleARHp8rIljBczPFanWT93d_N_7LQGUXU";

        assertThat(tokens("secret").verify(token).user()).isEqualTo("bob");
    }

    @Test
    void refuses_what_is_not_its_own_or_over() {
        var token = tokens.sign(claims(60));
        assertRefused(tokens("other").sign(claims(60)), "signature is invalid");
        assertRefused(tokens.sign(claims(0)), "token is expired");
        assertRefused("a.b", "token contains an invalid number of segments");
        assertRefused(token + ".x", "token contains an invalid number of segments");
        assertRefused("!." + token.split("\\.", -1)[1] + ".x", "token is malformed");
        var unsigned = encode("{\"alg\":\"none\"}") + "." + token.split("\\.", -1)[1] + ".";
        assertRefused(unsigned, "signing method none is not accepted");
        var early = claims(60).put("iat", NOW.getEpochSecond() + 11);
        assertRefused(tokens.sign(early), "token was issued in the future");
    }

    private void assertRefused(String token, String message) {
        assertThatThrownBy(() -> tokens.verify(token))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(401))
                .hasMessage(message);
    }

    private static SignedTokens tokens(String secret) {
        return new SignedTokens(secret, Clock.fixed(NOW, ZoneOffset.UTC), Duration.ofSeconds(10));
    }

    private static ObjectNode claims(int seconds) {
        var claims = Json.object()
                .put("sub", "bob")
                .put("iat", NOW.getEpochSecond() - 5)
                .put("exp", NOW.getEpochSecond() + seconds)
                .put("token_type", "access_token")
                .put("username", "bob");
        claims.putObject("extra").putArray("uninitialized").add("true");
        return claims;
    }

    private static String encode(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
