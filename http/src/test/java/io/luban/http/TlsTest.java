package io.luban.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TlsTest {
    private final Servers servers = new Servers();

    @AfterEach
    void close() throws Exception {
        servers.close();
    }

    @Test
    void speaks_http_2_and_http_1() throws Exception {
        var server = server(request -> new Reply.Content(
                200,
                Headers.of("X-Mixed-Case", "v"),
                (request.scheme() + " " + request.authority() + " " + request.body(100).length)
                        .getBytes(StandardCharsets.UTF_8)));

        for (var version : HttpClient.Version.values()) {
            if (version.name().equals("HTTP_3")) {
                continue;
            }
            try (var client = client(version, "")) {
                var response = post(client, server, "hello");
                assertThat(response.version()).isEqualTo(version);
                assertThat(response.body()).isEqualTo("https localhost:" + server.port() + " 5");
                assertThat(response.headers().firstValue("x-mixed-case")).contains("v");
            }
        }
    }

    @Test
    void an_unverified_client_certificate_is_handed_to_the_handler() throws Exception {
        var server = server(request -> Reply.text(
                200,
                request.clientCertificates().isEmpty()
                        ? "none"
                        : request.clientCertificates()
                                .getFirst()
                                .getSubjectX500Principal()
                                .getName()));

        try (var anonymous = client(HttpClient.Version.HTTP_2, "");
                var alice = client(HttpClient.Version.HTTP_2, "client")) {
            assertThat(post(anonymous, server, "").body()).isEqualTo("none");
            assertThat(post(alice, server, "").body()).isEqualTo("CN=alice,O=system:masters");
        }
    }

    @Test
    void another_identity_is_used_after_a_reload() throws Exception {
        var server = server(request -> Reply.text(200, "ok"));
        try (var first = client(HttpClient.Version.HTTP_1_1, "")) {
            assertThat(peerName(post(first, server, ""))).isEqualTo("CN=server");
        }

        server.reloadTls(material("other"));

        try (var second = client(HttpClient.Version.HTTP_1_1, "")) {
            assertThat(peerName(post(second, server, ""))).isEqualTo("CN=other");
        }
    }

    @Test
    void http_2_streams_and_cancellation_work() throws Exception {
        var left = new CompletableFuture<Boolean>();
        var server = server(request -> new Reply.Stream(200, Headers.EMPTY, sink -> {
            sink.onClose(() -> left.complete(true));
            sink.write("event\n".getBytes(StandardCharsets.UTF_8));
        }));
        try (var client = client(HttpClient.Version.HTTP_2, "")) {
            var response = client.send(HttpRequest.newBuilder(uri(server)).build(), BodyHandlers.ofInputStream());
            assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(response.body().readNBytes(6)).asString().isEqualTo("event\n");
            response.body().close();
            assertThat(left.get(30, TimeUnit.SECONDS)).isTrue();
            client.shutdownNow();
        }
    }

    @Test
    void forwards_to_a_tls_upstream_that_it_trusts_and_to_no_other() throws Exception {
        var backend = server(request -> Reply.text(200, "secure"));
        var trusted = new Upstream(true, "localhost", backend.port(), pem("server.crt"), false);
        var untrusted = new Upstream(true, "localhost", backend.port(), pem("other.crt"), false);
        var insecure = new Upstream(true, "localhost", backend.port(), new byte[0], true);

        assertThat(through(trusted).body()).isEqualTo("secure");
        assertThat(through(insecure).body()).isEqualTo("secure");
        var refused = through(untrusted);
        assertThat(refused.statusCode()).isEqualTo(502);
        assertThat(refused.body()).containsIgnoringCase("cert");
    }

    @Test
    void an_http_2_client_is_forwarded_to_an_http_1_upstream() throws Exception {
        var echo = servers.serve(request -> new Reply.Content(200, Headers.EMPTY, request.body(1 << 20)));
        var upstream = Upstream.http("127.0.0.1", echo.port());
        var server = server(request -> Servers.forwardReply(request, upstream));
        try (var client = client(HttpClient.Version.HTTP_2, "")) {
            assertThat(post(client, server, "x".repeat(500_000)).body()).hasSize(500_000);
            assertThat(client.send(HttpRequest.newBuilder(uri(server)).build(), BodyHandlers.ofString())
                            .body())
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_request_of_http_2_that_ends_with_its_head_goes_upstream_without_a_body(boolean onEventLoop)
            throws Exception {
        var heads = new LinkedBlockingQueue<String>();
        var backend = servers.raw(socket -> {
            while (true) {
                heads.add(RawServer.readHead(socket.getInputStream()));
                RawServer.write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            }
        });
        var config = new ServerConfig("127.0.0.1", 0, Optional.of(material("server")), Limits.DEFAULTS);
        FastPath quick = request ->
                onEventLoop ? Optional.of(Servers.forwardReply(request, backend.upstream())) : Optional.empty();
        var server = servers.keep(HttpServer.start(
                servers.runtime, config, quick, request -> Servers.forwardReply(request, backend.upstream())));
        try (var client = client(HttpClient.Version.HTTP_2, "")) {
            for (var method : java.util.List.of("DELETE", "OPTIONS", "GET", "DELETE")) {
                var request = HttpRequest.newBuilder(uri(server)).method(method, BodyPublishers.noBody());
                var response =
                        client.send(request.timeout(Duration.ofSeconds(30)).build(), BodyHandlers.ofString());

                assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
                assertThat(response.body()).isEqualTo("ok");
                assertThat(heads.poll(30, TimeUnit.SECONDS))
                        .startsWith(method)
                        .doesNotContainIgnoringCase("Transfer-Encoding")
                        .doesNotContainIgnoringCase("Content-Length");
            }
            var empty = HttpRequest.newBuilder(uri(server)).method("PATCH", BodyPublishers.noBody());
            client.send(empty.timeout(Duration.ofSeconds(30)).build(), BodyHandlers.ofString());
            assertThat(heads.poll(30, TimeUnit.SECONDS))
                    .containsIgnoringCase("\r\nContent-Length: 0\r\n")
                    .doesNotContainIgnoringCase("Transfer-Encoding");
        }
    }

    @Test
    void a_body_of_http_2_without_a_length_is_sent_on_whatever_the_method() throws Exception {
        var echo = servers.serve(request -> new Reply.Content(200, Headers.EMPTY, request.body(1 << 20)));
        var upstream = Upstream.http("127.0.0.1", echo.port());
        var server = server(request -> Servers.forwardReply(request, upstream));
        try (var client = client(HttpClient.Version.HTTP_2, "")) {
            for (var method : java.util.List.of("DELETE", "POST", "GET")) {
                var body = BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[100_000]));
                var request = HttpRequest.newBuilder(uri(server)).method(method, body);
                var response =
                        client.send(request.timeout(Duration.ofSeconds(30)).build(), BodyHandlers.ofString());
                assertThat(response.body()).as(method).hasSize(100_000);
            }
        }
    }

    @Test
    void a_request_of_http_2_without_a_path_is_400() throws Exception {
        var server = server(request -> Reply.text(200, "reached"));
        try (var socket =
                (javax.net.ssl.SSLSocket) context("").getSocketFactory().createSocket("localhost", server.port())) {
            socket.setSoTimeout(30_000);
            var parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"h2"});
            socket.setSSLParameters(parameters);
            var sent = new java.io.ByteArrayOutputStream();
            sent.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            sent.writeBytes(new byte[] {0, 0, 0, 4, 0, 0, 0, 0, 0});
            var fields =
                    "\u0010\u0007:method\u0007CONNECT\u0010\n:authority\u0004gw:1".getBytes(StandardCharsets.US_ASCII);
            sent.writeBytes(new byte[] {0, 0, (byte) fields.length, 1, 5, 0, 0, 0, 1});
            sent.writeBytes(fields);
            socket.getOutputStream().write(sent.toByteArray());

            assertThat(headersOf(socket.getInputStream())).contains((byte) 0x8c); // :status 400 of the static table
        }
    }

    /** The first block of header fields that the server sends. */
    private static byte[] headersOf(java.io.InputStream in) throws IOException {
        while (true) {
            var head = in.readNBytes(9);
            assertThat(head).hasSize(9);
            int length = ((head[0] & 0xff) << 16) | ((head[1] & 0xff) << 8) | (head[2] & 0xff);
            var payload = in.readNBytes(length);
            if (head[3] == 1) {
                return payload;
            }
        }
    }

    private HttpResponse<String> through(Upstream upstream) throws Exception {
        var server = servers.forward(upstream);
        return servers.send(HttpRequest.newBuilder(Servers.uri(server, "/")));
    }

    private HttpServer server(Handler handler) throws IOException {
        return servers.serve(
                new ServerConfig("127.0.0.1", 0, Optional.of(material("server")), Limits.DEFAULTS), handler);
    }

    private static TlsMaterial material(String name) throws IOException {
        return new TlsMaterial(pem(name + ".crt"), pem(name + ".key"), true);
    }

    private static HttpResponse<String> post(HttpClient client, HttpServer server, String body) throws Exception {
        var request = HttpRequest.newBuilder(uri(server))
                .timeout(Duration.ofSeconds(30))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return client.send(request, BodyHandlers.ofString());
    }

    private static URI uri(HttpServer server) {
        return URI.create("https://localhost:" + server.port() + "/");
    }

    private static String peerName(HttpResponse<String> response) throws Exception {
        var certificate = (java.security.cert.X509Certificate)
                response.sslSession().orElseThrow().getPeerCertificates()[0];
        return certificate.getSubjectX500Principal().getName();
    }

    private static HttpClient client(HttpClient.Version version, String identity) throws Exception {
        return HttpClient.newBuilder()
                .version(version)
                .sslContext(context(identity))
                .build();
    }

    private static SSLContext context(String identity) throws Exception {
        var keys = KeyStore.getInstance("PKCS12");
        keys.load(null, null);
        if (!identity.isEmpty()) {
            keys.setKeyEntry("me", key(identity), new char[0], new Certificate[] {certificate(identity)});
        }
        var trust = KeyStore.getInstance("PKCS12");
        trust.load(null, null);
        trust.setCertificateEntry("server", certificate("server"));
        trust.setCertificateEntry("other", certificate("other"));
        var keyManagers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keyManagers.init(keys, new char[0]);
        var trustManagers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trustManagers.init(trust);
        var context = SSLContext.getInstance("TLS");
        context.init(keyManagers.getKeyManagers(), trustManagers.getTrustManagers(), null);
        return context;
    }

    private static java.security.PrivateKey key(String name) throws Exception {
        var text = new String(pem(name + ".key"), StandardCharsets.US_ASCII).replaceAll("-----[A-Z ]+-----|\\s", "");
        return KeyFactory.getInstance("EC")
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(text)));
    }

    private static Certificate certificate(String name) throws Exception {
        return CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(pem(name + ".crt")));
    }

    private static byte[] pem(String name) throws IOException {
        try (var input = TlsTest.class.getResourceAsStream("/keys/" + name)) {
            return java.util.Objects.requireNonNull(input).readAllBytes();
        }
    }
}
