package io.luban.embeddedkube;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.http.HttpRuntime;
import io.luban.model.Yaml;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;

/** A running embedded API server with clients for its administrator and for callers with a token. */
final class TestCluster implements AutoCloseable {
    private static final char[] NO_PASSWORD = new char[0];

    private final HttpRuntime runtime;
    private final EmbeddedKubernetes server;
    private final HttpClient admin;
    private final HttpClient stranger;

    private TestCluster(EmbeddedKubeConfig config) {
        runtime = HttpRuntime.create();
        server = EmbeddedKubernetes.start(config, runtime, Clock.systemUTC());
        admin = client(true);
        stranger = client(false);
    }

    /** A server over a directory, on any free port, with simulated workloads. */
    static TestCluster start(Path directory) {
        return start(directory, true);
    }

    /** The same, with or without simulated workloads. */
    static TestCluster start(Path directory, boolean simulates) {
        var defaults = EmbeddedKubeConfig.of(directory);
        return new TestCluster(defaults.onPort(0).simulating(simulates, Duration.ofMillis(50)));
    }

    /** A server as people run it, with simulated workloads that take their time. */
    static TestCluster startUnhurried(Path directory) {
        return new TestCluster(EmbeddedKubeConfig.of(directory).onPort(0).simulating(true, Duration.ofSeconds(1)));
    }

    /** A server with settings of one's own, on any free port. */
    static TestCluster start(EmbeddedKubeConfig config) {
        return new TestCluster(config.onPort(0));
    }

    /** A client that presents another certificate. */
    HttpClient client(Certificate certificate, java.security.PrivateKey key) {
        try {
            return HttpClient.newBuilder()
                    .sslContext(sslContext(Optional.of(new Identity(certificate, key))))
                    .connectTimeout(Duration.ofSeconds(30))
                    .build();
        } catch (GeneralSecurityException | IOException e) {
            throw new AssertionError("the certificate cannot be used", e);
        }
    }

    /** A connection without HTTP, as a stranger. */
    SSLSocket socket() {
        try {
            var socket = (SSLSocket)
                    sslContext(Optional.empty()).getSocketFactory().createSocket("127.0.0.1", server.port());
            socket.setSoTimeout(60_000);
            return socket;
        } catch (GeneralSecurityException | IOException e) {
            throw new AssertionError("no connection", e);
        }
    }

    private record Identity(Certificate certificate, java.security.PrivateKey key) {}

    EmbeddedKubernetes server() {
        return server;
    }

    /** A client that presents the administrator's certificate. */
    HttpClient admin() {
        return admin;
    }

    /** A client that presents nothing. */
    HttpClient stranger() {
        return stranger;
    }

    /** A request whose target is a path of this server. */
    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + server.port() + path))
                .timeout(Duration.ofSeconds(60));
    }

    /** Sends as the administrator. */
    HttpResponse<String> send(HttpRequest.Builder request) {
        return send(admin, request);
    }

    /** Sends by a client. */
    HttpResponse<String> send(HttpClient client, HttpRequest.Builder request) {
        try {
            return client.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError("the server did not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    @Override
    public void close() {
        admin.close();
        stranger.close();
        server.close();
        runtime.close();
    }

    private HttpClient client(boolean withCertificate) {
        try {
            return HttpClient.newBuilder()
                    .sslContext(sslContext(withCertificate ? Optional.of(administrator()) : Optional.empty()))
                    .connectTimeout(Duration.ofSeconds(30))
                    .build();
        } catch (GeneralSecurityException | IOException e) {
            throw new AssertionError("the kubeconfig cannot be used", e);
        }
    }

    private Identity administrator() throws GeneralSecurityException, IOException {
        var user = Yaml.parse(Files.readString(server.kubeconfig())).at("/users/0/user");
        return new Identity(
                certificate(user.path("client-certificate-data")), privateKey(user.path("client-key-data")));
    }

    private SSLContext sslContext(Optional<Identity> client) throws GeneralSecurityException, IOException {
        var kubeconfig = Yaml.parse(Files.readString(server.kubeconfig()));
        var trust = emptyStore();
        trust.setCertificateEntry("ca", certificate(kubeconfig.at("/clusters/0/cluster/certificate-authority-data")));
        var trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trusted.init(trust);
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        var identity = emptyStore();
        if (client.isPresent()) {
            var chain = new Certificate[] {client.get().certificate()};
            identity.setKeyEntry("client", client.get().key(), NO_PASSWORD, chain);
        }
        keys.init(identity, NO_PASSWORD);
        var context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trusted.getTrustManagers(), null);
        return context;
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, NO_PASSWORD);
        return store;
    }

    private static Certificate certificate(JsonNode base64) throws GeneralSecurityException {
        var pem = Base64.getDecoder().decode(base64.asText());
        return CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(pem));
    }

    private static java.security.PrivateKey privateKey(JsonNode base64) throws IOException {
        var pem = new String(Base64.getDecoder().decode(base64.asText()), StandardCharsets.US_ASCII);
        try (var parser = new PEMParser(new StringReader(pem))) {
            var converter = new JcaPEMKeyConverter();
            return switch (parser.readObject()) {
                case PEMKeyPair pair -> converter.getKeyPair(pair).getPrivate();
                case PrivateKeyInfo info -> converter.getPrivateKey(info);
                case Object other -> throw new AssertionError("no private key: " + other);
            };
        }
    }
}
