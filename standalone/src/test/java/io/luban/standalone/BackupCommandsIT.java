package io.luban.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.luban.embeddedkube.EmbeddedKubeConfig;
import io.luban.embeddedkube.EmbeddedKubernetes;
import io.luban.embeddedkube.auth.User;
import io.luban.http.Headers;
import io.luban.http.LocalRequest;
import io.luban.http.Reply;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code luban backup} and {@code luban restore} as they are typed. */
class BackupCommandsIT {
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";

    @TempDir
    private Path directory;

    private record Outcome(int code, String out, String err) {}

    private static Outcome luban(Object... arguments) {
        var out = new StringWriter();
        var err = new StringWriter();
        var texts = new String[arguments.length];
        for (int i = 0; i < texts.length; i++) {
            texts[i] = arguments[i].toString();
        }
        int code = Main.commands()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(texts);
        return new Outcome(code, out.toString(), err.toString());
    }

    private static EmbeddedKubernetes start(Path data) {
        return EmbeddedKubernetes.start(EmbeddedKubeConfig.of(data).onPort(0).simulating(false, Duration.ZERO));
    }

    private static int ask(EmbeddedKubernetes server, String method, String path, String body) {
        var request = LocalRequest.of(
                method, path, Headers.of("Content-Type", "application/json"), body.getBytes(StandardCharsets.UTF_8));
        var reply = server.handler().handle(request.with(EmbeddedKubernetes.TRUSTED_USER, User.SYSTEM));
        return ((Reply.Content) reply).status();
    }

    @Test
    void a_running_platform_is_backed_up_and_restored_elsewhere() throws IOException {
        var data = directory.resolve("data");
        var file = directory.resolve("luban.backup");
        try (var server = start(data)) {
            assertThat(ask(server, "POST", MAPS, "{\"metadata\":{\"name\":\"kept\"}}"))
                    .isEqualTo(201);

            var made = luban("backup", file, "--kubeconfig", data.resolve("kubeconfig"));
            var again = luban("backup", file, "--kubeconfig", data.resolve("kubeconfig"));
            var replaced = luban("backup", file, "--kubeconfig", data.resolve("kubeconfig"), "--force");

            assertThat(made.code()).as(made.err()).isZero();
            assertThat(made.out()).contains("backup written to " + file);
            assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
            assertThat(again.code()).isEqualTo(1);
            assertThat(again.err()).contains("exists already: name another file, or replace it by --force");
            assertThat(replaced.code()).as(replaced.err()).isZero();
        }
        var restored = directory.resolve("restored");

        var outcome = luban("restore", file, "--data", restored);

        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.out()).contains("restored to " + restored);
        try (var server = start(restored)) {
            assertThat(ask(server, "GET", MAPS + "/kept", "")).isEqualTo(200);
            assertThat(restored.resolve("pki/ca.crt")).hasSameBinaryContentAs(data.resolve("pki/ca.crt"));
        }
    }

    @Test
    void a_stopped_platform_is_backed_up_and_put_back_in_its_place() {
        var data = directory.resolve("data");
        var file = directory.resolve("luban.backup");
        start(data).close();

        var made = luban("backup", file, "--data", data);
        var refused = luban("restore", file, "--data", data);
        var forced = luban("restore", file, "--data", data, "--force");

        assertThat(made.code()).as(made.err()).isZero();
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err()).contains("is not empty: name another folder by --data");
        assertThat(forced.code()).as(forced.err()).isZero();
        assertThat(forced.out()).contains("what was there is in " + data + ".replaced-");
        try (var server = start(data)) {
            assertThat(ask(server, "GET", "/readyz", "")).isEqualTo(200);
        }
    }

    @Test
    void what_is_no_backup_and_no_data_folder_is_named() throws IOException {
        var nothing = Files.writeString(directory.resolve("nothing"), "not a backup");

        var restored = luban("restore", nothing, "--data", directory.resolve("new"));
        var backedUp = luban("backup", directory.resolve("file"), "--data", directory.resolve("missing"));

        assertThat(restored.code()).isEqualTo(1);
        assertThat(restored.err()).contains(nothing.toString());
        assertThat(directory.resolve("new")).doesNotExist();
        assertThat(backedUp.code()).isEqualTo(1);
        assertThat(backedUp.err()).contains("is no data folder of Luban");
        assertThat(directory.resolve("file")).doesNotExist();
    }
}
