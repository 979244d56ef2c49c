package io.luban.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.luban.model.Json;
import io.luban.pki.CertificateAuthority;
import io.luban.pki.KeyPairs;
import io.luban.pki.Pem;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@code luban ks-apiserver} in front of the Kubernetes API of another process. */
class KsApiserverIT {
    private static final String PASSWORD = "Ch00sen-by-hand";

    @TempDir
    private static Path folder;

    private static PlatformProcess platform;

    @BeforeAll
    static void start() throws IOException {
        platform = PlatformProcess.up(folder.resolve("data"), "--admin-password", PASSWORD);
    }

    @AfterAll
    static void stop() {
        platform.close();
    }

    @Test
    void reloads_its_file_says_what_in_it_changes_nothing_and_that_its_port_is_taken() throws Exception {
        var file = folder.resolve("kubesphere.yaml");
        Files.writeString(file, """
                gateway: {cors: {allowedOrigins: ['https://a.example.org']}, maxBodySize: 1}
                cache: {options: {password: hidden}}
                s3: {bucket: b}
                kubernetes: {qps: 1000000}
                auditing: {enable: true, eventBatchInterval: 50ms, logOptions: {path: '-'}}
                """);
        try (var gateway = GatewayCommand.start(platform, "--config=" + file)) {
            assertThat(gateway.output())
                    .anyMatch(line -> line.matches(
                            "configuration: gateway.maxBodySize: unknown key, the nearest is gateway.maxBodyBytes"))
                    .contains("configuration: s3.bucket: is set, but no part of this build reads it")
                    .contains("configuration: cache.options.password: is set, but read only when cache.type is redis")
                    .noneMatch(line -> line.contains("kubernetes.qps"))
                    .noneMatch(line -> line.contains("hidden"))
                    .anyMatch(line -> line.contains("listens on http://127.0.0.1:" + gateway.port));
            assertThat(gateway.get("/readyz").body()).isEqualTo("ok");
            assertThat(gateway.get("/version").body()).contains("+luban");
            await().atMost(60, TimeUnit.SECONDS)
                    .until(() -> gateway.output().stream()
                            .anyMatch(line -> line.startsWith("{") && line.contains("\"RequestURI\":\"/version\"")));
            assertThat(allowed(gateway, "https://a.example.org")).isTrue();

            Files.writeString(file, "gateway: {cors: {allowedOrigins: ['https://b.example.org']}}");
            await().atMost(60, TimeUnit.SECONDS).until(() -> allowed(gateway, "https://b.example.org"));
            assertThat(allowed(gateway, "https://a.example.org")).isFalse();

            assertThat(GatewayCommand.failure(platform, "--insecure-port=" + gateway.port))
                    .startsWith("1 ")
                    .contains("cannot listen on 127.0.0.1 port " + gateway.port);
        }
    }

    @Test
    void a_file_that_is_wrong_ends_the_start_with_every_reason() throws Exception {
        var file = folder.resolve("wrong.yaml");
        Files.writeString(file, """
                auditing: {enable: perhaps}
                cache: {type: disk}
                authentication: {issuer: {accessTokenMaxAge: 3 days}}
                """);
        assertThat(GatewayCommand.failure(platform, "--config=" + file))
                .startsWith("1 ks-apiserver: ")
                .contains("auditing.enable: \"perhaps\"")
                .contains("cache.type: \"disk\"")
                .contains("authentication.issuer.accessTokenMaxAge: \"3 days\"");
    }

    @Test
    void replicas_share_logins_in_redis_and_say_when_it_is_away() throws Exception {
        RedisProcess.assumeInstalled();
        var file = folder.resolve("redis.yaml");
        try (var redis = RedisProcess.start(folder.resolve("redis"), "Hidden-from-a11");
                var client = HttpClient.newHttpClient()) {
            Files.writeString(file, """
                    cache: {type: redis, options: {host: 127.0.0.1, port: %d, password: Hidden-from-a11}}
                    """.formatted(redis.port));
            try (var one = GatewayCommand.start(platform, "--config=" + file);
                    var two = GatewayCommand.start(platform, "--config=" + file)) {
                var first = token(client, one);
                eventually(() -> mayIn(two, first) == 200);
                assertThat(two.get("/oauth/logout", "Authorization", first).statusCode())
                        .isEqualTo(200);
                assertThat(mayIn(two, first)).isEqualTo(401);
                eventually(() -> mayIn(one, first) == 401);

                var second = token(client, two);
                eventually(() -> mayIn(one, second) == 200);
                redis.kill();
                eventually(() -> one.status("/readyz") == 500);
                assertThat(one.get("/readyz?verbose").body()).contains("[-]cache failed", "[+]informer-sync ok");
                assertThat(mayIn(one, second)).isEqualTo(200);
                var refused = login(client, one);
                assertThat(refused.statusCode()).isEqualTo(503);
                assertThat(refused.body()).contains("the store of logins is not available");

                redis.startAgain();
                eventually(() -> one.status("/readyz") == 200 && two.status("/readyz") == 200);
                assertThat(mayIn(one, second)).isEqualTo(200);
                var third = token(client, one);
                eventually(() -> mayIn(two, third) == 200 && mayIn(two, second) == 401);
                assertThat(one.output()).noneMatch(line -> line.contains("Hidden-from-a11"));
            }
        }
        assertThat(GatewayCommand.failure(platform, "--config=" + file))
                .startsWith("1 ks-apiserver: cache.type redis: cannot use Redis at 127.0.0.1:")
                .contains("refused")
                .doesNotContain("Hidden-from-a11");
    }

    private static int mayIn(GatewayCommand gateway, String token) throws Exception {
        return gateway.get("/api/v1/namespaces/default", "Authorization", token).statusCode();
    }

    private static void eventually(Callable<Boolean> condition) {
        await().atMost(60, TimeUnit.SECONDS).pollInterval(Duration.ofMillis(20)).until(condition);
    }

    @Test
    void a_stop_reports_not_ready_lets_requests_end_cuts_streams_and_loses_no_audit_event() throws Exception {
        var audit = folder.resolve("audit/audit.log");
        var file = folder.resolve("stopping.yaml");
        Files.writeString(file, """
                gateway: {shutdownDelay: 8s}
                auditing: {enable: true, eventBatchInterval: 10m, logOptions: {path: "%s"}}
                """.formatted(audit));
        var release = new CountDownLatch(1);
        var arrived = new CountDownLatch(1);
        var backend = backend(arrived, release);
        try (var gateway = GatewayCommand.start(platform, "--config=" + file);
                var client = HttpClient.newHttpClient()) {
            var token = token(client, gateway);
            proxy(client, gateway, token, backend);
            var slow = client.sendAsync(
                    gateway.request("/proxy/slow/x", "Authorization", token).build(), BodyHandlers.ofString());
            assertThat(arrived.await(60, TimeUnit.SECONDS)).isTrue();
            var watch = client.send(
                    gateway.request("/api/v1/namespaces?watch=true", "Authorization", token)
                            .build(),
                    BodyHandlers.ofInputStream());
            assertThat(watch.body().read()).isEqualTo('{');

            gateway.signal();
            await().atMost(8, TimeUnit.SECONDS)
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> gateway.status("/readyz") == 503);
            assertThat(gateway.get("/readyz").body()).contains("[-]shutdown failed: reason withheld");
            assertThat(gateway.status("/livez")).isEqualTo(200);
            assertThat(gateway.get("/api/v1/namespaces/late", "Authorization", token)
                            .statusCode())
                    .isEqualTo(404);

            await().atMost(60, TimeUnit.SECONDS).until(() -> gateway.status("/livez") == 0);
            endOf(watch.body());
            assertThat(slow).isNotDone();
            release.countDown();
            assertThat(slow.get(60, TimeUnit.SECONDS).body()).isEqualTo("at last");
            assertThat(gateway.exitCode()).isZero();
            assertThat(gateway.output()).contains("ks-apiserver has stopped");
            assertThat(Files.readString(audit))
                    .contains("\"RequestURI\":\"/proxy/slow/x\"")
                    .contains("\"RequestURI\":\"/api/v1/namespaces/late\"");
        } finally {
            release.countDown();
            backend.stop(0);
        }
    }

    @Test
    void a_second_signal_ends_a_stop_that_takes_too_long() throws Exception {
        var file = folder.resolve("patient.yaml");
        Files.writeString(file, "gateway: {shutdownDelay: 10m}");
        try (var gateway = GatewayCommand.start(platform, "--config=" + file)) {
            gateway.signal();
            await().atMost(60, TimeUnit.SECONDS).until(() -> gateway.status("/readyz") == 503);

            gateway.signal();
            assertThat(gateway.exitCode()).isEqualTo(1);
        }
    }

    @Test
    void speaks_tls_only_by_both_versions_of_http_and_takes_up_another_key_pair() throws Exception {
        var certificate = folder.resolve("tls.crt");
        var key = folder.resolve("tls.key");
        var first = keyPair("first", certificate, key);
        try (var gateway = GatewayCommand.startTls(platform, certificate, key)) {
            assertThat(gateway.output())
                    .anyMatch(line -> line.contains("listens on https://127.0.0.1:" + gateway.port));
            for (var version : new HttpClient.Version[] {HttpClient.Version.HTTP_2, HttpClient.Version.HTTP_1_1}) {
                try (var client = HttpClient.newBuilder()
                        .version(version)
                        .sslContext(trusting(first))
                        .build()) {
                    var answer = client.send(
                            HttpRequest.newBuilder(URI.create("https://localhost:" + gateway.port + "/readyz"))
                                    .build(),
                            BodyHandlers.ofString());
                    assertThat(answer.body()).isEqualTo("ok");
                    assertThat(answer.version()).isEqualTo(version);
                }
            }
            assertThat(plain(gateway.port)).doesNotContain("200");
            assertThat(answerToOldTls(gateway.port))
                    .as("alert: protocol_version")
                    .isEqualTo("15 02 46");

            var second = keyPair("second", certificate, key);
            await().atMost(60, TimeUnit.SECONDS).until(() -> presents(second, gateway.port));
            assertThat(presents(first, gateway.port)).isFalse();
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX) // where all of 127.0.0.0/8 is this machine
    void listens_at_no_other_address_than_the_one_it_was_given() throws Exception {
        try (var gateway = GatewayCommand.start(platform, "--bind-address=127.0.0.2")) {
            try (var socket = new Socket(InetAddress.getByAddress(new byte[] {127, 0, 0, 2}), gateway.port)) {
                assertThat(socket.isConnected()).isTrue();
            }
            assertThat(gateway.status("/livez")).isZero();
        }
    }

    private static boolean allowed(GatewayCommand gateway, String origin) throws Exception {
        return gateway.get("/version", "Origin", origin)
                .headers()
                .firstValue("Access-Control-Allow-Origin")
                .isPresent();
    }

    /** Answers once it is released. */
    private static HttpServer backend(CountDownLatch arrived, CountDownLatch release) throws IOException {
        var backend = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        backend.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        backend.createContext("/", exchange -> {
            if (exchange.getRequestURI().getPath().endsWith("/x")) {
                arrived.countDown();
                try {
                    release.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            var body = "at last".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        backend.start();
        return backend;
    }

    private static String token(HttpClient client, GatewayCommand gateway) throws Exception {
        var answer = login(client, gateway);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return "Bearer " + Json.parse(answer.body()).path("access_token").asText();
    }

    private static HttpResponse<String> login(HttpClient client, GatewayCommand gateway) throws Exception {
        var form =
                "grant_type=password&client_id=kubesphere&client_secret=kubesphere&username=admin&password=" + PASSWORD;
        return client.send(
                gateway.request("/oauth/token", "Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString(form))
                        .build(),
                BodyHandlers.ofString());
    }

    private static void proxy(HttpClient client, GatewayCommand gateway, String token, HttpServer backend)
            throws Exception {
        var object = """
                {"apiVersion": "extensions.kubesphere.io/v1alpha1", "kind": "ReverseProxy", "metadata": {"name": "slow"},
                 "spec": {"matcher": {"path": "/proxy/slow/*", "method": "*"},
                          "upstream": {"url": "http://127.0.0.1:%d"}}}
                """.formatted(backend.getAddress().getPort());
        var created = client.send(
                gateway.request(
                                "/apis/extensions.kubesphere.io/v1alpha1/reverseproxies",
                                "Authorization",
                                token,
                                "Content-Type",
                                "application/json")
                        .POST(BodyPublishers.ofString(object))
                        .build(),
                BodyHandlers.ofString());
        assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
        await().atMost(30, TimeUnit.SECONDS)
                .until(() ->
                        gateway.get("/proxy/slow/ready", "Authorization", token).statusCode() == 200);
    }

    /** Reads what is left; a stream that is cut ends in one way or the other. */
    private static void endOf(InputStream stream) {
        try (stream) {
            stream.readAllBytes();
        } catch (IOException e) {
            assertThat(e).hasMessageMatching("(?s).*(closed|reset|EOF).*");
        }
    }

    private static X509Certificate keyPair(String name, Path certificate, Path key) throws IOException {
        var pair = KeyPairs.newEc();
        var subject = new X500Name("CN=" + name);
        var clock = Clock.systemUTC();
        var root = CertificateAuthority.selfSigned(subject, pair, Duration.ofHours(1), clock);
        var leaf = new CertificateAuthority(root, pair.getPrivate(), clock)
                .issue(new CertificateAuthority.Leaf(
                        subject,
                        pair.getPublic(),
                        Duration.ofHours(1),
                        KeyPurposeId.id_kp_serverAuth,
                        java.util.List.of(new GeneralName(GeneralName.dNSName, "localhost"))));
        replace(key, Pem.encode(pair.getPrivate()));
        replace(certificate, Pem.encode(leaf));
        return root;
    }

    private static void replace(Path file, byte[] content) throws IOException {
        var next = Files.write(file.resolveSibling(file.getFileName() + ".next"), content);
        Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private static SSLContext trusting(X509Certificate root) throws Exception {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("root", root);
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        var context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private static boolean presents(X509Certificate root, int port) throws Exception {
        try (var socket = trusting(root).getSocketFactory().createSocket("localhost", port)) {
            socket.getOutputStream().write("GET /livez HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).contains(" 200 ");
        } catch (javax.net.ssl.SSLException e) {
            return false;
        }
    }

    private static String plain(int port) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write("GET /livez HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (ConnectException e) {
            throw e;
        } catch (IOException e) {
            return "";
        }
    }

    /** Type, level and description of what the server says to a client of TLS 1.1 that knows nothing newer. */
    private static String answerToOldTls(int port) throws IOException {
        // suites of ECDHE with AES-CBC and SHA-1, curve P-256, which is what such a client would agree on
        var body = HexFormat.of()
                .parseHex("0302" + "11".repeat(32) + "00" + "0004c009c00a" + "0100" + "000e" + "000a00040002001700"
                        + "0b00020100");
        var hello = ByteBuffer.allocate(9 + body.length);
        hello.put((byte) 22).putShort((short) 0x0301).putShort((short) (4 + body.length));
        hello.put((byte) 1).put((byte) 0).putShort((short) body.length).put(body);
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(hello.array());
            var record = new DataInputStream(socket.getInputStream()).readNBytes(7);
            return "%02x %02x %02x".formatted(record[0], record[5], record[6]);
        }
    }
}
