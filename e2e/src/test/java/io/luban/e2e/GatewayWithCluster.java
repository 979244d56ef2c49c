package io.luban.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.luban.apiserver.ApiServer;
import io.luban.apiserver.ApiServerConfig;
import io.luban.apiserver.IamBootstrap;
import io.luban.apiserver.kubeproxy.KubeUpstream;
import io.luban.embeddedkube.EmbeddedKubeConfig;
import io.luban.embeddedkube.EmbeddedKubernetes;
import io.luban.http.HttpRuntime;
import io.luban.http.Limits;
import io.luban.http.ServerConfig;
import io.luban.http.TlsMaterial;
import io.luban.kube.KubeClients;
import io.luban.kube.KubeRest;
import io.luban.model.CustomResourceDefinitions;
import io.luban.model.Json;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A gateway that speaks TLS, before a cluster that it reaches by a kubeconfig. */
final class GatewayWithCluster implements AutoCloseable {
    static final String PASSWORD = "Ch00sen-by-hand";
    private static final String DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/";

    private final HttpRuntime runtime = HttpRuntime.create();
    private final EmbeddedKubernetes kubernetes;
    private final KubernetesClient client;
    private final ApiServer gateway;
    private final byte[] authority;
    private final HttpClient http;

    GatewayWithCluster(Path data) throws IOException, GeneralSecurityException {
        var clock = Clock.systemUTC();
        var config = EmbeddedKubeConfig.of(data).onPort(0).simulating(true, Duration.ofMillis(50));
        kubernetes = EmbeddedKubernetes.start(config, runtime, clock);
        client = KubeClients.fromKubeconfig(kubernetes.kubeconfig());
        var rest = KubeRest.of(client);
        for (var definition : CustomResourceDefinitions.all()) {
            rest.apply(DEFINITIONS + definition.at("/metadata/name").asText(), definition, "test", true);
        }
        new IamBootstrap(client, clock).run(PASSWORD);
        authority = Files.readAllBytes(data.resolve("pki/ca.crt"));
        var identity = new TlsMaterial(
                Files.readAllBytes(data.resolve("pki/apiserver.crt")),
                Files.readAllBytes(data.resolve("pki/apiserver.key")),
                false);
        var server = new ServerConfig("127.0.0.1", 0, Optional.of(identity), Limits.DEFAULTS);
        var upstream = KubeUpstream.fromKubeconfig(Files.readString(kubernetes.kubeconfig(), StandardCharsets.UTF_8));
        gateway = ApiServer.start(ApiServerConfig.defaults().with(server), runtime, client, upstream, clock);
        http = HttpClient.newBuilder().sslContext(trusting(authority)).build();
    }

    private static SSLContext trusting(byte[] authority) throws GeneralSecurityException, IOException {
        var store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (var pem = new java.io.ByteArrayInputStream(authority)) {
            store.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(pem));
        }
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        var context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    EmbeddedKubernetes kubernetes() {
        return kubernetes;
    }

    String url() {
        return "https://127.0.0.1:" + gateway.port();
    }

    /** The access token that the administrator gets for the password. */
    String token() throws IOException, InterruptedException {
        return token("admin", PASSWORD);
    }

    /** The access token that a user gets for a password; empty when it is refused. */
    String token(String user, String password) throws IOException, InterruptedException {
        var form = "grant_type=password&username=%s&password=%s&client_id=kubesphere&client_secret=kubesphere"
                .formatted(user, URLEncoder.encode(password, StandardCharsets.UTF_8));
        var request = HttpRequest.newBuilder(URI.create(url() + "/oauth/token"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form))
                .build();
        return Json.parse(http.send(request, BodyHandlers.ofString()).body())
                .path("access_token")
                .asText();
    }

    /** Asks the gateway with a token. */
    HttpResponse<String> get(String path, String token) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(url() + path)).header("Authorization", "Bearer " + token);
        return http.send(request.build(), BodyHandlers.ofString());
    }

    JsonNode json(String path, String token) throws IOException, InterruptedException {
        return Json.parse(get(path, token).body());
    }

    /** Writes a kubeconfig that names the gateway as the server and the token as the user. */
    Path kubeconfig(Path file, String token) throws IOException {
        return kubeconfig(file, token, "");
    }

    /** The same for a cluster behind the gateway. */
    Path kubeconfig(Path file, String token, String path) throws IOException {
        return Files.writeString(
                file, """
                apiVersion: v1
                kind: Config
                current-context: gateway
                contexts: [{name: gateway, context: {cluster: gateway, user: admin}}]
                clusters: [{name: gateway, cluster: {server: "%s", certificate-authority-data: %s}}]
                users: [{name: admin, user: {token: "%s"}}]
                """.formatted(url() + path, Base64.getEncoder().encodeToString(authority), token));
    }

    @Override
    public void close() {
        http.close();
        gateway.close();
        client.close();
        kubernetes.close();
        runtime.close();
    }
}
