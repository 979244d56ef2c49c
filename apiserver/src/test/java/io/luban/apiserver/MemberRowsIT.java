package io.luban.apiserver;

import static io.luban.apiserver.GatewayRig.script;
import static io.luban.apiserver.backend.BackendProcess.raw;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.luban.model.Json;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Requests for member clusters: streams and upgrades by both ways, and what a caller hears of failures. */
// messages are written with their carriage returns
@SuppressWarnings("StringConcatToTextBlock")
class MemberRowsIT {
    private static final String CLUSTERS = "/apis/cluster.kubesphere.io/v1alpha1/clusters";
    private static final String SERVICE = "/k8s/api/v1/namespaces/kubesphere-system/services/:ks-apiserver:/proxy";
    private static final String ACCEPTED =
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\n";
    private static final String EXEC = "/api/v1/namespaces/a/pods/p/exec?command=ls&dryRun=All&stdin=true";
    private static final String REFUSAL = """
            {"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure",\
            "message":"The request could not be authenticated due to a system issue.",\
            "reason":"Network Authentication Required","code":511}""";

    private static GatewayRig rig;
    private static String bob;

    @BeforeAll
    static void start() throws IOException {
        rig = GatewayRig.start();
        rig.gateway.kubernetes.serve(CLUSTERS);
        cluster("direct", "{type: direct, kubesphereAPIEndpoint: '%s/base'}".formatted(rig.backendUrl()));
        cluster("tunnel", "{type: proxy, kubesphereAPIEndpoint: '%s'}".formatted(rig.backendUrl()));
        cluster("down", "{type: direct, kubesphereAPIEndpoint: 'http://127.0.0.1:%d'}".formatted(ClosedPort.number()));
        cluster("kube", "{type: direct, kubeconfig: %s}".formatted(GatewayFixture.base64("""
                apiVersion: v1
                kind: Config
                current-context: c
                contexts: [{name: c, context: {cluster: k, user: u}}]
                clusters: [{name: k, cluster: {server: "%s/k8s"}}]
                users: [{name: u, user: {token: of-the-member}}]
                """.formatted(
                                rig.backendUrl()))));
        cluster("nowhere", "{type: direct}");
        cluster("garbled", "{type: direct, kubeconfig: a}");
        bob = rig.gateway.token("bob", GatewayFixture.BOB_PASSWORD);
        await().until(() -> ask("GET /clusters/kube/version").status() == 200);
    }

    private static void cluster(String name, String connection) {
        rig.gateway.apply(
                CLUSTERS,
                "metadata: {name: %s}\nspec: {connection: %s}\nstatus: {conditions: [{type: Ready, status: 'True'}]}"
                        .formatted(name, connection));
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    /** The answer to a request of somebody who has no rights here. */
    private static Wire.Answer ask(String requestLine, String... fields) throws IOException {
        return rig.say(
                requestLine,
                Stream.concat(Stream.of(fields), Stream.of("Authorization: Bearer " + bob))
                        .toArray(String[]::new));
    }

    private static Wire.Answer upgrade(String path, String... steps) throws IOException {
        return ask("POST " + path, "Connection: Upgrade", "Upgrade: SPDY/3.1", script(steps));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"streams", "upgrades", "refusals", "failures"})
    void holds(Row row) throws Exception {
        row.check().run();
    }

    static Stream<Row> streams() {
        return Stream.of(
                stream("direct", "/api/v1/pods?watch=true", "/base/api/v1/pods?watch=true"),
                stream("tunnel", "/kapis/x.io/v1/y?watch=true", "/kapis/x.io/v1/y?watch=true"),
                stream("kube", "/api/v1/pods?watch=true", SERVICE + "/api/v1/pods?watch=true"),
                stream(
                        "kube",
                        "/api/v1/namespaces/a/pods/p/log?follow=true",
                        SERVICE + "/api/v1/namespaces/a/pods/p/log?follow=true"));
    }

    private static Row stream(String cluster, String path, String target) {
        var gate = cluster + Integer.toHexString(path.hashCode());
        return new Row("every piece at once: " + cluster + path, () -> {
            try (var wire = rig.connect()) {
                wire.send(Wire.head(
                        "GET /clusters/" + cluster + path,
                        "Authorization: Bearer " + bob,
                        script(
                                "read",
                                raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{}\n\r\n"),
                                "gate:" + gate,
                                raw("3\r\n[]\n\r\n0\r\n\r\n"))));
                assertThat(wire.readHead()).startsWith("HTTP/1.1 200 ");
                assertThat(wire.chunk()).containsExactly('{', '}', '\n');
                rig.backend.open(gate);
                assertThat(wire.chunk()).containsExactly('[', ']', '\n');
            }
            assertThat(rig.backend.journal()).contains("request GET " + target + " HTTP/1.1");
        });
    }

    static Stream<Row> upgrades() {
        return Stream.of(
                new Row("at its address: the caller's own token, path and query", () -> {
                    var seen = upgrade("/clusters/direct" + EXEC, "tell500").seen();
                    assertThat(seen.line()).isEqualTo("POST /base" + EXEC + " HTTP/1.1");
                    assertThat(seen.all("Authorization")).containsExactly("Bearer " + bob);
                    assertThat(seen.all("X-KubeSphere-Rawquery")).isEmpty();
                    assertThat(seen.all("X-Forwarded-Uri")).containsExactly("/clusters/direct" + EXEC);
                }),
                new Row("by its Kubernetes: query and token are carried, the member's credentials used", () -> {
                    var seen = upgrade("/clusters/kube" + EXEC, "tell500").seen();
                    assertThat(seen.line())
                            .isEqualTo("POST " + SERVICE + EXEC.replace("dryRun", "dryrun") + " HTTP/1.1");
                    assertThat(seen.all("X-KubeSphere-Rawquery")).containsExactly("command=ls&dryRun=All&stdin=true");
                    assertThat(seen.all("X-KubeSphere-Authorization")).containsExactly("Bearer " + bob);
                    assertThat(seen.all("Authorization")).containsExactly("Bearer of-the-member");
                    assertThat(seen.all("Connection")).containsExactly("Upgrade");
                    assertThat(seen.all("Upgrade")).containsExactly("SPDY/3.1");
                }),
                tunnel("direct"),
                tunnel("kube"),
                new Row("a member's 403 to an upgrade is passed on", () -> {
                    var answer =
                            upgrade("/clusters/kube" + EXEC, raw("HTTP/1.1 403 No\r\nContent-Length: 4\r\n\r\nnope"));
                    assertThat(answer.status()).isEqualTo(403);
                    assertThat(answer.text()).isEqualTo("nope");
                }));
    }

    private static Row tunnel(String cluster) {
        return new Row("bytes both ways: " + cluster, () -> {
            try (var wire = rig.connect()) {
                wire.send(Wire.head(
                        "POST /clusters/" + cluster + EXEC,
                        "Authorization: Bearer " + bob,
                        "Connection: Upgrade",
                        "Upgrade: SPDY/3.1",
                        script(raw(ACCEPTED), "echo")));
                assertThat(wire.readHead()).isEqualTo(ACCEPTED);
                wire.send("\u0080\u0003\u0000\u0001");
                assertThat(wire.exactly(4)).containsExactly(0x80, 3, 0, 1);
            }
        });
    }

    private static String unauthorized(String fields, String body) {
        return raw("HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic\r\nX-Member: 1\r\n" + fields + "\r\n" + body);
    }

    static Stream<Row> refusals() {
        return Stream.of("direct", "kube")
                .flatMap(cluster -> Stream.of(
                        refusal(
                                "a 401 becomes 511 and is logged: " + cluster,
                                cluster,
                                "why-" + cluster,
                                () -> ask(
                                        "GET /clusters/" + cluster + "/version",
                                        script(
                                                "read",
                                                unauthorized(
                                                        "Content-Length: 10\r\n",
                                                        "why-" + cluster.charAt(0) + "\n".repeat(5))))),
                        refusal(
                                "a 401 to an upgrade too: " + cluster,
                                cluster,
                                "tunnel-" + cluster,
                                () -> upgrade(
                                        "/clusters/" + cluster + EXEC,
                                        unauthorized(
                                                "Transfer-Encoding: chunked\r\n",
                                                "7\r\ntunnel-\r\n1\r\n" + cluster.charAt(0) + "\r\n0\r\n\r\n"))),
                        refusal(
                                "a 401 without a body: " + cluster,
                                cluster,
                                "",
                                () -> ask(
                                        "GET /clusters/" + cluster + "/version",
                                        script("read", unauthorized("Content-Length: 0\r\n", "")))),
                        refusal(
                                "a 401 that does not end: " + cluster,
                                cluster,
                                "unended",
                                () -> ask(
                                        "GET /clusters/" + cluster + "/version",
                                        script("read", unauthorized("Content-Length: 1000\r\n", "unended"), "stay")))));
    }

    /** A request that a member refuses. */
    @FunctionalInterface
    private interface Asked {
        Wire.Answer answer() throws IOException;
    }

    private static Row refusal(String name, String cluster, String text, Asked asked) {
        return new Row(name, () -> {
            try (var said = new LogLines("io.luban.apiserver.multicluster.Dispatch", Level.WARN)) {
                var answer = asked.answer();
                assertThat(answer.status()).isEqualTo(511);
                assertThat(answer.all("Content-Type")).containsExactly("application/json");
                assertThat(answer.head()).doesNotContain("WWW-Authenticate", "X-Member");
                assertThat(answer.text()).isEqualTo(REFUSAL);
                var word = text.replace("-" + cluster, "-" + cluster.charAt(0));
                assertThat(said.all())
                        .containsExactly("WARN a member cluster did not accept the caller's credentials cluster="
                                + cluster + " answer=" + word);
            }
        });
    }

    static Stream<Row> failures() {
        return Stream.of(
                new Row("a member that cannot be reached: 502, also for upgrades", () -> {
                    for (var answer : new Wire.Answer[] {
                        ask("GET /clusters/down/version"), upgrade("/clusters/down" + EXEC, "tell500")
                    }) {
                        assertThat(answer.status()).isEqualTo(502);
                        var status = Json.parse(answer.body());
                        assertThat(status.path("message").asText()).startsWith("Error while proxying request: ");
                        assertThat(status.at("/ErrStatus/code").asInt()).isEqualTo(502);
                    }
                }),
                new Row("a member that nobody knows how to reach: 503 with the reason", () -> {
                    var nowhere = ask("GET /clusters/nowhere/version");
                    assertThat(nowhere.status()).isEqualTo(503);
                    assertThat(nowhere.body()).asString().contains("kubeconfig: the current context names no server");
                    var garbled = ask("GET /clusters/garbled/version");
                    assertThat(garbled.status()).isEqualTo(503);
                    assertThat(garbled.body()).asString().contains("kubeconfig: not base64");
                }),
                new Row("redirects and Access-Control fields of members", () -> {
                    var answer = ask(
                            "GET /clusters/direct/x/y/z",
                            script(
                                    "read",
                                    raw("HTTP/1.1 302 Found\r\nLocation: /x\r\nAccess-Control-Allow-Origin: *\r\n"
                                            + "Access-Control-Allow-Credentials: true\r\nContent-Length: 0\r\n\r\n")));
                    assertThat(answer.status()).isEqualTo(302);
                    assertThat(answer.field("Location")).isEqualTo("/x");
                    assertThat(answer.head()).doesNotContain("Access-Control");
                }),
                new Row("/clusters/NAME alone names no cluster", () -> {
                    assertThat(ask("GET /clusters/direct").status()).isEqualTo(403);
                    assertThat(rig.ask("GET /clusters/direct").status()).isEqualTo(404);
                }));
    }
}
