package io.luban.apiserver.authentication.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.luban.apiserver.SettableClock;
import io.luban.kube.FakeKubernetes;
import io.luban.kube.KubeClients;
import io.luban.kube.KubeRest;
import io.luban.model.ApiException;
import io.luban.model.Ids;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two replicas that keep logins in Secrets. */
class SecretTokenStoreTest {
    private static final String SECRETS = "/api/v1/namespaces/kubesphere-system/secrets";

    private final SettableClock clock = new SettableClock();
    private FakeKubernetes kubernetes;
    private KubernetesClient client;
    private SecretTokenStore here;
    private SecretTokenStore there;

    @BeforeEach
    void start() throws Exception {
        kubernetes = new FakeKubernetes().serve(SECRETS);
        client = KubeClients.forServer(kubernetes.url());
        here = store();
        there = store();
        assertThat(here.awaitSync(Duration.ofSeconds(20)) && there.awaitSync(Duration.ofSeconds(20)))
                .isTrue();
    }

    @AfterEach
    void stop() throws IOException {
        here.close();
        there.close();
        client.close();
        kubernetes.close();
    }

    private SecretTokenStore store() {
        return new SecretTokenStore(KubeRest.of(client), "kubesphere-system", clock);
    }

    @Test
    void a_login_that_was_ended_elsewhere_does_not_come_back_by_a_save() {
        here.begin(new Login("a", "ada", "kubesphere", 0, Map.of("a1", in(3600))));
        await().until(() -> there.holds("a1"));
        var known = there.login("a").orElseThrow();
        here.end("a");
        await().until(() -> !there.holds("a1"));

        assertThatThrownBy(() -> there.save(known, known.with("a2", in(3600))))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(401));
        assertThat(there.holds("a1")).isFalse();
        assertThat(there.holds("a2")).isFalse();
        assertThat(kubernetes.object(SECRETS + "/login-a")).isEmpty();
    }

    @Test
    void a_look_shows_what_another_replica_has_just_done() {
        for (int i = 0; i < 100; i++) {
            var token = "a" + i;
            here.begin(new Login("l" + i, "ada", "kubesphere", 0, Map.of(token, in(3600))));
            there.lookAgain("l" + i);
            assertThat(there.holds(token)).isTrue();

            here.end("l" + i);
            there.lookAgain("l" + i);
            for (int look = 0; look < 2_000; look++) {
                assertThat(there.holds(token)).isFalse();
            }
        }
    }

    @Test
    void refreshes_at_once_with_one_token_have_one_answer_that_is_good() throws Exception {
        var issuer = issuer(here);
        var login = issuer.login("ada", "kubesphere", Map.of());

        var refreshes = new ArrayList<Callable<TokenPair>>();
        Stream.generate(() -> (Callable<TokenPair>) () -> issuer.refresh(login.refreshToken(), "kubesphere"))
                .limit(20)
                .forEach(refreshes::add);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var answers = new ArrayList<TokenPair>();
            for (var answer : threads.invokeAll(refreshes)) {
                answers.add(answer.get());
            }
            assertThat(answers).hasSize(20).containsOnly(answers.getFirst());
            assertThat(here.holds(Login.digest(answers.getFirst().accessToken())))
                    .isTrue();
        }
    }

    @Test
    void a_used_refresh_token_is_good_for_a_minute_whatever_replica_sees_it_again() {
        var first = issuer(here).login("ada", "kubesphere", Map.of());
        issuer(here).refresh(first.refreshToken(), "kubesphere");

        clock.pass(Duration.ofSeconds(50));
        assertThat(issuer(here).refresh(first.refreshToken(), "kubesphere").accessToken())
                .isNotEmpty();

        clock.pass(Duration.ofSeconds(20));
        assertThatThrownBy(() -> issuer(here).refresh(first.refreshToken(), "kubesphere"))
                .hasMessageContaining("revoked or has been used");
        assertThat(here.holds(Login.digest(first.accessToken())))
                .as("somebody else may hold the token, so the login is ended")
                .isFalse();
    }

    @Test
    void what_was_saved_or_ended_does_not_come_back_by_an_event_that_comes_late() {
        for (int i = 0; i < 100; i++) {
            var begun = new Login("l" + i, "ada", "kubesphere", 0, Map.of("old" + i, in(3600)));
            var saved = new Login("l" + i, "ada", "kubesphere", 0, Map.of("new" + i, in(3600)));
            here.begin(begun);
            here.save(begun, saved);
            for (int look = 0; look < 2_000; look++) {
                assertThat(here.holds("old" + i)).isFalse();
                assertThat(here.holds("new" + i)).isTrue();
            }
            here.end("l" + i);
            for (int look = 0; look < 2_000; look++) {
                assertThat(here.holds("new" + i)).isFalse();
            }
        }
    }

    /** A replica's own, which remembers nothing of what the others answered. */
    private TokenIssuer issuer(TokenStore store) {
        return new TokenIssuer(
                TokenSettings.of("http://localhost:30880"),
                new SignedTokens("secret", clock, Duration.ofSeconds(10)),
                store,
                clock,
                Ids.random());
    }

    private long in(long seconds) {
        return clock.instant().getEpochSecond() + seconds;
    }
}
