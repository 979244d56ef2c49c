package io.luban.kubecel;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.embeddedkube.EmbeddedKubeConfig;
import io.luban.embeddedkube.EmbeddedKubernetes;
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
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;

/** A server behind TLS as people run it, and a client with its administrator's certificate. */
final class TlsServer implements AutoCloseable {
    private static final char[] NO_PASSWORD = new char[0];

    private final HttpRuntime runtime = HttpRuntime.create();
    private final EmbeddedKubernetes server;
    private final HttpClient client;

    private TlsServer(EmbeddedKubeConfig config) {
        server = EmbeddedKubernetes.start(config, runtime, Clock.systemUTC());
        client = client();
    }

    static TlsServer start(Path directory, boolean simulates) {
        var config = EmbeddedKubeConfig.of(directory).onPort(0).simulating(simulates, Duration.ofSeconds(1));
        return new TlsServer(config);
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + server.port() + path))
                .timeout(Duration.ofSeconds(60));
    }

    HttpResponse<String> send(HttpRequest.Builder request) {
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
        client.close();
        server.close();
        runtime.close();
    }

    private HttpClient client() {
        try {
            return HttpClient.newBuilder().sslContext(context()).build();
        } catch (GeneralSecurityException | IOException e) {
            throw new AssertionError("the kubeconfig cannot be used", e);
        }
    }

    private SSLContext context() throws GeneralSecurityException, IOException {
        var kubeconfig = Yaml.parse(Files.readString(server.kubeconfig()));
        var trust = emptyStore();
        trust.setCertificateEntry("ca", certificate(kubeconfig.at("/clusters/0/cluster/certificate-authority-data")));
        var trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trusted.init(trust);
        var user = kubeconfig.at("/users/0/user");
        var identity = emptyStore();
        var chain = new Certificate[] {certificate(user.path("client-certificate-data"))};
        identity.setKeyEntry("admin", privateKey(user.path("client-key-data")), NO_PASSWORD, chain);
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
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

    private static PrivateKey privateKey(JsonNode base64) throws IOException {
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
