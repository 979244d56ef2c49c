package io.luban.embeddedkube.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.luban.embeddedkube.EmbeddedKubeConfig;
import io.luban.embeddedkube.EmbeddedKubernetes;
import io.luban.embeddedkube.auth.User;
import io.luban.embeddedkube.store.StoreOpenException;
import io.luban.http.Headers;
import io.luban.http.LocalRequest;
import io.luban.http.Reply;
import io.luban.http.StreamSink;
import io.luban.model.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole data folder as one file and back, through the server itself. */
class BackupIT {
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";

    @TempDir
    private Path directory;

    private EmbeddedKubernetes server;

    @BeforeEach
    void start() {
        server = started("data");
        create("kept");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private EmbeddedKubernetes started(String folder) {
        return EmbeddedKubernetes.start(
                EmbeddedKubeConfig.of(directory.resolve(folder)).onPort(0).simulating(false, Duration.ZERO));
    }

    private Reply.Content create(String name) {
        var body = "{\"metadata\":{\"name\":\"%s\"}}".formatted(name).getBytes(StandardCharsets.UTF_8);
        return (Reply.Content) server.handler()
                .handle(LocalRequest.of("POST", MAPS, Headers.of("Content-Type", "application/json"), body)
                        .with(EmbeddedKubernetes.TRUSTED_USER, User.SYSTEM));
    }

    private Reply get(String path, User user) {
        return server.handler()
                .handle(LocalRequest.of("GET", path, Headers.EMPTY).with(EmbeddedKubernetes.TRUSTED_USER, user));
    }

    /** Begins to take the backup. */
    private Download download(long pending) {
        var download = new Download();
        download.pending = pending;
        var reply = get("/luban/backup", User.SYSTEM);
        while (reply instanceof Reply.Edited edited) {
            reply = edited.reply();
        }
        assertThat(reply).isInstanceOf(Reply.Stream.class);
        ((Reply.Stream) reply).source().start(download);
        return download;
    }

    private int status(String path) {
        return ((Reply.Content) get(path, User.SYSTEM)).status();
    }

    /** Takes what is sent; leaves or waits where it is told to. */
    private static final class Download implements StreamSink {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final CountDownLatch over = new CountDownLatch(1);
        private volatile Runnable onClose = () -> {};
        private volatile long pending;
        private volatile boolean complete;

        @Override
        public void write(byte[] block) {
            bytes.writeBytes(block);
        }

        @Override
        public long pendingBytes() {
            return pending;
        }

        @Override
        public boolean awaitRoom(long limitBytes, Duration deadline) {
            return pending <= limitBytes;
        }

        @Override
        public void end() {
            complete = true;
            over.countDown();
        }

        @Override
        public void abort() {
            over.countDown();
        }

        @Override
        public void onClose(Runnable callback) {
            onClose = callback;
        }
    }

    private Path backup() throws Exception {
        var download = download(0);
        assertThat(download.over.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(download.complete).isTrue();
        return Files.write(directory.resolve("luban.backup"), download.bytes.toByteArray());
    }

    @Test
    void a_restored_server_is_the_same_one_to_everybody() throws Exception {
        var file = backup();
        create("later");
        var version = Json.parse(((Reply.Content) get(MAPS + "/later", User.SYSTEM)).body())
                .at("/metadata/resourceVersion")
                .asLong();
        stop();

        assertThat(DataBackup.restore(file, directory.resolve("restored"), false, Clock.systemUTC()))
                .isEmpty();
        server = started("restored");

        assertThat(status(MAPS + "/kept")).isEqualTo(200);
        assertThat(status(MAPS + "/later")).isEqualTo(404);
        for (var name : List.of("ca.crt", "ca.key", "sa.key")) {
            assertThat(directory.resolve("restored/pki/" + name))
                    .as(name)
                    .hasSameBinaryContentAs(directory.resolve("data/pki/" + name));
        }
        var created =
                Json.parse(create("new").body()).at("/metadata/resourceVersion").asLong();
        assertThat(created).as("versions never go back").isGreaterThan(version);
        var expired = (Reply.Content) get(MAPS + "?resourceVersionMatch=Exact&resourceVersion=" + version, User.SYSTEM);
        assertThat(expired.status()).isEqualTo(410);
    }

    @Test
    void only_who_may_do_everything_gets_a_backup() {
        var roles = "/apis/rbac.authorization.k8s.io/v1/clusterroles";
        var bindings = "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings";
        post(roles, "{\"metadata\":{\"name\":\"paths\"},\"rules\":[{\"nonResourceURLs\":[\"*\"],\"verbs\":[\"*\"]}]}");
        post(bindings, """
                {"metadata":{"name":"paths"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole",
                 "name":"paths"},"subjects":[{"apiGroup":"rbac.authorization.k8s.io","kind":"User","name":"ann"}]}""");

        var refused = (Reply.Content) get("/luban/backup", new User("ann", "", List.of(), Map.of()));

        assertThat(refused.status()).isEqualTo(403);
        assertThat(new String(refused.body(), StandardCharsets.UTF_8))
                .contains("a backup holds every Secret and key, which takes the permissions of cluster-admin");
    }

    private void post(String path, String json) {
        var reply = (Reply.Content) server.handler()
                .handle(LocalRequest.of(
                                "POST",
                                path,
                                Headers.of("Content-Type", "application/json"),
                                json.getBytes(StandardCharsets.UTF_8))
                        .with(EmbeddedKubernetes.TRUSTED_USER, User.SYSTEM));
        assertThat(reply.status()).isEqualTo(201);
    }

    @Test
    void one_backup_is_made_at_a_time_and_one_that_is_broken_off_leaves_nothing() throws Exception {
        for (int i = 0; i < 40; i++) {
            post(MAPS, "{\"metadata\":{\"name\":\"big%d\"},\"data\":{\"k\":\"%s\"}}".formatted(i, "x".repeat(400_000)));
        }
        var slow = download(Long.MAX_VALUE);

        var second = (Reply.Content) get("/luban/backup", User.SYSTEM);
        assertThat(second.status()).isEqualTo(429);
        assertThat(new String(second.body(), StandardCharsets.UTF_8)).contains("another backup is being made");
        slow.onClose.run();

        assertThat(slow.over.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(slow.complete).isFalse();
        var copy = directory.resolve("data/kube/backup.partial");
        await().untilAsserted(() -> assertThat(copy).doesNotExist());
        await().until(
                        () -> get("/luban/backup", User.SYSTEM),
                        reply -> !(reply instanceof Reply.Content refused) || refused.status() != 429);
        DataBackup.verify(backup());
    }

    @Test
    void a_folder_that_is_in_use_or_holds_something_is_not_overwritten() throws Exception {
        var file = backup();
        var data = directory.resolve("data");

        assertThatThrownBy(() -> DataBackup.restore(file, data, false, Clock.systemUTC()))
                .isInstanceOf(StoreOpenException.class)
                .hasMessageContaining("is not empty");
        assertThatThrownBy(() -> DataBackup.restore(file, data, true, Clock.systemUTC()))
                .as("a server runs on it")
                .isInstanceOf(StoreOpenException.class);
        assertThat(status(MAPS + "/kept")).isEqualTo(200);
        stop();

        var aside = DataBackup.restore(file, data, true, Clock.systemUTC()).orElseThrow();
        assertThat(aside.resolve("kube/state.db")).exists();
        server = started("data");
        assertThat(status(MAPS + "/kept")).isEqualTo(200);
    }

    @Test
    void a_damaged_backup_touches_nothing() throws Exception {
        var file = backup();
        var bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 0x55;
        Files.write(file, bytes);

        assertThatThrownBy(() -> DataBackup.restore(file, directory.resolve("restored"), false, Clock.systemUTC()))
                .isInstanceOf(StoreOpenException.class);
        assertThat(directory.resolve("restored")).doesNotExist();
        assertThat(leftovers()).isEmpty();
    }

    private List<Path> leftovers() throws IOException {
        try (var entries = Files.list(directory)) {
            return entries.filter(entry -> entry.getFileName().toString().endsWith(".restoring"))
                    .toList();
        }
    }

    @Test
    void a_stopped_folder_is_backed_up_as_well() {
        stop();
        var file = directory.resolve("stopped.backup");

        DataBackup.ofStopped(directory.resolve("data"), file, Clock.systemUTC());

        DataBackup.restore(file, directory.resolve("restored"), false, Clock.systemUTC());
        server = started("restored");
        assertThat(status(MAPS + "/kept")).isEqualTo(200);
    }
}
