package io.luban.ksbuilder;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.luban.extensionformat.ExtensionPackage;
import io.luban.model.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands about the marketplace against a server that speaks its protocol. */
class MarketplaceTest {
    private static final String TOKEN = "secret-token";

    @TempDir
    Path directory;

    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final List<byte[]> bodies = new CopyOnWriteArrayList<>();
    private HttpServer server;
    private volatile String user = "{\"user_id\":\"u-7\"}";
    private volatile String status = "ready";
    private TestRun run;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        run = TestRun.in(directory);
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void login_tries_the_token_and_keeps_it_where_only_its_owner_can_read_it() throws IOException {
        assertThat(login()).as(run.err()).isZero();

        assertThat(run.out()).isEqualTo("Login Succeeded%n".formatted());
        var file = directory.resolve(".ksbuilder/config.json");
        assertThat(Json.parse(Files.readString(file)).path("token").asText()).isEqualTo("c2VjcmV0LXRva2Vu");
        assertThat(Json.parse(Files.readString(file)).path("server").asText()).isEqualTo(address());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())))
                .isEqualTo("rwx------");
    }

    @Test
    void a_refused_token_is_not_kept() {
        assertThat(run.run("login", "-t", "wrong", "--server", address())).isOne();

        assertThat(run.err()).contains("401, token is unknown").doesNotContain("wrong");
        assertThat(directory.resolve(".ksbuilder/config.json")).doesNotExist();
    }

    @Test
    void login_asks_for_the_token_until_there_is_one() {
        var asked = TestRun.answering(directory, "", TOKEN);

        assertThat(asked.run("login", "--server", address())).as(asked.err()).isZero();

        assertThat(asked.out()).contains("token can't be empty", "Login Succeeded");
        assertThat(run.run("login", "--server", address())).isOne();
        assertThat(run.err()).contains("no terminal; use flags");
    }

    @Test
    void logout_forgets_the_token_and_fails_without_one() {
        login();

        assertThat(run.run("logout")).isZero();
        assertThat(run.out()).isEqualTo("Logout Succeeded%n".formatted());
        assertThat(run.run("logout")).isOne();
        assertThat(run.err()).contains("not logged in");
        assertThat(run.run("list")).isOne();
        assertThat(run.err()).contains("not logged in: run ksbuilder login first");
    }

    @Test
    void list_and_get_print_tables() {
        login();

        assertThat(run.run("list")).as(run.err()).isZero();
        assertThat(run.out()).isEqualTo("""
                ID    NAME   STATUS   LATEST VERSION
                e-1   demo   ready    0.1.0
                """);
        assertThat(run.run("get", "demo")).as(run.err()).isZero();
        assertThat(run.out()).isEqualTo("""
                Name:           demo
                ID:             e-1
                Status:         ready
                Latest version: 0.1.0

                SNAPSHOT ID   VERSION   STATUS      UPDATE TIME
                41            0.1.0     submitted   2026-01-02 03:04:05 Z
                """);
    }

    @Test
    void push_uploads_pictures_replaces_them_by_addresses_and_submits_the_package() throws IOException {
        login();
        run.run("create", "--name", "demo", "--category", "devtools", "--author", "Ann");

        assertThat(run.run("push", "demo")).as(run.err()).isZero();

        assertThat(run.out()).isEqualTo("""
                push extension demo
                Extension pushed and submitted to KubeSphere Cloud, waiting for review
                """);
        assertThat(calls)
                .containsSubsequence(
                        "GET /apis/user/v1/user",
                        "GET /apis/extension/v1/users/u-7/files/usage",
                        "POST /apis/extension/v1/users/u-7/files",
                        "POST /apis/extension/v1/users/u-7/extensions/demo/package?force=true&create_extension=true",
                        "POST /apis/extension/v1/users/u-7/snapshots/42/action:submit");
        assertThat(body("/files")).contains("name=\"file1_path\"", "up/load/demo/0.1.0/static/favicon.svg");
        var submitted = packageOf(bodyBytes("/package"));
        assertThat(submitted.metadata().icon()).isEqualTo("https://files.example.com/0");
        assertThat(submitted.metadata().texts("screenshots")).containsExactly("https://files.example.com/1");
        assertThat(submitted.files()).noneMatch(file -> file.path().startsWith("static/"));
        assertThat(submitted.file("Chart.yaml").orElseThrow().text()).contains("https://files.example.com/0");
    }

    @Test
    void unpush_takes_a_number_or_finds_the_snapshot_of_a_package() {
        login();
        run.run("create", "--name", "demo", "--category", "devtools", "--author", "Ann");

        assertThat(run.run("unpush", "40")).as(run.err()).isZero();
        assertThat(run.out()).isEqualTo("""
                unpush snapshot 40
                Snapshot 40 has been unsubmitted and reverted to draft state
                """);
        assertThat(run.run("unpush", directory.resolve("demo").toString()))
                .as(run.err())
                .isZero();
        assertThat(run.out()).startsWith("Snapshot found on KubeSphere Cloud\nunpush snapshot 41\n");
        assertThat(calls).endsWith("POST /apis/extension/v1/users/u-7/snapshots/41/action:cancel-submit");
    }

    @Test
    void a_package_that_is_too_large_is_not_sent() throws IOException {
        login();
        run.run("create", "--name", "demo", "--category", "devtools", "--author", "Ann");
        var random = new byte[1_200_000];
        new Random(7).nextBytes(random);
        Files.write(directory.resolve("demo/blob"), random);

        assertThat(run.run("push", "demo")).isOne();

        assertThat(run.err()).contains("1048576");
        assertThat(calls).noneMatch(call -> call.contains("/package?"));
    }

    @Test
    void an_extension_that_is_not_ready_has_no_latest_version() {
        login();
        status = "draft";

        assertThat(run.run("get", "demo")).as(run.err()).isZero();

        assertThat(run.out()).contains("Status:         draft").doesNotContain("Latest version");
    }

    @Test
    void an_answer_that_lacks_what_is_needed_is_named() {
        login();
        user = "{}";

        assertThat(run.run("list")).isOne();

        assertThat(run.err()).contains("the answer of the marketplace lacks user_id");
    }

    @Test
    void a_package_of_which_no_snapshot_is_known_cannot_be_taken_back() throws IOException {
        login();
        run.run("create", "--name", "demo", "--category", "devtools", "--author", "Ann");
        var file = directory.resolve("demo/extension.yaml");
        Files.writeString(file, Files.readString(file).replace("version: 0.1.0", "version: 0.2.0"));

        assertThat(run.run("unpush", "demo")).isOne();

        assertThat(run.err()).contains("extension demo: no snapshot of version 0.2.0");
        assertThat(calls).noneMatch(call -> call.contains("cancel-submit"));
    }

    private int login() {
        return run.run("login", "-t", TOKEN, "--server", address());
    }

    private String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            var call = exchange.getRequestMethod() + " " + exchange.getRequestURI();
            calls.add(call);
            bodies.add(exchange.getRequestBody().readAllBytes());
            boolean isKnown =
                    ("Bearer " + TOKEN).equals(exchange.getRequestHeaders().getFirst("Authorization"));
            var answer =
                    (isKnown ? answerTo(call) : "{\"message\":\"token is unknown\"}").getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(isKnown ? 200 : 401, answer.length);
            exchange.getResponseBody().write(answer);
        }
    }

    private String answerTo(String call) {
        if (call.endsWith("/user")) {
            return user;
        }
        if (call.endsWith("/files/usage")) {
            return "{\"dir\":\"up/load\"}";
        }
        if (call.endsWith("/files")) {
            return "{\"files\":[{\"url\":\"https://files.example.com/0\"},{\"url\":\"https://files.example.com/1\"}]}";
        }
        if (call.contains("/package?")) {
            return "{\"snapshot\":{\"snapshot_id\":\"42\"}}";
        }
        if (call.endsWith("/snapshots")) {
            return "[{\"snapshot_id\":\"41\",\"metadata\":{\"version\":\"0.1.0\"},\"status\":\"submitted\","
                    + "\"updated_at\":\"2026-01-02T03:04:05Z\"}]";
        }
        var extension = "{\"extension_id\":\"e-1\",\"name\":\"demo\",\"status\":\"" + status + "\","
                + "\"latest_version\":{\"version\":\"0.1.0\"}}";
        return call.endsWith("/search") ? "{\"extensions\":[" + extension + "]}" : extension;
    }

    private String body(String pathPart) {
        return new String(bodyBytes(pathPart), StandardCharsets.ISO_8859_1);
    }

    private byte[] bodyBytes(String pathPart) {
        for (int i = 0; i < calls.size(); i++) {
            if (calls.get(i).startsWith("POST") && calls.get(i).contains(pathPart)) {
                return bodies.get(i);
            }
        }
        throw new AssertionError("no call of " + pathPart + " among " + calls);
    }

    private static ExtensionPackage packageOf(byte[] multipart) {
        var text = new String(multipart, StandardCharsets.ISO_8859_1);
        int begin = text.indexOf("\r\n\r\n") + 4;
        int end = text.lastIndexOf("\r\n--", text.length() - 4);
        return ExtensionPackage.ofArchive(Arrays.copyOfRange(multipart, begin, end), "upload");
    }
}
