package io.luban.apiserver;

import static io.luban.apiserver.GatewayRig.script;
import static io.luban.apiserver.backend.BackendProcess.raw;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.apiserver.ApiServerConfig.ProxySettings;
import io.luban.apiserver.audit.AuditLevel;
import io.luban.apiserver.audit.AuditSettings;
import io.luban.model.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the gateway understands of a request, seen in its audit, and what it changes before anybody else sees it. */
// messages are written with their carriage returns
@SuppressWarnings("StringConcatToTextBlock")
class RequestChangesRowsIT {
    @TempDir
    private static Path folder;

    private static GatewayRig rig;
    private static Path events;

    @BeforeAll
    static void start() throws IOException {
        events = folder.resolve("audit.log");
        rig = GatewayRig.start(config -> config.with(audit()).with(trusting("127.0.0.0/8", "10.0.0.0/8")));
        rig.proxy("p");
        for (var group : new String[] {"iam.kubesphere.io", "tenant.kubesphere.io", "resources.kubesphere.io"}) {
            for (var version : new String[] {"v1beta1", "v1alpha3"}) {
                rig.object(
                        GatewayRig.SERVICES,
                        version + "." + group,
                        List.of("group: " + group, "version: " + version, "url: BACKEND"));
            }
        }
        rig.settle();
    }

    private static AuditSettings audit() {
        return new AuditSettings(
                AuditLevel.METADATA,
                1,
                Duration.ofMillis(20),
                1000,
                false,
                true,
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.of(new AuditSettings.LogFile(events.toString(), 100_000_000, 2, Duration.ofDays(7))),
                Optional.empty());
    }

    private static ProxySettings trusting(String... ranges) {
        return ProxySettings.DEFAULTS.trusting(List.of(ranges)).reserving(Set.of());
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    /** The event of a request that names itself by its user agent. */
    private static JsonNode event(String agent) {
        var log = new AuditFile(events);
        var line = await().until(() -> log.first("\"UserAgent\":\"" + agent + "\""), Optional::isPresent);
        return Json.parse(line.orElseThrow());
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(
            delimiter = '|',
            emptyValue = "",
            nullValues = "-",
            value = {
                "GET|/api|GET||||",
                "GET|/api/v1|GET||||",
                "GET|/apis|GET||||",
                "GET|/apis/apps|GET||||",
                "GET|/apis/apps/v1|GET||||",
                "GET|/api/v1/nodes|list|/v1||nodes|Cluster",
                "GET|/api/v1/namespaces/ns1|get|/v1||ns1:namespaces/ns1|Namespace",
                "PUT|/api/v1/namespaces/ns1/status|update|/v1||ns1:namespaces/ns1/status|Namespace",
                "GET|/api/v1/namespaces/ns1/pods/p1/log|get|/v1||ns1:pods/p1/log|Namespace",
                "POST|/api/v1/namespaces/ns1/pods/p1/exec|create|/v1||ns1:pods/p1/exec|Namespace",
                "DELETE|/api/v1/namespaces/ns1/pods|deletecollection|/v1||ns1:pods|Namespace",
                "GET|/api/v1/pods?watch=true&timeoutSeconds=1|watch|/v1||pods|Cluster",
                "GET|/api/v1/pods?fieldSelector=metadata.name=p1|list|/v1||pods/p1|Cluster",
                "GET|/api/v1/watch/namespaces/ns1/pods|watch|/v1||ns1:pods|Namespace",
                "GET|/api/v1/watch/namespaces?labelSelector=kubesphere.io/workspace=ws1|watch|/v1|ws1|namespaces|Workspace",
                "GET|/api/v1/proxy/nodes/n1|proxy|/v1||nodes/n1|Cluster",
                "GET|/kapis/version|GET||||",
                "GET|/kapis/iam.kubesphere.io/v1beta1|GET||||",
                "GET|/kapis/iam.kubesphere.io/v1beta1/users|list|iam.kubesphere.io/v1beta1||users|Global",
                "PUT|/kapis/iam.kubesphere.io/v1beta1/users/admin/password|update|iam.kubesphere.io/v1beta1||users/admin/password|Global",
                "GET|/kapis/tenant.kubesphere.io/v1beta1/workspaces|list|tenant.kubesphere.io/v1beta1||workspaces|Global",
                "GET|/kapis/tenant.kubesphere.io/v1beta1/workspaces/ws1|get|tenant.kubesphere.io/v1beta1|ws1|workspaces/ws1|Workspace",
                "GET|/kapis/tenant.kubesphere.io/v1beta1/workspaces/ws1/namespaces|list|tenant.kubesphere.io/v1beta1|ws1|namespaces|Workspace",
                "GET|/kapis/tenant.kubesphere.io/v1beta1/workspaces/ws1/namespaces/ns1|get|tenant.kubesphere.io/v1beta1|ws1|ns1:namespaces/ns1|Namespace",
                "GET|/kapis/tenant.kubesphere.io/v1beta1/workspacetemplates|list|tenant.kubesphere.io/v1beta1||workspacetemplates|Cluster",
                "GET|/kapis/tenant.kubesphere.io/v1beta1/workspacetemplates/ws1|get|tenant.kubesphere.io/v1beta1|ws1|workspacetemplates/ws1|Workspace",
                "PATCH|/kapis/iam.kubesphere.io/v1beta1/workspaces/ws1/workspacemembers/u1|patch|iam.kubesphere.io/v1beta1|ws1|workspacemembers/u1|Workspace",
                "GET|/apis/cluster.kubesphere.io/v1alpha1/clusters/c1|get|cluster.kubesphere.io/v1alpha1||clusters/c1|Global",
                "OPTIONS|/kapis/iam.kubesphere.io/v1beta1/users||iam.kubesphere.io/v1beta1||users|Global",
                "GET|/clusters/host/api/v1/nodes|list|/v1||nodes|Cluster",
                "GET|/clusters/host/apis|GET||||",
                "GET|/clusters/host/api|GET||||",
                "GET|/clusters/host/api/v1|GET||||",
                "GET|/clusters/host/version|GET||||",
                "GET|/clusters/host|GET||||",
                "GET|/api/clusters/host/v1/nodes|list|/v1||nodes|Cluster",
                "GET|/kapis/clusters/host/resources.kubesphere.io/v1alpha3/nodes|list|resources.kubesphere.io/v1alpha3||nodes|Cluster",
                "GET|/proxy/grafana/d/x|GET||||",
                "GET|/dist/a/index.js|GET||||",
                "GET|/foo/bar|GET||||",
                "POST|/kapis/foo/bar/|POST||||",
                "GET|/kapi/v1/foos/f1|get|/v1||foos/f1|Cluster",
            })
    void understands(
            String method, String target, String verb, String groupVersion, String workspace, String what, String scope)
            throws IOException {
        var agent = "row-" + Integer.toHexString((method + target).hashCode());
        try (var wire = rig.connect()) {
            wire.send(Wire.head(method + " " + target, rig.bearer(), "User-Agent: " + agent, "Content-Length: 0"));
            if (!target.contains("watch=true")) {
                wire.read();
            }
        }

        var event = event(agent);
        var object = event.path("ObjectRef");
        var path = target.replaceFirst("\\?.*", "");
        assertThat(event.path("RequestURI").asText())
                .isEqualTo(target.equals("/clusters/host") ? path : path.replace("/clusters/host", ""));
        assertThat(event.path("Verb").asText()).isEqualTo(text(verb));
        assertThat(object.path("ResourceVersion").asText()).isEqualTo(text(scope));
        assertThat(event.path("Workspace").asText()).isEqualTo(text(workspace));
        var found = object.path("APIGroup").asText() + "/"
                + object.path("APIVersion").asText();
        assertThat(found).isEqualTo(text(groupVersion).isEmpty() ? "/" : groupVersion);
        var named = Stream.of("Resource", "Name", "Subresource")
                .map(field -> object.path(field).asText())
                .filter(part -> !part.isEmpty())
                .toList();
        var namespace = object.path("Namespace").asText();
        assertThat((namespace.isEmpty() ? "" : namespace + ":") + String.join("/", named))
                .isEqualTo(text(what));
    }

    private static String text(String cell) {
        return cell == null ? "" : cell;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"sources", "changes", "hygiene"})
    void holds(Row row) throws Exception {
        row.check().run();
    }

    static Stream<Row> sources() {
        return Stream.of(
                source(
                        "x-client-ip comes first",
                        "9.9.9.9",
                        "x-client-ip: 9.9.9.9",
                        "X-Real-IP: 8.8.8.8",
                        "X-Forwarded-For: 7.7.7.7"),
                source("then X-Real-IP", "8.8.8.8", "X-Real-IP: 8.8.8.8", "X-Forwarded-For: 7.7.7.7"),
                source("then X-Forwarded-For", "7.7.7.7", "X-Forwarded-For: 7.7.7.7"),
                source(
                        "of a list the right-most address that is not trusted",
                        "6.6.6.6",
                        "X-Forwarded-For: 7.7.7.7, 6.6.6.6, 10.1.1.1"),
                source(
                        "what is no address is ignored",
                        "7.7.7.7",
                        "x-client-ip: undefined",
                        "X-Forwarded-For: 7.7.7.7"),
                source("else the socket's", "127.0.0.1"),
                source("junk in X-Forwarded-For: the socket's", "127.0.0.1", "X-Forwarded-For: ?, <script>"),
                new Row("headers of a peer that is not trusted are ignored", () -> {
                    try (var other = new GatewayFixture(
                            config -> config.with(audit()).with(trusting("192.0.2.0/24")), Optional.empty())) {
                        other.send(other.request("/healthz")
                                .header("User-Agent", "untrusted")
                                .header("X-Real-IP", "8.8.8.8"));
                        assertThat(event("untrusted").at("/SourceIPs/0").asText())
                                .isEqualTo("127.0.0.1");
                    }
                }));
    }

    private static Row source(String name, String expected, String... fields) {
        return new Row(name, () -> {
            var agent = "source-" + Integer.toHexString(name.hashCode());
            rig.say(
                    "GET /healthz",
                    Stream.concat(Stream.of(fields), Stream.of("User-Agent: " + agent))
                            .toArray(String[]::new));
            assertThat(event(agent).at("/SourceIPs/0").asText()).isEqualTo(expected);
        });
    }

    static Stream<Row> changes() {
        return Stream.of(
                new Row("X-KubeSphere-Authorization becomes Authorization where there is none", () -> {
                    var seen = rig.say("GET /proxy/p/x", "X-KubeSphere-Authorization: Bearer " + rig.admin)
                            .seen();
                    assertThat(seen.all("Authorization")).containsExactly("Bearer " + rig.admin);
                    assertThat(seen.all("X-KubeSphere-Authorization")).isEmpty();
                }),
                new Row("X-KubeSphere-Authorization becomes Authorization where that is empty", () -> {
                    var answer = rig.say(
                            "GET /proxy/p/x", "Authorization:", "X-KubeSphere-Authorization: Bearer " + rig.admin);
                    assertThat(answer.seen().all("Authorization")).containsExactly("Bearer " + rig.admin);
                }),
                new Row(
                        "X-KubeSphere-Authorization does not replace an Authorization",
                        () -> assertThat(rig.say(
                                                "GET /proxy/p/x",
                                                "Authorization: Bearer zz",
                                                "X-KubeSphere-Authorization: Bearer " + rig.admin)
                                        .status())
                                .isEqualTo(401)),
                new Row("X-KubeSphere-Authorization is never passed on", () -> {
                    var seen = rig.ask("GET /proxy/p/x", "X-KubeSphere-Authorization: Bearer secret")
                            .seen();
                    assertThat(seen.all("Authorization")).containsExactly("Bearer " + rig.admin);
                    assertThat(seen.all("X-KubeSphere-Authorization")).isEmpty();
                }),
                new Row("a verified password stays here on its way to a ReverseProxy", () -> {
                    var basic = GatewayFixture.base64("admin:" + GatewayFixture.ADMIN_PASSWORD);
                    var seen = rig.say("GET /proxy/p/x", "Authorization: Basic " + basic)
                            .seen();
                    assertThat(seen.all("Authorization")).isEmpty();
                }),
                new Row("a token in the query is none", () -> {
                    assertThat(rig.say("GET /proxy/p/x?access_token=" + rig.admin)
                                    .status())
                            .isEqualTo(403);
                    assertThat(rig.say("GET /proxy/p/x?token=" + rig.admin).status())
                            .isEqualTo(403);
                }),
                new Row("an unknown method: 403, and 405 for those who may everything", () -> {
                    assertThat(rig.say("BREW /api/v1/pods").status()).isEqualTo(403);
                    var answer = rig.ask("BREW /version");
                    assertThat(answer.status()).isEqualTo(405);
                    assertThat(answer.field("Allow")).isEqualTo("GET");
                }),
                new Row(
                        "dryrun becomes dryRun, as a name only",
                        () -> assertThat(rig.ask("GET /proxy/p/x?a=dryrun&dryrun=All&xdryrun=1")
                                        .seen()
                                        .target())
                                .isEqualTo("/proxy/p/x?a=dryrun&dryRun=All&xdryrun=1")),
                new Row("X-KubeSphere-Rawquery becomes the query where there is none", () -> {
                    var seen = rig.ask("GET /proxy/p/x", "X-KubeSphere-Rawquery: a=%2F&b")
                            .seen();
                    assertThat(seen.target()).isEqualTo("/proxy/p/x?a=%2F&b");
                    assertThat(seen.all("X-KubeSphere-Rawquery")).isEmpty();
                }),
                new Row(
                        "X-KubeSphere-Rawquery does not replace a query",
                        () -> assertThat(rig.ask("GET /proxy/p/x?q=1", "X-KubeSphere-Rawquery: a=1")
                                        .seen()
                                        .target())
                                .isEqualTo("/proxy/p/x?q=1")),
                new Row(
                        "X-KubeSphere-Rawquery of more than 8 KiB: 400",
                        () -> assertThat(rig.ask("GET /proxy/p/x", "X-KubeSphere-Rawquery: " + "a".repeat(8193))
                                        .status())
                                .isEqualTo(400)),
                new Row(
                        "X-KubeSphere-Rawquery that would end the request line: 400",
                        () -> assertThat(rig.ask("GET /proxy/p/x", "X-KubeSphere-Rawquery: a=1 HTTP/1.1")
                                        .status())
                                .isEqualTo(400)),
                new Row("identity and impersonation headers are removed", () -> {
                    var seen = rig.ask(
                                    "GET /proxy/p/x",
                                    "X-Remote-User: a",
                                    "X-REMOTE-UID: a",
                                    "x-remote-group: a",
                                    "X-Remote-Extra-Foo: a",
                                    "Impersonate-User: a",
                                    "Impersonate-Uid: a",
                                    "IMPERSONATE-GROUP: a",
                                    "Impersonate-Extra-Foo: a")
                            .seen();
                    assertThat(seen.text().toLowerCase(java.util.Locale.ROOT))
                            .doesNotContain("x-remote", "impersonate");
                }),
                new Row("identity headers with underscores, which many backends read as hyphens, are removed", () -> {
                    var seen = rig.ask(
                                    "GET /kapis/iam.kubesphere.io/v1beta1/users",
                                    "X_Remote_User: mallory",
                                    "x-remote_group: system:masters",
                                    "X_REMOTE-EXTRA_scopes: all",
                                    "Impersonate_User: mallory",
                                    "X_Remote: kept")
                            .seen();
                    // the letters of a token may spell anything
                    assertThat(seen.text().replace(rig.admin, "")).doesNotContain("mallory", "masters", "all");
                    assertThat(seen.all("X-Remote-User")).containsExactly("admin");
                    assertThat(seen.all("X_Remote")).containsExactly("kept");
                }),
                new Row("identity headers named by Connection do not take the gateway's own with them", () -> {
                    var seen = rig.ask("GET /kapis/iam.kubesphere.io/v1beta1/users", "Connection: X-Remote-User")
                            .seen();
                    assertThat(seen.all("X-Remote-User")).containsExactly("admin");
                }));
    }

    private static Stream<Row> strictness() {
        var length = "Content-Length: 0";
        return Stream.of(
                closes(
                        "a header block of more than a mebibyte",
                        431,
                        "GET /proxy/p/x",
                        "X-Long: " + "a".repeat(1 << 20)),
                closes("a request line without end", 414, "GET /proxy/p/" + "a".repeat(1 << 20)),
                closes("two framings", 400, "POST /proxy/p/x", length, "Transfer-Encoding: chunked"),
                closes("two lengths", 400, "POST /proxy/p/x", length, "Content-Length: 5"),
                closes("an encoding of the transfer that is none", 400, "POST /proxy/p/x", "Transfer-Encoding: chunky"),
                closes("a blank before the colon", 400, "GET /proxy/p/x", "X-Blank : a"),
                closes("a field without a name", 400, "GET /proxy/p/x", ": a"),
                closes("a folded line", 400, "GET /proxy/p/x", "X-Folded: a\r\n b"),
                closes("a line folded by a tab", 400, "GET /proxy/p/x", "X-Folded: a\r\n\tX-Evil: c"),
                closes("a folded framing", 400, "POST /proxy/p/x", "Transfer-Encoding:\r\n chunked"),
                closes("a first field that begins with a blank", 400, "GET /proxy/p/x", " X: a"),
                closes("a request line of one word", 400, "GET"),
                closes("a request line of four words", 400, "GET /proxy/p/x y"));
    }

    private static Row closes(String name, int status, String requestLine, String... fields) {
        return new Row(name + ": " + status + ", and the connection is closed", () -> {
            try (var wire = rig.connect()) {
                wire.send(Wire.head(
                        requestLine,
                        Stream.concat(Stream.of(fields), Stream.of(rig.bearer()))
                                .toArray(String[]::new)));
                assertThat(wire.read().status()).isEqualTo(status);
                assertThat(wire.isEnded()).isTrue();
            }
        });
    }

    static Stream<Row> hygiene() {
        var refused = Stream.of(
                        "/proxy/p/%00",
                        "/proxy/p/./x",
                        "/proxy/p/../x",
                        "/proxy/p/%2e%2e/x",
                        "/proxy/p/%2E/x",
                        "/proxy/p/..%2fx",
                        "/proxy/p/x/..",
                        "/proxy/p/..;a=b/x",
                        "/proxy/p/%zz",
                        "/proxy/p/%2",
                        "/clusters//version",
                        "/clusters//api/v1/nodes",
                        "/api/clusters//v1/nodes")
                .map(path -> new Row(path + ": 400 before authorization", () -> {
                    var answer = rig.say("GET " + path);
                    assertThat(answer.status()).isEqualTo(400);
                    assertThat(Json.parse(answer.body()).path("reason").asText())
                            .isEqualTo("BadRequest");
                }));
        return Stream.concat(
                Stream.concat(refused, strictness()),
                Stream.of(
                        new Row(
                                "// below /proxy passes as it is",
                                () -> assertThat(rig.ask("GET /proxy/p//a//b")
                                                .seen()
                                                .target())
                                        .isEqualTo("/proxy/p//a//b")),
                        new Row("what looks like a folded line passes in a body", () -> {
                            try (var wire = rig.connect()) {
                                wire.send(Wire.head("POST /proxy/p/x", rig.bearer(), "Content-Length: 11"))
                                        .send("X: a\r\n b\r\n\t");
                                assertThat(wire.read().seen().body()).startsWith("11 ");
                            }
                        }),
                        new Row("// in a path served here: 301 to the cleaned path", () -> {
                            var answer = rig.ask("GET //version?x=1");
                            assertThat(answer.status()).isEqualTo(301);
                            assertThat(answer.field("Location")).isEqualTo("/version?x=1");
                        }),
                        new Row(
                                "an encoded slash survives forwarding",
                                () -> assertThat(rig.ask("GET /proxy/p/a%2Fb")
                                                .seen()
                                                .target())
                                        .isEqualTo("/proxy/p/a%2Fb")),
                        new Row("what directives make of a path has no dot segments either", () -> {
                            rig.proxy("twice", "directives: {rewrite: ['* /x{path}']}");
                            rig.settle();
                            var answer = rig.ask(
                                    "GET /proxy/twice/%252e%252e/y",
                                    script("read", raw("HTTP/1.1 299 X\r\nContent-Length: 0\r\n\r\n")));
                            assertThat(answer.status()).isEqualTo(400);
                        }),
                        new Row("what directives make of a path cannot leave the request line", () -> {
                            rig.proxy("lines", "directives: {rewrite: ['* /x{path}']}");
                            rig.settle();
                            var seen = rig.ask("GET /proxy/lines/a%3Fb%0d%0aX-Evil:%201")
                                    .seen();
                            assertThat(seen.all("X-Evil")).isEmpty();
                            assertThat(seen.line()).endsWith(" HTTP/1.1").doesNotContain("X-Evil: 1");
                        })));
    }
}
