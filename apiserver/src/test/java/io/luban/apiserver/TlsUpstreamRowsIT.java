package io.luban.apiserver;

import static io.luban.apiserver.GatewayRig.script;
import static io.luban.apiserver.backend.BackendProcess.raw;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.luban.apiserver.backend.TestAuthority;
import io.luban.model.Json;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Backends that speak TLS: whom the gateway trusts, by which words of an object, and what a client hears otherwise. */
// messages are written with their carriage returns
@SuppressWarnings("StringConcatToTextBlock")
class TlsUpstreamRowsIT {
    private static final String ACCEPTED =
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\n";
    private static final String CLUSTERS = "/apis/cluster.kubesphere.io/v1alpha1/clusters";
    private static final String BUNDLES = GatewayFixture.EXTENSIONS + "jsbundles";

    @TempDir
    private static Path folder;

    private static GatewayRig rig;
    private static String url;
    private static String once;
    private static String twice;
    private static String stranger;

    @BeforeAll
    static void start() throws Exception {
        var authority = new TestAuthority("backends");
        var store = authority.store(folder.resolve("backend.p12"), "localhost", "tls.default.svc");
        rig = GatewayRig.beforeTls(store, TestAuthority.PASSWORD, authority.pem());
        url = "https://localhost:" + rig.backend.port();
        once = base64(authority.pem());
        twice = base64(once.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        stranger = base64(new TestAuthority("strangers").pem());
        objects();
        // the last ones of their kinds, and one that needs the service
        await().until(() -> rig.ask("GET /proxy/svcurl/x").status() == 200);
        await().until(() -> rig.ask("GET /kapis/stranger.io/v1/x").status() == 502);
        await().until(() -> rig.ask("GET /dist/tls/once.js").status() == 200);
        await().until(() -> rig.ask("GET /clusters/unknown/version").status() == 502);
    }

    private static void objects() {
        upstream("once", "caBundle: " + once);
        upstream("twice", "caBundle: " + twice);
        upstream("misspelt", "caBudle: " + once);
        upstream("system", "");
        upstream("stranger", "caBundle: " + stranger);
        upstream("skip", "insecureSkipVerify: true");
        upstream("skipstranger", "insecureSkipTLSVerify: true, caBundle: " + stranger);
        upstream("nopem", "caBundle: " + base64(new byte[] {1, 2, 3}));
        rig.proxy("name", "upstream: {url: 'https://127.0.0.1:%d', caBundle: %s}".formatted(rig.backend.port(), once));
        rig.proxy("service", "upstream: {service: {namespace: default, name: tls}, caBundle: %s}".formatted(once));
        rig.proxy("svcurl", "upstream: {url: 'https://tls.default.svc', caBundle: %s}".formatted(once));
        rig.gateway.apply("/api/v1/services", """
                metadata: {name: tls, namespace: default}
                spec: {ports: [{name: https, port: 443}]}
                """);
        rig.gateway.apply("/apis/discovery.k8s.io/v1/endpointslices", """
                metadata: {name: tls-1, namespace: default, labels: {kubernetes.io/service-name: tls}}
                ports: [{name: https, port: %d}]
                endpoints: [{addresses: [127.0.0.1], conditions: {ready: true}}]
                """.formatted(rig.backend.port()));
        rig.gateway.kubernetes.serve(CLUSTERS);
        cluster(
                "member",
                ", kubeconfig: " + base64("""
                {"clusters": [{"name": "c", "cluster": {"certificate-authority-data": "%s"}}]}
                """.formatted(once).getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
        cluster("unknown", "");
        rig.object(GatewayRig.SERVICES, "v1.ca.io", group("ca.io", "caBundle: " + twice));
        rig.object(GatewayRig.SERVICES, "v1.insecure.io", group("insecure.io", "insecureSkipTLSVerify: true"));
        rig.object(GatewayRig.SERVICES, "v1.stranger.io", group("stranger.io", "caBundle: " + stranger));
        rig.gateway.apply(BUNDLES, """
                apiVersion: extensions.kubesphere.io/v1alpha1
                metadata: {name: tls, labels: {kubesphere.io/extension-ref: tls}}
                spec:
                  rawFrom: {url: "%1$s/main.js", caBundle: %3$s}
                  assets:
                    files:
                    - {link: /dist/tls/once.js, url: "%1$s/once.js", caBundle: %2$s}
                    - {link: /dist/tls/skip.js, url: "%1$s/skip.js", insecureSkipVerify: true}
                    - {link: /dist/tls/stranger.js, url: "%1$s/x.js", caBundle: %4$s}
                """.formatted(url, once, twice, stranger));
    }

    private static void cluster(String name, String kubeconfig) {
        rig.gateway.apply(CLUSTERS, """
                metadata: {name: %s}
                spec: {connection: {type: direct, kubesphereAPIEndpoint: '%s'%s}}
                status: {conditions: [{type: Ready, status: 'True'}]}
                """.formatted(name, url, kubeconfig));
    }

    private static void upstream(String name, String tls) {
        rig.proxy(name, "upstream: {url: '%s'%s}".formatted(url, tls.isEmpty() ? "" : ", " + tls));
    }

    private static List<String> group(String group, String tls) {
        return List.of("group: " + group, "version: v1", "url: '%s'".formatted(url), tls);
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"trusted", "refused", "upgrades", "handshakes"})
    void holds(Row row) throws Exception {
        row.check().run();
    }

    private static Row reaches(String name, String path) {
        return new Row(name, () -> {
            var answer = rig.ask("GET " + path);
            assertThat(answer.status()).as(answer.text()).isEqualTo(200);
            assertThat(answer.seen().line()).startsWith("GET /").endsWith(" HTTP/1.1");
        });
    }

    static Stream<Row> trusted() {
        return Stream.of(
                reaches("caBundle in base64", "/proxy/once/x"),
                reaches("caBundle in base64 twice", "/proxy/twice/x"),
                reaches("caBudle, as early charts spell it", "/proxy/misspelt/x"),
                reaches("insecureSkipVerify without a CA", "/proxy/skip/x"),
                reaches("insecureSkipTLSVerify, the CA ignored", "/proxy/skipstranger/x"),
                reaches("a service is https on 443", "/proxy/service/x"),
                reaches("the URL of a service", "/proxy/svcurl/x"),
                reaches("APIService with a CA", "/kapis/ca.io/v1/x"),
                reaches("APIService without verification", "/kapis/insecure.io/v1/x"),
                reaches("JSBundle, base64 twice", "/dist/tls/index.js"),
                reaches("JSBundle file, base64 once", "/dist/tls/once.js"),
                reaches("JSBundle file without verification", "/dist/tls/skip.js"),
                reaches("Kubernetes", "/api/v1/namespaces/default/pods"),
                reaches("a member cluster by the CA of its kubeconfig", "/clusters/member/version"));
    }

    private static Row refuses(String name, String path, int status, String reason) {
        return new Row(name, () -> {
            var answer = rig.ask("GET " + path);
            assertThat(answer.status()).as(answer.text()).isEqualTo(status);
            assertThat(Json.parse(answer.text()).path("message").asText()).containsIgnoringCase(reason);
        });
    }

    static Stream<Row> refused() {
        return Stream.of(
                refuses("a CA that the system does not know", "/proxy/system/x", 502, "certification path"),
                refuses("a CA of somebody else", "/proxy/stranger/x", 502, "certif"),
                refuses("a certificate for another name", "/proxy/name/x", 502, "subject alternative"),
                refuses("APIService with a CA of somebody else", "/kapis/stranger.io/v1/x", 502, "certif"),
                refuses("JSBundle with a CA of somebody else", "/dist/tls/stranger.js", 502, "certif"),
                refuses("a member cluster without a CA", "/clusters/unknown/version", 502, "certif"),
                refuses("caBundle that holds no certificate", "/proxy/nopem/x", 503, "caBundle holds no PEM"),
                new Row(
                        "the condition of an object whose caBundle holds no certificate",
                        () -> await().untilAsserted(() -> assertThat(rig.gateway
                                        .kubernetes
                                        .object(GatewayRig.PROXIES + "/nopem")
                                        .at("/status/conditions/0/message")
                                        .asText())
                                .contains("spec.upstream", "caBundle holds no PEM certificate"))),
                new Row("another CA counts without a restart, also for connections that are open", () -> {
                    upstream("changing", "caBundle: " + stranger);
                    await().until(() -> rig.ask("GET /proxy/changing/x").status() == 502);
                    upstream("changing", "caBundle: " + once);
                    await().until(() -> rig.ask("GET /proxy/changing/x").status() == 200);
                    upstream("changing", "caBundle: " + stranger);
                    await().until(() -> rig.ask("GET /proxy/changing/x").status() == 502);
                    upstream("changing", "insecureSkipVerify: true");
                    await().until(() -> rig.ask("GET /proxy/changing/x").status() == 200);
                }));
    }

    private static String upgrade(String path, String... steps) {
        var head = Wire.head("GET " + path, rig.bearer(), script(steps));
        return head.substring(0, head.length() - 2) + "Connection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\n";
    }

    private static Row tunnels(String name, String path) {
        return new Row(name, () -> {
            try (var wire = rig.connect()) {
                wire.send(upgrade(path, raw(ACCEPTED), "echo"));
                assertThat(wire.readHead()).isEqualTo(ACCEPTED);
                wire.send("over TLS");
                assertThat(new String(wire.input().readNBytes(8), java.nio.charset.StandardCharsets.US_ASCII))
                        .isEqualTo("over TLS");
            }
        });
    }

    private static Row cannotUpgrade(String name, String path) {
        return new Row(name, () -> {
            try (var wire = rig.connect()) {
                var answer = wire.send(upgrade(path, raw(ACCEPTED), "echo")).read();
                assertThat(answer.status()).isEqualTo(502);
                assertThat(answer.text()).containsIgnoringCase("certif");
            }
        });
    }

    static Stream<Row> upgrades() {
        return Stream.of(
                tunnels("an upgrade with a CA", "/proxy/once/x"),
                tunnels("an upgrade without verification", "/proxy/skip/x"),
                tunnels("an upgrade of an APIService", "/kapis/ca.io/v1/x"),
                tunnels("an upgrade of Kubernetes", "/api/v1/namespaces/default/pods/p/exec"),
                cannotUpgrade("an upgrade with a CA of somebody else", "/proxy/stranger/x"),
                cannotUpgrade("an upgrade of an APIService with a CA of somebody else", "/kapis/stranger.io/v1/x"));
    }

    static Stream<Row> handshakes() {
        return Stream.of(
                new Row("a backend that does not answer the handshake: 502 after ten seconds", () -> {
                    try (var silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
                        rig.proxy(
                                "silent",
                                "upstream: {url: 'https://localhost:%d', insecureSkipVerify: true}"
                                        .formatted(silent.getLocalPort()));
                        await().atMost(60, TimeUnit.SECONDS)
                                .until(() -> rig.ask("GET /proxy/silent/x").status() == 502);
                    }
                }),
                new Row("the name is told, and no protocol but HTTP/1.1 is offered", () -> {
                    rig.ask("GET /proxy/once/x");
                    rig.ask("GET /proxy/service/x");
                    rig.proxy(
                            "journal",
                            "upstream: {url: '%s', caBundle: %s}".formatted(url, once),
                            "directives: {stripPathPrefix: /proxy/journal}");
                    await().until(() -> rig.ask("GET /proxy/journal/_journal").status() == 200);
                    var journal = rig.ask("GET /proxy/journal/_journal")
                            .text()
                            .lines()
                            .toList();
                    assertThat(journal)
                            .contains("sni localhost", "sni tls.default.svc")
                            .filteredOn(line -> line.startsWith("alpn "))
                            .isNotEmpty()
                            .allMatch("alpn [http/1.1]"::equals);
                }));
    }
}
