package io.luban.apiserver.ingress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.luban.http.Headers;
import io.luban.http.HttpRuntime;
import io.luban.http.HttpServer;
import io.luban.http.Limits;
import io.luban.http.Reply;
import io.luban.http.Request;
import io.luban.http.ServerConfig;
import io.luban.http.TlsMaterial;
import io.luban.kube.FakeKubernetes;
import io.luban.kube.KubeClients;
import io.luban.kube.KubeRest;
import io.luban.model.Yaml;
import io.luban.pki.CertificateAuthority;
import io.luban.pki.KeyPairs;
import io.luban.pki.Pem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Requests that are written to a socket, to see that hosts and paths are found and that every byte passes. */
class IngressListenerTest {
    private static final String NETWORKING = "/apis/networking.k8s.io/v1/";
    private static final String INGRESSES = NETWORKING + "ingresses";
    private static final HttpRuntime RUNTIME = HttpRuntime.create();

    private static FakeKubernetes kubernetes;
    private static KubernetesClient client;
    private static HttpServer backend;
    private static IngressListener listener;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        kubernetes = new FakeKubernetes()
                .serve(INGRESSES, NETWORKING + "ingressclasses", NETWORKING + "namespaces/demo/ingresses")
                .serve("/api/v1/services", "/api/v1/endpoints", "/apis/discovery.k8s.io/v1/endpointslices");
        client = KubeClients.forServer(kubernetes.url());
        backend = HttpServer.start(
                RUNTIME, ServerConfig.loopback(), request -> Optional.empty(), IngressListenerTest::answer);
        put("/api/v1/services", """
                metadata: {name: web, namespace: demo}
                spec: {ports: [{name: http, port: 80}]}
                """);
        put("/api/v1/services", """
                metadata: {name: empty, namespace: demo}
                spec: {ports: [{port: 80}]}
                """);
        put("/api/v1/services", """
                metadata: {name: outside, namespace: demo}
                spec: {type: ExternalName, externalName: 127.0.0.1, ports: [{port: %d}]}
                """.formatted(backend.port()));
        put("/apis/discovery.k8s.io/v1/endpointslices", """
                metadata: {name: web-1, namespace: demo, labels: {kubernetes.io/service-name: web}}
                endpoints: [{addresses: [127.0.0.1]}]
                ports: [{name: http, port: %d}]
                """.formatted(backend.port()));
        ingress("one", "{}", "one.example.org", """
                [{path: /, pathType: Prefix, backend: {service: {name: web, port: {name: http}}}},
                 {path: /api/, pathType: Prefix, backend: {service: {name: outside, port: {number: %d}}}},
                 {path: /only, pathType: Exact, backend: {service: {name: empty, port: {number: 80}}}}]
                """.formatted(backend.port()));
        ingress(
                "moved",
                "{nginx.ingress.kubernetes.io/rewrite-target: /base/$2}",
                "moved.example.org",
                "[{path: '/app(/|$)(.*)', pathType: ImplementationSpecific, backend: {service: {name: web, port: {number: 80}}}}]");
        ingress(
                "demo",
                "{nginx.ingress.kubernetes.io/rewrite-target: /}",
                "*.apps.example.org",
                "[{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]");
        listener = IngressListener.start(RUNTIME, ServerConfig.loopback(), KubeRest.of(client), "kubesphere");
        assertThat(listener.awaitSync(Duration.ofSeconds(30))).isTrue();
        await().until(() -> get("one.example.org", "/").contains(" 200 "));
    }

    @AfterAll
    static void stop() throws IOException {
        listener.close();
        backend.close();
        client.close();
        kubernetes.close();
        RUNTIME.close();
    }

    @Test
    void the_longest_path_of_the_host_decides() throws IOException {
        assertThat(get("one.example.org", "/x%20y?q=1&q=%2F"))
                .contains(" 200 ")
                .endsWith("GET /x%20y?q=1&q=%2F one.example.org");
        assertThat(get("ONE.example.org:30888", "/api/v1")).endsWith("GET /api/v1 ONE.example.org:30888");
        assertThat(get("one.example.org", "/apis")).contains(" 200 ");
    }

    @Test
    void exact_paths_are_exact_and_services_without_instances_answer_503() throws IOException {
        assertThat(get("one.example.org", "/only")).contains(" 503 ").contains("demo/empty");
        assertThat(get("one.example.org", "/only/more")).contains(" 200 ");
    }

    @Test
    void wildcards_stand_for_one_label_and_unknown_hosts_are_not_found() throws IOException {
        assertThat(get("a.apps.example.org", "/deep/path")).endsWith("GET /deep/path a.apps.example.org");
        assertThat(get("a.b.apps.example.org", "/")).contains(" 404 ");
        assertThat(get("two.example.org", "/")).contains(" 404 ");
    }

    @Test
    void rewritten_paths_keep_what_the_groups_found() throws IOException {
        assertThat(get("moved.example.org", "/app/a%20b/c?x=1")).endsWith("GET /base/a%20b/c?x=1 moved.example.org");
        assertThat(get("moved.example.org", "/app")).endsWith("GET /base/ moved.example.org");
        assertThat(get("moved.example.org", "/other")).contains(" 404 ");
    }

    @Test
    void a_new_ingress_serves_at_once_and_a_removed_one_no_more() throws IOException {
        ingress(
                "late",
                "{}",
                "late.example.org",
                "[{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]");
        await().until(() -> get("late.example.org", "/").contains(" 200 "));

        kubernetes.remove(INGRESSES, "late");

        await().until(() -> get("late.example.org", "/").contains(" 404 "));
    }

    @Test
    void ingresses_of_other_classes_are_left_alone() throws IOException {
        put(INGRESSES, """
                metadata: {name: foreign, namespace: demo}
                spec:
                  ingressClassName: nginx
                  rules:
                    - host: foreign.example.org
                      http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}
                """);
        ingress(
                "own",
                "{}",
                "own.example.org",
                "[{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]");
        await().until(() -> get("own.example.org", "/").contains(" 200 "));

        assertThat(get("foreign.example.org", "/")).contains(" 404 ");
    }

    @Test
    void bodies_pass_byte_for_byte() throws IOException {
        var body = new byte[300_000];
        for (int i = 0; i < body.length; i++) {
            body[i] = (byte) (i * 31 + i / 251);
        }
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), listener.port())) {
            socket.getOutputStream().write(head("POST", "one.example.org", "/echo", "Content-Length: 300000\r\n"));
            socket.getOutputStream().write(body);
            var answer = socket.getInputStream().readAllBytes();
            assertThat(java.util.Arrays.copyOfRange(answer, answer.length - body.length, answer.length))
                    .isEqualTo(body);
        }
    }

    @Test
    void web_sockets_pass() throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), listener.port())) {
            var key = Base64.getEncoder().encodeToString(new byte[16]);
            socket.getOutputStream().write("""
                    GET /ws HTTP/1.1\r
                    Host: one.example.org\r
                    Connection: Upgrade\r
                    Upgrade: websocket\r
                    Sec-WebSocket-Version: 13\r
                    Sec-WebSocket-Key: %s\r
                    \r
                    """.formatted(key).getBytes(StandardCharsets.ISO_8859_1));
            var in = socket.getInputStream();
            var head = new ByteArrayOutputStream();
            while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
                head.write(in.read());
            }
            assertThat(head.toString(StandardCharsets.ISO_8859_1)).startsWith("HTTP/1.1 101 ");
            // A masked text frame with a mask of zeros, so that the payload reads as it is.
            socket.getOutputStream().write(new byte[] {(byte) 0x81, (byte) 0x82, 0, 0, 0, 0, 'h', 'i'});
            assertThat(in.readNBytes(4)).isEqualTo(new byte[] {(byte) 0x81, 2, 'h', 'i'});
        }
    }

    @Test
    void the_class_is_made() {
        await().untilAsserted(() -> assertThat(kubernetes
                        .object(NETWORKING + "ingressclasses/kubesphere")
                        .at("/spec/controller")
                        .asText())
                .isEqualTo("kubesphere.io/ingress-listener"));
    }

    private static Reply answer(Request request) {
        if (request.isUpgrade()) {
            return new Reply.WebSocket(Headers.EMPTY, session -> session.onMessage(session::sendText));
        }
        if (request.method().equals("POST")) {
            return new Reply.Content(200, Headers.EMPTY, request.body(1_000_000));
        }
        var query = request.rawQuery().isEmpty() ? "" : "?" + request.rawQuery();
        return Reply.text(200, request.method() + " " + request.rawPath() + query + " " + request.authority());
    }

    private static String get(String host, String target) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), listener.port())) {
            socket.getOutputStream().write(head("GET", host, target, ""));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static byte[] head(String method, String host, String target, String more) {
        return (method + " " + target + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n" + more + "\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    private static void ingress(String name, String annotations, String host, String paths) {
        put(INGRESSES, """
                metadata: {name: %s, namespace: demo, annotations: %s, creationTimestamp: "2026-01-01T00:00:00Z"}
                spec:
                  ingressClassName: kubesphere
                  rules:
                    - host: "%s"
                      http:
                        paths: %s
                """.formatted(name, annotations, host, paths.strip().replace("\n", "")));
    }

    private static void put(String collection, String yaml) {
        kubernetes.put(collection, (ObjectNode) Yaml.parse(yaml));
    }

    @Test
    void with_tls_a_host_gets_the_certificate_of_its_secret_and_others_that_of_the_server() throws Exception {
        var own = identity("*.apps.example.org");
        var named = identity("one.example.org");
        var stranger = identity("stolen.example.org");
        var secure = new ServerConfig(
                "127.0.0.1",
                0,
                Optional.of(new TlsMaterial(Pem.encode(own.certificate()), Pem.encode(own.key()), false)),
                Limits.DEFAULTS);
        kubernetes.serve("/api/v1/secrets");
        secret("one-tls", named.certificate(), named.key());
        secret("broken-tls", named.certificate(), stranger.key());
        put(INGRESSES, """
                metadata: {name: tls, namespace: demo}
                spec: {ingressClassName: kubesphere, tls: [{secretName: broken-tls}, {secretName: one-tls}, {secretName: none}]}
                """);
        try (var tls =
                IngressListener.start(RUNTIME, ServerConfig.loopback(), secure, KubeRest.of(client), "kubesphere")) {
            await().untilAsserted(
                            () -> assertThat(presented(tls, "one.example.org")).isEqualTo(named.certificate()));
            assertThat(presented(tls, "a.apps.example.org")).isEqualTo(own.certificate());
            assertThat(presented(tls, "unknown.example.org")).isEqualTo(own.certificate());
        }
    }

    private record Identity(X509Certificate certificate, PrivateKey key) {}

    private static Identity identity(String name) {
        var authorityKeys = KeyPairs.newEc();
        var subject = new X500Name("CN=test");
        var authority = new CertificateAuthority(
                CertificateAuthority.selfSigned(subject, authorityKeys, Duration.ofDays(1), Clock.systemUTC()),
                authorityKeys.getPrivate(),
                Clock.systemUTC());
        var keys = KeyPairs.newEc();
        var leaf = new CertificateAuthority.Leaf(
                new X500Name("CN=leaf"),
                keys.getPublic(),
                Duration.ofDays(1),
                KeyPurposeId.id_kp_serverAuth,
                List.of(new GeneralName(GeneralName.dNSName, name)));
        return new Identity(authority.issue(leaf), keys.getPrivate());
    }

    private static void secret(String name, X509Certificate certificate, PrivateKey key) {
        var base64 = Base64.getEncoder();
        put("/api/v1/secrets", """
                metadata: {name: %s, namespace: demo}
                type: kubernetes.io/tls
                data: {tls.crt: %s, tls.key: %s}
                """.formatted(
                        name, base64.encodeToString(Pem.encode(certificate)), base64.encodeToString(Pem.encode(key))));
    }

    /** The certificate that a client gets which asks for a name. */
    private static X509Certificate presented(IngressListener listener, String name) throws Exception {
        var context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new Anybody()}, null);
        try (var socket = (SSLSocket)
                context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), listener.securePort())) {
            var parameters = socket.getSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName(name)));
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }

    /** Whom to trust is not what these tests are about. */
    private static final class Anybody extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
