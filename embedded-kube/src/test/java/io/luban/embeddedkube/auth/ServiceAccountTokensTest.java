package io.luban.embeddedkube.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.luban.embeddedkube.memory.MemoryStore;
import io.luban.embeddedkube.store.Change;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.model.GroupResource;
import io.luban.model.Ids;
import io.luban.model.Json;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ServiceAccountTokensTest {
    private static final KeyPair KEYS = newKeys();

    private final MemoryStore store = new MemoryStore();
    private final MovableClock clock = new MovableClock();
    private final ServiceAccountTokens tokens = new ServiceAccountTokens(KEYS, store, Ids.random(), clock);

    private static final class MovableClock extends Clock {
        private Instant now = Instant.parse("2026-01-01T00:00:00Z");

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }

    @BeforeEach
    void create_an_account() {
        put("serviceaccounts", "robot", "account-uid");
    }

    @Test
    void a_token_speaks_for_its_account() {
        var user =
                tokens.verify(issue(Optional.empty()), List.of()).orElseThrow().user();

        assertThat(user.name()).isEqualTo("system:serviceaccount:ns:robot");
        assertThat(user.uid()).isEqualTo("account-uid");
        assertThat(user.groups()).containsExactly("system:serviceaccounts", "system:serviceaccounts:ns");
        assertThat(user.extra()).containsKey("authentication.kubernetes.io/credential-id");
    }

    @Test
    void a_token_ends_with_its_time_its_account_or_the_object_it_is_bound_to() {
        put("pods", "p", "pod-uid");
        var token = issue(Optional.of(new TokenSpec.BoundObject("pod", "p", "pod-uid")));
        assertThat(tokens.verify(token, List.of())).isPresent();

        remove("pods", "p");
        assertThat(tokens.verify(token, List.of())).isEmpty();

        var unbound = issue(Optional.empty());
        clock.now = clock.now.plus(Duration.ofMinutes(62));
        assertThat(tokens.verify(unbound, List.of())).isEmpty();

        var fresh = issue(Optional.empty());
        remove("serviceaccounts", "robot");
        put("serviceaccounts", "robot", "another-uid");
        assertThat(tokens.verify(fresh, List.of())).isEmpty();
    }

    @Test
    void clocks_may_differ_by_a_minute() {
        var token = issue(Optional.empty());
        var issued = clock.now;

        assertThat(isGoodAt(token, issued.minusSeconds(59))).isTrue();
        assertThat(isGoodAt(token, issued.minusSeconds(61))).isFalse();
        assertThat(isGoodAt(token, issued.plusSeconds(3_600 + 59))).isTrue();
        assertThat(isGoodAt(token, issued.plusSeconds(3_600 + 61))).isFalse();
    }

    private boolean isGoodAt(String token, Instant time) {
        clock.now = time;
        return tokens.verify(token, List.of()).isPresent();
    }

    @Test
    void a_token_is_good_for_its_audiences_only() {
        var spec = new TokenSpec("ns", "robot", "account-uid", List.of("vault"), Duration.ofHours(1), Optional.empty());
        var token = tokens.issue(spec).token();

        assertThat(tokens.verify(token, List.of())).isEmpty();
        assertThat(tokens.verify(token, List.of("vault", "other")).orElseThrow().audiences())
                .containsExactly("vault");
    }

    @Test
    void forged_tokens_are_refused() {
        var token = issue(Optional.empty());
        var parts = token.split("\\.", -1);
        var none = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString("{\"alg\":\"none\"}".getBytes(StandardCharsets.UTF_8));
        var other = new ServiceAccountTokens(newKeys(), store, Ids.random(), clock);

        assertThat(tokens.verify(none + "." + parts[1] + ".", List.of())).isEmpty();
        assertThat(tokens.verify(parts[0] + "." + parts[1] + ".AAAA", List.of()))
                .isEmpty();
        assertThat(other.verify(token, List.of())).isEmpty();
        assertThat(tokens.verify("nonsense", List.of())).isEmpty();
    }

    @Test
    void the_token_of_a_secret_lives_as_long_as_the_secret() {
        put("secrets", "s", "secret-uid");
        var token = tokens.issueForSecret("ns", "s", "robot", "account-uid");

        clock.now = clock.now.plus(Duration.ofDays(4000));
        assertThat(tokens.verify(token, List.of())).isPresent();
        remove("secrets", "s");
        assertThat(tokens.verify(token, List.of())).isEmpty();
    }

    @Test
    void the_published_key_has_the_id_that_tokens_name() {
        var header =
                Json.parse(Base64.getUrlDecoder().decode(issue(Optional.empty()).split("\\.", -1)[0]));

        assertThat(tokens.jwks().at("/keys/0/kid")).isEqualTo(header.path("kid"));
        assertThat(tokens.jwks().toString()).doesNotContain("\"d\"");
    }

    private String issue(Optional<TokenSpec.BoundObject> bound) {
        return tokens.issue(new TokenSpec("ns", "robot", "account-uid", List.of(), Duration.ofHours(1), bound))
                .token();
    }

    private void put(String plural, String name, String uid) {
        var object = Json.object().put("apiVersion", "v1").put("kind", "Any");
        object.putObject("metadata").put("name", name).put("namespace", "ns").put("uid", uid);
        store.commit(List.of(new Change.Put(key(plural, name), Change.ANY, object)));
    }

    private void remove(String plural, String name) {
        store.commit(List.of(new Change.Delete(key(plural, name), Change.ANY)));
    }

    private static ObjectKey key(String plural, String name) {
        return new ObjectKey(new GroupResource("", plural), "ns", name);
    }

    private static KeyPair newKeys() {
        try {
            var generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
