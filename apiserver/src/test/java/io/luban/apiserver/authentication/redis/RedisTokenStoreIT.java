package io.luban.apiserver.authentication.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.luban.apiserver.ClosedPort;
import io.luban.apiserver.authentication.token.Login;
import io.luban.apiserver.authentication.token.RedisSettings;
import io.luban.model.ApiException;
import io.luban.pki.CertificateAuthority;
import io.luban.pki.KeyPairs;
import io.luban.pki.Pem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Logins in a real Redis. */
class RedisTokenStoreIT {
    private static final Clock CLOCK = Clock.systemUTC();

    @TempDir
    private Path folder;

    @BeforeAll
    static void needs_redis() {
        RedisServer.assumeInstalled();
    }

    @Test
    void a_restart_keeps_logins_until_their_last_token_ends() throws Exception {
        try (var redis = RedisServer.start(folder)) {
            try (var store = store(redis)) {
                store.begin(login("long", "ada", Map.of("l1", in(3600), "l2", in(7200))));
                store.begin(login("short", "bob", Map.of("s1", in(2))));
                assertThat(store.holds("l1")).isTrue();
                assertThat(store.isReady()).isTrue();
            }
            assertThat(ttl(redis, "kubesphere:session:long")).isBetween(7000L, 7200L);
            assertThat(ttl(redis, "kubesphere:user:ada:sessions")).isBetween(7000L, 7200L);

            try (var store = store(redis)) {
                assertThat(store.login("long").orElseThrow())
                        .isEqualTo(
                                login("long", "ada", store.login("long").get().tokens()));
                assertThat(store.holds("l1")).isTrue();
                assertThat(store.holds("l2")).isTrue();
                await().until(() -> !store.holds("s1"));
                assertThat(store.login("short")).isEmpty();
                await().until(() -> redis.ask("EXISTS kubesphere:session:short").equals(":0"));
                await().until(() -> redis.ask("DBSIZE").equals(":2"));
            }
        }
    }

    @Test
    void two_stores_hear_of_each_others_changes() throws Exception {
        try (var redis = RedisServer.start(folder);
                var here = store(redis);
                var there = store(redis)) {
            here.begin(login("a", "ada", Map.of("a1", in(3600))));
            soon(() -> there.holds("a1"));

            var shared = there.login("a").orElseThrow();
            there.save(shared, shared.with("a1", in(60)).with("a2", in(3600)));
            soon(() -> here.holds("a2"));
            assertThat(here.login("a").orElseThrow().tokens().get("a1")).isLessThan(in(100));

            here.end("a");
            soon(() -> !there.holds("a2"));
            assertThat(there.login("a")).isEmpty();
            assertThat(redis.ask("DBSIZE")).isEqualTo(":0");

            here.begin(login("b", "ada", Map.of("b1", in(3600))));
            there.begin(login("c", "ada", Map.of("c1", in(3600))));
            there.begin(login("d", "bob", Map.of("d1", in(3600))));
            here.endAll("ada");
            soon(() -> !there.holds("b1") && !there.holds("c1") && !here.holds("b1") && !here.holds("c1"));
            soon(() -> here.holds("d1"));
        }
    }

    @Test
    void what_was_ended_elsewhere_does_not_come_back_and_no_token_gets_lost() throws Exception {
        try (var redis = RedisServer.start(folder);
                var here = store(redis);
                var there = store(redis);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            here.begin(login("a", "ada", Map.of("a0", in(3600))));
            soon(() -> there.holds("a0"));
            var before = here.login("a").orElseThrow();

            var saves = new ArrayList<Callable<String>>();
            IntStream.range(0, 40)
                    .forEach(i -> saves.add(() -> {
                        (i % 2 == 0 ? here : there)
                                .save(before, before.with("a0", in(60)).with("n" + i, in(3600)));
                        return "saved";
                    }));
            for (var save : threads.invokeAll(saves)) {
                assertThat(save.get()).isEqualTo("saved");
            }
            soon(() -> IntStream.range(0, 40).allMatch(i -> here.holds("n" + i) && there.holds("n" + i)));

            // as if this store had not heard of it yet
            var ended = there.login("a").orElseThrow();
            redis.ask("DEL kubesphere:session:a");
            assertThatThrownBy(() -> there.save(ended, ended.with("n99", in(3600))))
                    .isInstanceOfSatisfying(
                            ApiException.class, e -> assertThat(e.code()).isEqualTo(401));
            assertThat(there.holds("n1")).isFalse();
            assertThat(redis.ask("EXISTS kubesphere:session:a")).isEqualTo(":0");
        }
    }

    @Test
    void a_token_that_was_used_up_elsewhere_is_not_taken_again() throws Exception {
        try (var redis = RedisServer.start(folder);
                var store = store(redis)) {
            store.begin(login("a", "ada", Map.of("a0", in(3600), "a1", in(3600))));
            var before = store.login("a").orElseThrow();
            redis.ask("HDEL kubesphere:session:a token:a0");

            assertThatThrownBy(
                            () -> store.save(before, before.with("a0", in(60)).with("a2", in(3600))))
                    .isInstanceOfSatisfying(
                            ApiException.class, e -> assertThat(e.code()).isEqualTo(401));
            assertThat(store.holds("a0")).isFalse();
            assertThat(store.holds("a1")).isTrue();
            assertThat(store.holds("a2")).isFalse();

            redis.ask("HSET kubesphere:session:a token:a3 " + in(3600));
            store.lookAgain("a");
            assertThat(store.holds("a3")).isTrue();
        }
    }

    @Test
    void while_redis_is_away_known_logins_stay_good_and_afterwards_all_is_read_anew() throws Exception {
        try (var redis = RedisServer.start(folder, "--appendfsync", "always");
                var store = store(redis)) {
            store.begin(login("a", "ada", Map.of("a1", in(3600))));

            redis.kill();
            await().until(() -> !store.isReady());
            assertThat(store.holds("a1")).isTrue();
            assertRefused(() -> store.begin(login("b", "ada", Map.of("b1", in(3600)))));
            assertRefused(() -> store.end("a"));
            assertRefused(() -> store.endAll("ada"));
            assertThat(store.holds("b1")).isFalse();
            assertThat(store.holds("a1")).isTrue();

            redis.startAgain();
            await().until(store::isReady);
            assertThat(store.holds("a1")).isTrue();
            store.begin(login("b", "ada", Map.of("b1", in(3600))));

            redis.kill();
            deleteData();
            redis.startAgain();
            await().until(() -> store.isReady() && !store.holds("a1"));
            assertThat(store.holds("b1")).isFalse();
            store.begin(login("c", "ada", Map.of("c1", in(3600))));
            assertThat(store.holds("c1")).isTrue();
        }
    }

    @Test
    @Timeout(120)
    void a_redis_that_hangs_is_noticed_and_calls_end_in_time() throws Exception {
        try (var redis = RedisServer.start(folder);
                var store = store(redis)) {
            store.begin(login("a", "ada", Map.of("a1", in(3600))));

            redis.signal("STOP");
            try {
                assertRefused(() -> store.begin(login("b", "ada", Map.of("b1", in(3600)))));
                await().until(() -> !store.isReady());
                assertThat(store.holds("a1")).isTrue();
            } finally {
                redis.signal("CONT");
            }
            await().until(store::isReady);
            store.begin(login("c", "ada", Map.of("c1", in(3600))));
        }
    }

    @Test
    void a_start_that_fails_says_where_and_why_but_no_password() throws Exception {
        try (var redis = RedisServer.start(folder, "--requirepass", "S3cr3t-of-redis")) {
            assertThatThrownBy(() -> store(redis, "", "Wr0ng-0ne"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("cache.type redis")
                    .hasMessageContaining("localhost:" + redis.port)
                    .hasMessageContaining("WRONGPASS")
                    .hasMessageNotContaining("Wr0ng-0ne");
            assertThatThrownBy(() -> store(redis)).hasMessageContaining("NOAUTH");
            try (var store = store(redis, "", "S3cr3t-of-redis")) {
                store.begin(login("a", "ada", Map.of("a1", in(3600))));
                assertThat(store.holds("a1")).isTrue();
            }
        }
        var nobody = ClosedPort.number();
        assertThatThrownBy(() -> RedisTokenStore.start(
                        new RedisSettings("127.0.0.1", nobody, "", "", 0, RedisSettings.Tls.OFF), CLOCK))
                .hasMessageContaining("127.0.0.1:" + nobody)
                .hasMessageContaining("refused");
    }

    @Test
    void a_user_with_the_rights_of_the_documentation_is_enough() throws Exception {
        var rights =
                "on >pw ~kubesphere:session:* ~kubesphere:user:* &kubesphere:sessions:* +ping +select +scan +eval +publish"
                        + " +subscribe +exists +hget +hset +hgetall +hdel +del +expireat +ttl +zadd +zrange +zrem"
                        + " +zremrangebyscore";
        var file = Files.writeString(folder.resolve("acl"), "user luban " + rights + "\nuser default off\n");
        try (var redis = RedisServer.start(folder, "--aclfile", file.toString());
                var store = RedisTokenStore.start(
                        new RedisSettings("localhost", redis.port, "luban", "pw", 3, RedisSettings.Tls.OFF), CLOCK)) {
            store.begin(login("a", "ada", Map.of("a1", in(3600), "a2", in(3600))));
            var before = store.login("a").orElseThrow();
            store.save(before, before.with("a1", in(60)));
            store.begin(login("b", "ada", Map.of("b1", in(3600))));
            store.end("b");
            store.endAll("ada");
            assertThat(store.holds("a1")).isFalse();
        }
    }

    @Test
    void tls_is_spoken_with_a_certificate_that_is_vouched_for() throws Exception {
        var root = certificates("server");
        try (var redis = RedisServer.start(
                folder,
                "--tls-port",
                RedisServer.TLS_PORT,
                "--tls-cert-file",
                folder.resolve("server.crt").toString(),
                "--tls-key-file",
                folder.resolve("server.key").toString(),
                "--tls-auth-clients",
                "no")) {
            assertThat(redis.ask("PING")).isEqualTo("+PONG");
            try (var store = RedisTokenStore.start(tls(redis.tlsPort, "localhost", root), CLOCK)) {
                store.begin(login("a", "ada", Map.of("a1", in(3600))));
                assertThat(store.isReady()).isTrue();
            }
            assertThat(redis.ask("EXISTS kubesphere:session:a")).isEqualTo(":1");
            assertThatThrownBy(
                            () -> RedisTokenStore.start(tls(redis.tlsPort, "localhost", certificates("other")), CLOCK))
                    .hasMessageContaining("localhost:" + redis.tlsPort);
            assertThatThrownBy(() -> RedisTokenStore.start(tls(redis.tlsPort, "127.0.0.1", root), CLOCK))
                    .as("a name that the certificate does not have")
                    .hasMessageContaining("127.0.0.1");
        }
    }

    private static RedisSettings tls(int port, String host, X509Certificate root) {
        var bundle = Base64.getEncoder().encodeToString(Pem.encode(root));
        return new RedisSettings(host, port, "", "", 0, new RedisSettings.Tls(true, bundle));
    }

    /** Writes a key pair for localhost; answers who vouches for it. */
    private X509Certificate certificates(String name) throws Exception {
        var pair = KeyPairs.newEc();
        var subject = new X500Name("CN=" + name);
        var root = CertificateAuthority.selfSigned(subject, pair, Duration.ofHours(1), CLOCK);
        var leaf = new CertificateAuthority(root, pair.getPrivate(), CLOCK)
                .issue(new CertificateAuthority.Leaf(
                        subject,
                        pair.getPublic(),
                        Duration.ofHours(1),
                        KeyPurposeId.id_kp_serverAuth,
                        List.of(new GeneralName(GeneralName.dNSName, "localhost"))));
        Files.write(folder.resolve(name + ".crt"), Pem.encode(leaf));
        Files.write(folder.resolve(name + ".key"), Pem.encode(pair.getPrivate()));
        return root;
    }

    private static void assertRefused(ThrowingCallable action) {
        assertThatThrownBy(action).isInstanceOfSatisfying(ApiException.class, e -> {
            assertThat(e.code()).isEqualTo(503);
            assertThat(e).hasMessage("the store of logins is not available, try again later");
        });
    }

    private static void soon(Callable<Boolean> condition) {
        await().pollInterval(Duration.ofMillis(5)).until(condition);
    }

    private static long ttl(RedisServer redis, String key) throws Exception {
        return Long.parseLong(redis.ask("TTL " + key).substring(1));
    }

    private void deleteData() throws Exception {
        try (var files = Files.list(folder.resolve("appendonlydir"))) {
            for (var file : files.toList()) {
                Files.delete(file);
            }
        }
    }

    private static RedisTokenStore store(RedisServer redis) {
        return store(redis, "", "");
    }

    private static RedisTokenStore store(RedisServer redis, String user, String password) {
        return RedisTokenStore.start(
                new RedisSettings("localhost", redis.port, user, password, 0, RedisSettings.Tls.OFF), CLOCK);
    }

    private static Login login(String id, String user, Map<String, Long> tokens) {
        return new Login(id, user, "kubesphere", 1_700_000_000, tokens);
    }

    private static long in(long seconds) {
        return CLOCK.instant().getEpochSecond() + seconds;
    }
}
