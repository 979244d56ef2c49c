package io.luban.apiserver;

import static io.luban.apiserver.GatewayRig.script;
import static io.luban.apiserver.backend.BackendProcess.raw;
import static org.assertj.core.api.Assertions.assertThat;

import io.luban.apiserver.kubeproxy.KubeOptions;
import io.luban.apiserver.kubeproxy.KubeUpstream;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a Kubernetes API behind the gateway gets, and what comes back from it. */
// messages are written with their carriage returns
@SuppressWarnings("StringConcatToTextBlock")
class KubernetesRowsIT {
    private static GatewayRig rig;
    private static GatewayRig impersonating;

    @BeforeAll
    static void start() throws IOException {
        rig = GatewayRig.beforeKubernetes(
                KubeOptions.DEFAULTS, upstream -> KubeUpstream.remote(upstream, () -> "gateway-token"));
        impersonating = GatewayRig.beforeKubernetes(
                new KubeOptions(KubeOptions.Identity.IMPERSONATE, KubeOptions.Validation.STRICT),
                upstream -> KubeUpstream.fromKubeconfig("""
                        apiVersion: v1
                        kind: Config
                        clusters: [{name: c, cluster: {server: "http://127.0.0.1:%d/k8s/"}}]
                        users: [{name: u, user: {token: file-token}}]
                        contexts: [{name: x, context: {cluster: c, user: u}}]
                        current-context: x
                        """.formatted(upstream.port())));
    }

    @AfterAll
    static void stop() {
        rig.close();
        impersonating.close();
    }

    @ParameterizedTest(name = "discovery {0} goes to Kubernetes")
    @ValueSource(strings = {"/api", "/apis", "/apis/apps", "/apis/apps/v1", "/api/v1"})
    void forwards_discovery(String path) throws IOException {
        assertThat(rig.ask("GET " + path).seen().target()).isEqualTo(path);
    }

    @ParameterizedTest(name = "{0} is not Kubernetes'")
    @ValueSource(strings = {"/openapi/v2", "/version", "/healthz", "/logs", "/metrics"})
    void keeps(String path) throws IOException {
        assertThat(rig.ask("GET " + path).all("X-Backend")).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"credentials", "requests", "answers"})
    void holds(Row row) throws Exception {
        row.check().run();
    }

    static Stream<Row> credentials() {
        return Stream.of(
                new Row(
                        "the user's Authorization is replaced by the gateway's",
                        () -> assertThat(rig.ask("GET /api/v1/nodes").seen().all("Authorization"))
                                .containsExactly("Bearer gateway-token")),
                new Row("on upgrades too", () -> {
                    var answer = rig.ask(
                            "POST /api/v1/namespaces/a/pods/p/exec?command=ls&stdin=true",
                            "Connection: Upgrade",
                            "Upgrade: SPDY/3.1",
                            script("tell500"));
                    assertThat(answer.seen().all("Authorization")).containsExactly("Bearer gateway-token");
                }),
                new Row("serviceAccount: Kubernetes sees only the gateway", () -> {
                    var seen = rig.ask("GET /api/v1/nodes", "Impersonate-User: root", "X-Remote-User: root")
                            .seen();
                    assertThat(seen.text()).doesNotContain("Impersonate", "X-Remote", "root");
                }),
                new Row("impersonate: the user is named, a forged one is not", () -> {
                    var seen = impersonating
                            .ask("GET /api/v1/nodes", "Impersonate-User: root", "Impersonate-Group: g")
                            .seen();
                    assertThat(seen.all("Impersonate-User")).containsExactly("admin");
                    assertThat(seen.all("Impersonate-Group")).containsExactly("system:authenticated");
                    assertThat(seen.all("Authorization")).containsExactly("Bearer file-token");
                }),
                new Row("impersonate: what /kapis writes is the user's too", () -> {
                    impersonating.gateway.apply("/apis/apps", """
                            metadata: {name: v1}
                            resources: [{name: deployments, kind: Deployment, namespaced: true}]
                            """);
                    var body = "{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"metadata\":{\"name\":\"d\"}}";
                    try (var wire = impersonating.connect()) {
                        wire.send(Wire.head(
                                "POST /kapis/apps/v1/namespaces/a/deployments",
                                impersonating.bearer(),
                                "Impersonate-User: root",
                                "Content-Type: application/json",
                                "Content-Length: " + body.length()));
                        var seen = wire.send(body).read().seen();
                        assertThat(seen.target())
                                .isEqualTo("/k8s/apis/apps/v1/namespaces/a/deployments?fieldValidation=Strict");
                        assertThat(seen.all("Impersonate-User")).containsExactly("admin");
                        assertThat(seen.all("Authorization")).containsExactly("Bearer file-token");
                    }
                    var seen = impersonating
                            .ask("GET /kapis/apps/v1/namespaces/a/deployments/d")
                            .seen();
                    assertThat(seen.target()).isEqualTo("/k8s/apis/apps/v1/namespaces/a/deployments/d");
                    assertThat(seen.all("Impersonate-User")).containsExactly("admin");
                }),
                new Row("impersonate: a replacement and a plain JSON patch below /kapis are the user's too", () -> {
                    impersonating.gateway.apply("/apis/apps", """
                            metadata: {name: v1}
                            resources: [{name: deployments, kind: Deployment, namespaced: true}]
                            """);
                    impersonating.gateway.apply("/apis/apps/v1/namespaces/a/deployments", "metadata: {name: d}");
                    var body = "{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"metadata\":{\"name\":\"d\"}}";
                    for (var method : new String[] {"PUT", "PATCH"}) {
                        try (var wire = impersonating.connect()) {
                            wire.send(Wire.head(
                                    method + " /kapis/apps/v1/namespaces/a/deployments/d",
                                    impersonating.bearer(),
                                    "Impersonate-User: root",
                                    "Content-Type: application/json",
                                    "Content-Length: " + body.length()));
                            var seen = wire.send(body).read().seen();
                            assertThat(seen.line())
                                    .isEqualTo("PUT /k8s/apis/apps/v1/namespaces/a/deployments/d"
                                            + "?fieldValidation=Strict HTTP/1.1");
                            assertThat(seen.all("Impersonate-User")).containsExactly("admin");
                            assertThat(seen.all("Authorization")).containsExactly("Bearer file-token");
                        }
                    }
                    for (var type : new String[] {"merge-patch+json", "json-patch+json"}) {
                        try (var wire = impersonating.connect()) {
                            wire.send(Wire.head(
                                    "PATCH /kapis/apps/v1/namespaces/a/deployments/d",
                                    impersonating.bearer(),
                                    "Content-Type: application/" + type,
                                    "Content-Length: 2"));
                            var seen = wire.send("{}").read().seen();
                            assertThat(seen.line()).startsWith("PATCH /k8s/apis/apps/v1/namespaces/a/deployments/d");
                            assertThat(seen.all("Content-Type")).containsExactly("application/" + type);
                            assertThat(seen.all("Impersonate-User")).containsExactly("admin");
                        }
                    }
                    var seen = impersonating
                            .ask("DELETE /kapis/apps/v1/namespaces/a/deployments/d?propagationPolicy=Orphan")
                            .seen();
                    assertThat(seen.line())
                            .isEqualTo("DELETE /k8s/apis/apps/v1/namespaces/a/deployments/d"
                                    + "?propagationPolicy=Orphan HTTP/1.1");
                    assertThat(seen.all("Impersonate-User")).containsExactly("admin");
                    var options = "{\"propagationPolicy\":\"Orphan\"}";
                    try (var wire = impersonating.connect()) {
                        wire.send(Wire.head(
                                "DELETE /kapis/apps/v1/namespaces/a/deployments/d",
                                impersonating.bearer(),
                                "Content-Type: application/json",
                                "Content-Length: " + options.length()));
                        assertThat(wire.send(options).read().seen().body()).startsWith(options.length() + " ");
                    }
                }),
                new Row("impersonate: on upgrades too", () -> {
                    var answer = impersonating.ask(
                            "GET /api/v1/namespaces/a/pods/p/exec",
                            "Connection: Upgrade",
                            "Upgrade: websocket",
                            "Impersonate-User: root",
                            script("tell500"));
                    assertThat(answer.seen().all("Impersonate-User")).containsExactly("admin");
                }),
                new Row("a request that came by five times is not sent again: 508", () -> {
                    var hops = "Via: 1.1 kubesphere, 1.1 kubesphere";
                    assertThat(rig.ask("GET /api/v1/nodes", hops, hops, "Via: 1.1 kubesphere")
                                    .status())
                            .isEqualTo(508);
                    assertThat(rig.ask("GET /api/v1/nodes", hops, hops).seen().all("Via"))
                            .hasSize(3);
                }));
    }

    static Stream<Row> requests() {
        return Stream.of(
                new Row("path, query and their encoding unchanged", () -> {
                    var target = "/api/v1/namespaces/a/services/http:s:80/proxy/x%2Fy/%7e?b=1&a=%2F&c";
                    assertThat(rig.ask("GET " + target).seen().target()).isEqualTo(target);
                }),
                new Row(
                        "below the path of the server's URL",
                        () -> assertThat(impersonating
                                        .ask("GET /api/v1/nodes?limit=1")
                                        .seen()
                                        .target())
                                .isEqualTo("/k8s/api/v1/nodes?limit=1")),
                validated("POST /api/v1/namespaces/a/pods", "/k8s/api/v1/namespaces/a/pods?fieldValidation=Strict"),
                validated(
                        "PUT /api/v1/namespaces/a/pods/p?x=1",
                        "/k8s/api/v1/namespaces/a/pods/p?x=1&fieldValidation=Strict"),
                validated("PUT /api/v1/nodes/n?fieldValidation=Warn", "/k8s/api/v1/nodes/n?fieldValidation=Warn"),
                validated("PATCH /api/v1/nodes/n", "/k8s/api/v1/nodes/n"),
                new Row(
                        "without the setting nothing is added",
                        () -> assertThat(rig.ask("POST /api/v1/namespaces/a/pods", "Content-Length: 0")
                                        .seen()
                                        .target())
                                .isEqualTo("/api/v1/namespaces/a/pods")),
                new Row(
                        "/clusters/host is cut off",
                        () -> assertThat(rig.ask("GET /clusters/host/api/v1/nodes?a=1")
                                        .seen()
                                        .target())
                                .isEqualTo("/api/v1/nodes?a=1")));
    }

    private static Row validated(String requestLine, String sent) {
        return new Row(
                "validationDirective: " + requestLine,
                () -> assertThat(impersonating
                                .ask(requestLine, "Content-Length: 0")
                                .seen()
                                .target())
                        .isEqualTo(sent));
    }

    static Stream<Row> answers() {
        return Stream.of(
                new Row("Warning, Audit-Id and Retry-After come back", () -> {
                    var answer = rig.ask(
                            "GET /api/v1/nodes",
                            script(
                                    "read",
                                    raw(
                                            "HTTP/1.1 429 X\r\nWarning: 299 - \"old\"\r\nAudit-Id: i\r\nRetry-After: 3\r\nContent-Length: 0\r\n\r\n")));
                    assertThat(answer.status()).isEqualTo(429);
                    assertThat(answer.field("Warning")).isEqualTo("299 - \"old\"");
                    assertThat(answer.field("Audit-Id")).isEqualTo("i");
                    assertThat(answer.field("Retry-After")).isEqualTo("3");
                }),
                streams("GET /api/v1/pods?watch=true", "watch"),
                streams("GET /api/v1/namespaces/a/pods/p/log?follow=true", "log with follow"),
                new Row("a watch of users by WebSocket: every event at once and without its hash", () -> {
                    var event = "{\"type\":\"ADDED\",\"object\":{\"spec\":{\"password\":\"HASH\",\"lang\":\"en\"}}}";
                    var shown = "{\"type\":\"ADDED\",\"object\":{\"spec\":{\"lang\":\"en\"}}}\n";
                    var accepted =
                            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
                    var halves = new String[] {event.substring(0, 20), event.substring(20)};
                    try (var wire = rig.connect()) {
                        wire.send(Wire.head(
                                "GET /apis/iam.kubesphere.io/v1beta1/users?watch=true",
                                rig.bearer(),
                                "Connection: Upgrade",
                                "Upgrade: websocket",
                                "Sec-WebSocket-Extensions: permessage-deflate",
                                script(
                                        raw(accepted + "\u0081" + (char) event.length() + event),
                                        "gate:frames",
                                        raw("\u0001" + (char) 20 + halves[0]),
                                        raw("\u0089\u0001p"),
                                        raw("\u0080" + (char) halves[1].length() + halves[1]),
                                        raw("\u0088\u0002\u0003\u00e8"),
                                        "stay")));
                        assertThat(wire.readHead()).isEqualTo(accepted);
                        assertThat(frame(wire, 0x81)).isEqualTo(shown);
                        rig.backend.open("frames");
                        assertThat(frame(wire, 0x89)).isEqualTo("p");
                        assertThat(frame(wire, 0x81)).isEqualTo(shown);
                        assertThat(frame(wire, 0x88)).isEqualTo("\u0003\u00e8");
                    }
                    var seen = rig.ask(
                                    "GET /apis/iam.kubesphere.io/v1beta1/users?watch=true",
                                    "Connection: Upgrade",
                                    "Upgrade: websocket",
                                    "Sec-WebSocket-Extensions: permessage-deflate",
                                    "Sec-WebSocket-Protocol: chat",
                                    script("tell500"))
                            .seen();
                    assertThat(seen.all("Sec-WebSocket-Extensions")).isEmpty();
                    assertThat(seen.all("Sec-WebSocket-Protocol")).containsExactly("chat");
                }),
                new Row("what cannot be read in a watch of users by WebSocket ends it", () -> {
                    for (var bytes : new String[] {"\u0081\u0005HASH!", "\u00c1\u0004HASH", "\u0081\u0084abcdHASH"}) {
                        try (var wire = rig.connect()) {
                            wire.send(Wire.head(
                                    "GET /apis/iam.kubesphere.io/v1beta1/users?watch=true",
                                    rig.bearer(),
                                    "Connection: Upgrade",
                                    "Upgrade: websocket",
                                    script(
                                            raw("HTTP/1.1 101 X\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
                                                    + bytes),
                                            "stay")));
                            wire.readHead();
                            assertThat(wire.input().readAllBytes()).isEmpty();
                        }
                    }
                }),
                new Row("another upgrade of users is asked for as a plain request", () -> {
                    var answer = rig.ask(
                            "GET /apis/iam.kubesphere.io/v1beta1/users",
                            "Connection: Upgrade",
                            "Upgrade: SPDY/3.1",
                            script(
                                    "read",
                                    raw(
                                            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}")));
                    assertThat(answer.text()).isEqualTo("{}\n");
                }),
                tunnel("SPDY/3.1", "X-Stream-Protocol-Version: v4.channel.k8s.io"),
                tunnel("websocket", "Sec-WebSocket-Protocol: v5.channel.k8s.io, base64.channel.k8s.io"),
                new Row("a refused upgrade comes back whole", () -> {
                    var answer = rig.ask(
                            "POST /api/v1/namespaces/a/pods/p/exec",
                            "Connection: Upgrade",
                            "Upgrade: SPDY/3.1",
                            script(raw("HTTP/1.1 403 Forbidden\r\nContent-Length: 4\r\n\r\nnope")));
                    assertThat(answer.status()).isEqualTo(403);
                    assertThat(answer.text()).isEqualTo("nope");
                }));
    }

    /** The payload of the next frame, which has to be short and of that kind. */
    private static String frame(Wire wire, int first) throws IOException {
        assertThat(wire.input().read()).isEqualTo(first);
        return new String(wire.exactly(wire.input().read()), java.nio.charset.StandardCharsets.ISO_8859_1);
    }

    private static Row streams(String requestLine, String name) {
        return new Row(name + ": every line at once", () -> {
            try (var wire = rig.connect()) {
                wire.send(Wire.head(
                        requestLine,
                        rig.bearer(),
                        script(
                                "read",
                                raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{}\n\r\n"),
                                "gate:" + name.replace(' ', '-'),
                                raw("3\r\n[]\n\r\n0\r\n\r\n"))));
                wire.readHead();
                assertThat(wire.chunk()).containsExactly('{', '}', '\n');
                rig.backend.open(name.replace(' ', '-'));
                assertThat(wire.chunk()).containsExactly('[', ']', '\n');
            }
        });
    }

    private static Row tunnel(String protocol, String field) {
        var accepted = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: " + protocol + "\r\n"
                + field + "\r\n\r\n";
        return new Row(protocol + " tunnel, subprotocols left to the peers", () -> {
            try (var wire = rig.connect()) {
                wire.send(Wire.head(
                        "POST /api/v1/namespaces/a/pods/p/attach",
                        rig.bearer(),
                        "Connection: Upgrade",
                        "Upgrade: " + protocol,
                        field,
                        script(raw(accepted), "echo")));
                assertThat(wire.readHead()).isEqualTo(accepted);
                wire.send("\u0080\u0003\u0000\u0001");
                assertThat(wire.exactly(4)).containsExactly(0x80, 3, 0, 1);
            }
        });
    }
}
