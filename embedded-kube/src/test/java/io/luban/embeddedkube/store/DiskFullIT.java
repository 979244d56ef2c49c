package io.luban.embeddedkube.store;

import static io.luban.embeddedkube.store.StoreFixture.CONFIG_MAPS;
import static io.luban.embeddedkube.store.StoreFixture.delete;
import static io.luban.embeddedkube.store.StoreFixture.insert;
import static io.luban.embeddedkube.store.StoreFixture.key;
import static io.luban.embeddedkube.store.StoreFixture.names;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.luban.embeddedkube.EmbeddedKubeConfig;
import io.luban.embeddedkube.EmbeddedKubernetes;
import io.luban.embeddedkube.auth.User;
import io.luban.http.Headers;
import io.luban.http.LocalRequest;
import io.luban.http.Reply;
import io.luban.model.ApiException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store on a small file system of its own, of {@code luban.disk.megabytes}, which takes the right to mount one. */
class DiskFullIT {
    private static final int MEGABYTES = Integer.getInteger("luban.disk.megabytes", 28);
    private static final String VALUE = "x".repeat(30_000);

    @TempDir
    private Path directory;

    private boolean mounted;

    @BeforeEach
    void mount() throws Exception {
        mounted = run("mount", "-t", "tmpfs", "-o", "size=" + MEGABYTES + "m", "tmpfs", directory.toString()) == 0;
        assumeThat(mounted).as("mounting a small file system is allowed").isTrue();
    }

    @AfterEach
    void unmount() throws Exception {
        if (mounted) {
            run("umount", "-l", directory.toString());
        }
    }

    private static int run(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            return -1;
        }
    }

    /** Answers how many objects were acknowledged before the first refusal. */
    private static int fill(Store store) {
        for (int count = 0; ; count++) {
            try {
                insert(store, "n" + count, VALUE);
            } catch (ApiException e) {
                assertThat(e.code()).isEqualTo(503);
                assertThat(e.status().details().retryAfterSeconds()).isEqualTo(5);
                return count;
            }
        }
    }

    @Test
    void deletions_make_space_on_a_full_disk_and_writes_go_on() {
        int count;
        try (var store = StoreFixture.open(directory)) {
            var events = new CopyOnWriteArrayList<Event>();
            store.watch(CONFIG_MAPS, 0, events::add);
            count = fill(store);
            assertThat(count).isPositive();
            assertThat(store.readOnlyReason()).isPresent();
            assertThat(store.snapshot(CONFIG_MAPS).size()).isEqualTo(count);
            await().until(() -> events.size() == count);
            assertThatThrownBy(() -> insert(store, "refused", VALUE)).isInstanceOf(ApiException.class);

            int removed = 0;
            while (store.readOnlyReason().isPresent()) {
                delete(store, "n" + removed++);
            }

            assertThat(removed).isLessThan(count);
            insert(store, "again", VALUE);
            int total = count + removed + 1;
            await().until(() -> events.size() == total);
        }
        try (var store = StoreFixture.open(directory)) {
            assertThat(names(store.snapshot(CONFIG_MAPS).all()))
                    .contains("again")
                    .doesNotContain("n0", "refused");
        }
    }

    @Test
    void clients_of_a_server_without_space_are_told_when_to_come_back() {
        try (var server = EmbeddedKubernetes.start(
                EmbeddedKubeConfig.of(directory.resolve("data")).onPort(0).simulating(false, Duration.ZERO))) {
            assertThat(ask(server, "GET", "/readyz", "").status()).isEqualTo(200);
            var maps = "/api/v1/namespaces/default/configmaps";
            var body = "{\"metadata\":{\"generateName\":\"m-\"},\"data\":{\"k\":\"%s\"}}".formatted(VALUE);
            var answer = ask(server, "POST", maps, body);
            for (int i = 0; answer.status() == 201 && i < 10_000; i++) {
                answer = ask(server, "POST", maps, body);
            }

            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.headers().first("Retry-After")).hasValue("5");
            assertThat(new String(answer.body(), StandardCharsets.UTF_8))
                    .contains("ServiceUnavailable")
                    .contains("storage is not writable: ");
            assertThat(ask(server, "GET", "/readyz", "").status()).isEqualTo(500);
            assertThat(ask(server, "GET", "/readyz/store", "").status()).isEqualTo(500);
            assertThat(ask(server, "GET", "/livez", "").status()).isEqualTo(200);
            assertThat(ask(server, "GET", maps + "?limit=1", "").status()).isEqualTo(200);
        }
    }

    private static Reply.Content ask(EmbeddedKubernetes server, String method, String path, String body) {
        var headers = Headers.of("Content-Type", "application/json");
        return (Reply.Content) server.handler()
                .handle(LocalRequest.of(method, path, headers, body.getBytes(StandardCharsets.UTF_8))
                        .with(EmbeddedKubernetes.TRUSTED_USER, User.SYSTEM));
    }

    @Test
    void when_others_give_space_back_writes_go_on_without_a_restart() throws Exception {
        var ballast = Files.write(directory.resolve("ballast"), new byte[8 * 1024 * 1024]);
        try (var store = StoreFixture.open(directory)) {
            int count = fill(store);
            assertThat(store.get(key("n0"))).isPresent();

            Files.delete(ballast);

            await().atMost(Duration.ofSeconds(60))
                    .until(() -> store.readOnlyReason().isEmpty());
            assertThat(store.snapshot(CONFIG_MAPS).size()).isEqualTo(count);
            insert(store, "again", VALUE);
        }
    }
}
