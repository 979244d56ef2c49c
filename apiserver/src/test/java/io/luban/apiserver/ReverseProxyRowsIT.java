package io.luban.apiserver;

import static io.luban.apiserver.GatewayRig.script;
import static io.luban.apiserver.backend.BackendProcess.raw;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.Json;
import io.luban.model.Yaml;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Which ReverseProxy takes a request, what its directives make of it, and the early form of the objects. */
// messages are written with their carriage returns
@SuppressWarnings("StringConcatToTextBlock")
class ReverseProxyRowsIT {
    private static final String EMPTY = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n";
    private static GatewayRig rig;
    private static int number;

    @BeforeAll
    static void start() throws IOException {
        rig = GatewayRig.start();
        matchers();
        headers();
        early();
        rig.settle();
        await().until(() -> rig.ask("GET /res/early/x").status() == 200);
    }

    private static void tagged(String name, String matcher) {
        rig.proxy(name, "matcher: " + matcher, "directives: {headerUp: [X-Rule %s]}".formatted(name));
    }

    private static void matchers() {
        tagged("any", "{path: /proxy/m/*, method: '*'}");
        tagged("longer", "{path: /proxy/m/deep/*, method: '*'}");
        tagged("exact", "{path: /proxy/m/deep/one, method: '*'}");
        tagged("posts", "{path: /proxy/m/deep/*, method: post}");
        tagged("younger", "{path: /proxy/m/deep/*, method: '*'}");
        tagged("broad", "{path: /pr*, method: PURGE}");
        tagged("res", "{path: /res/g/*, method: ''}");
        tagged("outside", "{path: /elsewhere/*, method: '*'}");
        tagged("listed", "[{path: /proxy/l1, method: GET}, {path: /proxy/l2/*, method: GET}]");
        for (var state : new String[] {"Disabled", "Unavailable", "Odd", "Available", "Enabled"}) {
            var yaml =
                    "metadata: {name: %s}\nspec: {matcher: {path: /proxy/%s}, upstream: {url: '%s'}}\nstatus: {state: %s}\n"
                            .formatted(state.toLowerCase(java.util.Locale.ROOT), state, rig.backendUrl(), state);
            rig.gateway.apply(GatewayRig.PROXIES, yaml);
        }
        rig.gateway.apply(
                GatewayRig.PROXIES,
                "metadata: {name: c, labels: {kubesphere.io/reverse-proxy-target: ks-console}}\n"
                        + "spec: {matcher: {path: /proxy/console}, upstream: {url: '%s'}}\n"
                                .formatted(rig.backendUrl()));
    }

    private static void headers() {
        rig.proxy(
                "up",
                "directives: {headerUp: [-X-Gone, -X-Pre*, '-*-Suf', +X-More 2, '+X-More: 3', 'X-Set \"a b\"', 'X-Colon: c', 'X-Three a b c',"
                        + " 'X-Old \"(o)ld\" \"${1}K\"', 'Host other.example', NoValue, \"X-Cr a\\r\\nX-Evil: 1\", 'X(bad) 1',"
                        + " 'Content-Length 77', 'Transfer-Encoding chunked', '-Authorization']}");
        rig.proxy(
                "down",
                "directives: {headerDown: [-X-Gone, '+X-More 2', 'X-Set s', 'Content-Length 3', '-Transfer-Encoding', 'X(bad) 1']}");
        rig.proxy("as", "directives: {authProxy: true}");
        rig.proxy(
                "forged",
                "directives: {authProxy: true, headerUp: [X-Remote-User eve, '+X-Remote-Group system:masters']}");
        rig.proxy("noredirect", "directives: {rejectForwardingRedirects: true}");
        rig.proxy("method", "directives: {method: put}");
        rig.proxy("tohead", "directives: {method: HEAD}");
        rig.proxy("toget", "directives: {method: GET}");
        rig.proxy("badmethod", "directives: {method: 'G ET'}");
        rig.proxy(
                "redirect",
                "directives: {redirect: ['*/old* /new{path}?{query} 307', '*/plain /there', '*/login* /sso?from={path}&{query}&q={query}#{path}', '*/bad /x 200']}");
        rig.proxy("unknown", "directives: {changeOrigin: true, stripPathPrefix: /proxy/unknown}");
        rig.proxy("downgone", "upstream: {url: 'http://127.0.0.1:1'}", "directives: {headerDown: [X-Down 1]}");
    }

    private static void early() {
        rig.object(
                GatewayFixture.EARLY + "reverseproxies",
                "early",
                List.of(
                        "matcher: [{path: /res/early/*, method: '*'}]",
                        "upstream: {backend: BACKEND, insecureSkipVerify: true, caBudle: ''}",
                        "rewrite: ['* /spec{path}']",
                        "header: {up: ['X-Up: 1'], down: ['X-Down: 2']}",
                        "directives: {rewrite: ['/spec* /directive{path}']}"));
        rig.object(
                GatewayFixture.EARLY + "reverseproxies",
                "twice",
                List.of("matcher: [{path: /proxy/early-twice, method: '*'}]", "upstream: {backend: BACKEND}"));
        rig.proxy("twice", "matcher: {path: /proxy/current-twice}");
        rig.object(
                GatewayRig.SERVICES,
                "paths",
                List.of(
                        "group: paths.io",
                        "version: v1",
                        "url: BACKEND",
                        "nonResourceURLs: ['/extra/*', /extra-exact, '*', '/proxy/m/*', '/static/*', '/oauth/*']"));
        rig.proxy("loop", "upstream: {url: 'http://127.0.0.1:%d'}".formatted(rig.gateway.port()));
        rig.gateway.apply(
                GatewayRig.PROXIES,
                "metadata: {name: offdown}\nspec: {matcher: {path: /proxy/offdown}, upstream: {url: '%s'},"
                                .formatted(rig.backendUrl())
                        + " directives: {headerDown: ['X-Down 1']}}\nstatus: {state: Disabled}");
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"matching", "directives", "forms", "paths"})
    void holds(Row row) throws Exception {
        row.check().run();
    }

    private static Row rule(String requestLine, String rule, String why) {
        return new Row(
                why,
                () -> assertThat(
                                rig.ask(requestLine, "Content-Length: 0").seen().all("X-Rule"))
                        .containsExactly(rule));
    }

    private static Row status(String requestLine, int status, String why) {
        return new Row(why, () -> assertThat(rig.ask(requestLine).status()).isEqualTo(status));
    }

    static Stream<Row> matching() {
        return Stream.of(
                rule("GET /proxy/m/x", "any", "pattern matches what begins with it"),
                rule("GET /proxy/m/", "any", "pattern matches its own beginning"),
                status("GET /proxy/m", 404, "pattern does not match without its slash"),
                rule("GET /proxy/m/deep/x", "longer", "longer prefix first; then the older object"),
                rule("GET /proxy/m/deep/one", "exact", "exact path before pattern"),
                rule("POST /proxy/m/deep/x", "posts", "named method, whatever its case, before *"),
                rule("GET /res/g/x", "res", "/res is a prefix too; an empty method is any"),
                status("GET /elsewhere/x", 404, "a matcher outside the prefixes is never hit"),
                new Row(
                        "a matcher outside the prefixes: Accepted=False",
                        () -> await().until(() -> condition("outside", "Accepted")
                                .path("status")
                                .asText()
                                .equals("False"))),
                new Row("a matcher that reaches below a prefix is accepted", () -> {
                    await().until(() -> !condition("outside", "Accepted").isEmpty());
                    assertThat(condition("broad", "Accepted").path("status").asText())
                            .isNotEqualTo("False");
                }),
                rule("PURGE /proxy/never-heard-of", "broad", "a shorter pattern than the prefix matches below it"),
                rule("GET /proxy/l1", "listed", "any element of a list matches"),
                rule("GET /proxy/l2/x", "listed", "any other element of a list matches"),
                status("GET /proxy/console", 404, "label ks-console: not handled here"),
                status("GET /proxy/Available", 200, "state Available: proxied"),
                status("GET /proxy/Enabled", 200, "state Enabled: proxied"),
                unavailable("Disabled"),
                unavailable("Unavailable"),
                unavailable("Odd"));
    }

    private static Row unavailable(String state) {
        return new Row("state " + state + ": 503", () -> {
            var answer = rig.ask("GET /proxy/" + state);
            assertThat(answer.status()).isEqualTo(503);
            var message = "upstream %s is not available".formatted(state.toLowerCase(java.util.Locale.ROOT));
            assertThat(Json.parse(answer.body()).path("message").asText()).isEqualTo(message);
            assertThat(Json.parse(answer.body()).at("/ErrStatus/message").asText())
                    .isEqualTo(message);
        });
    }

    private static JsonNode condition(String name, String type) {
        for (var condition :
                rig.gateway.kubernetes.object(GatewayRig.PROXIES + "/" + name).at("/status/conditions")) {
            if (condition.path("type").asText().equals(type)) {
                return condition;
            }
        }
        return Json.object();
    }

    static Stream<Row> directives() {
        return Stream.of(
                new Row("headerUp", () -> {
                    var seen = rig.ask(
                                    "GET /proxy/up/x",
                                    "X-Gone: 1",
                                    "x-prefixed: 1",
                                    "A-Suf: 1",
                                    "X-More: 1",
                                    "X-Set: 0",
                                    "X-Set: 00",
                                    "X-Old: old old")
                            .seen();
                    for (var gone : new String[] {
                        "X-Gone", "X-Prefixed", "A-Suf", "X-Evil", "X-Cr", "X(bad)", "NoValue", "Authorization"
                    }) {
                        assertThat(seen.all(gone)).as(gone).isEmpty();
                    }
                    assertThat(seen.all("X-More")).containsExactly("1", "2", "3");
                    assertThat(seen.all("X-Set")).containsExactly("a b");
                    assertThat(seen.all("X-Colon")).containsExactly("c");
                    assertThat(seen.all("X-Three")).containsExactly("a b c");
                    assertThat(seen.all("X-Old")).containsExactly("oK oK");
                    assertThat(seen.all("Host")).containsExactly("other.example");
                    assertThat(seen.all("Content-Length")).isEmpty();
                    assertThat(seen.all("Transfer-Encoding")).isEmpty();
                }),
                new Row(
                        "headerUp entries that make no sense: condition",
                        () -> await().until(() -> condition("up", "Accepted")
                                .path("message")
                                .asText()
                                .contains("X(bad)"))),
                new Row("headerDown", () -> {
                    var answer = rig.ask(
                            "GET /proxy/down/x",
                            script(
                                    "read",
                                    raw(
                                            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Gone: 1\r\nX-More: 1\r\n\r\nhello")));
                    assertThat(answer.text()).isEqualTo("hello");
                    assertThat(answer.all("X-Gone")).isEmpty();
                    assertThat(answer.all("X-More")).containsExactly("1", "2");
                    assertThat(answer.all("X-Set")).containsExactly("s");
                    assertThat(answer.head()).doesNotContain("X(bad)");
                }),
                new Row("headerDown on a stream: chunks still come at once", () -> {
                    try (var wire = rig.connect()) {
                        wire.send(Wire.head(
                                "GET /proxy/down/x",
                                rig.bearer(),
                                script(
                                        "read",
                                        raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n"),
                                        "stay")));
                        assertThat(wire.readHead()).contains("X-Set: s");
                        assertThat(wire.chunk()).containsExactly('a');
                    }
                }),
                new Row("headerDown on the gateway's own 502", () -> {
                    var answer = rig.ask("GET /proxy/downgone/x");
                    assertThat(answer.status()).isEqualTo(502);
                    assertThat(answer.all("X-Down")).containsExactly("1");
                }),
                new Row("authProxy", () -> {
                    var seen =
                            rig.ask("GET /proxy/as/x", "X-Remote-User: mallory").seen();
                    assertThat(seen.all("X-Remote-User")).containsExactly("admin");
                    assertThat(seen.all("X-Remote-Group")).containsExactly("system:authenticated");
                    assertThat(seen.all("X-Remote-Uid"))
                            .containsExactly(rig.gateway
                                    .kubernetes
                                    .object(GatewayFixture.IAM + "users/admin")
                                    .at("/metadata/uid")
                                    .asText());
                }),
                new Row("authProxy names the user, whatever headerUp says", () -> {
                    var seen = rig.ask("GET /proxy/forged/x").seen();
                    assertThat(seen.all("X-Remote-User")).containsExactly("admin");
                    assertThat(seen.all("X-Remote-Group")).containsExactly("system:authenticated");
                }),
                new Row("headerDown on the gateway's own 503", () -> {
                    var answer = rig.ask("GET /proxy/offdown");
                    assertThat(answer.status()).isEqualTo(503);
                    assertThat(answer.all("X-Down")).containsExactly("1");
                }),
                new Row("an upstream that is the gateway itself: 508 after five times", () -> {
                    assertThat(rig.ask("GET /proxy/loop/x").head()).startsWith("HTTP/1.1 508 Loop Detected\r\n");
                    assertThat(rig.ask("GET /proxy/loop/x", "Connection: Upgrade", "Upgrade: websocket")
                                    .status())
                            .isEqualTo(508);
                }),
                new Row("rejectForwardingRedirects: 502 in words", () -> {
                    var answer = rig.ask(
                            "GET /proxy/noredirect/x",
                            script("read", raw("HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n")));
                    assertThat(answer.status()).isEqualTo(502);
                    assertThat(answer.text()).contains("tried to redirect");
                }),
                new Row(
                        "rejectForwardingRedirects lets 304 through",
                        () -> assertThat(rig.ask(
                                                "GET /proxy/noredirect/x",
                                                script("read", raw("HTTP/1.1 304 Not Modified\r\n\r\n")))
                                        .status())
                                .isEqualTo(304)),
                new Row(
                        "method",
                        () -> assertThat(rig.ask("GET /proxy/method/x").seen().method())
                                .isEqualTo("PUT")),
                new Row("method HEAD for a GET: an answer without a body that ends", () -> {
                    try (var wire = rig.connect()) {
                        wire.send(Wire.head("GET /proxy/tohead/x", rig.bearer()));
                        assertThat(wire.read().body()).isEmpty();
                        wire.send(Wire.head("GET /proxy/tohead/x", rig.bearer()));
                        assertThat(wire.read().status()).isEqualTo(200);
                    }
                }),
                new Row("method GET for a HEAD: no body", () -> {
                    try (var wire = rig.connect()) {
                        wire.send(Wire.head("HEAD /proxy/toget/x", rig.bearer()));
                        assertThat(wire.readHead()).startsWith("HTTP/1.1 200 ");
                        wire.send(Wire.head("GET /proxy/toget/x", rig.bearer()));
                        assertThat(wire.read().seen().method()).isEqualTo("GET");
                    }
                }),
                new Row(
                        "a method that is none is ignored",
                        () -> assertThat(
                                        rig.ask("GET /proxy/badmethod/x").seen().method())
                                .isEqualTo("GET")),
                redirect("/proxy/redirect/old/a?x=1", 307, "/new/proxy/redirect/old/a?x=1"),
                redirect("/proxy/redirect/plain", 302, "/there"),
                redirect(
                        "/proxy/redirect/login?a=1&b=%26",
                        302,
                        "/sso?from=%2Fproxy%2Fredirect%2Flogin&a=1&b=%26&q=a%3D1%26b%3D%2526#/proxy/redirect/login"),
                redirect("/proxy/redirect/old/a", 307, "/new/proxy/redirect/old/a"),
                status("GET /proxy/redirect/bad", 200, "redirect with another code is ignored"),
                new Row("unknown directives are ignored and reported", () -> {
                    assertThat(rig.ask("GET /proxy/unknown/x").seen().target()).isEqualTo("/x");
                    await().until(() -> condition("unknown", "Accepted")
                            .path("message")
                            .asText()
                            .contains("changeOrigin"));
                }));
    }

    private static Row redirect(String target, int status, String location) {
        return new Row("redirect " + target, () -> {
            var answer = rig.ask("GET " + target);
            assertThat(answer.status()).isEqualTo(status);
            assertThat(answer.field("Location")).isEqualTo(location);
        });
    }

    static Stream<Row> forms() {
        return Stream.of(
                new Row(
                        "kubesphere.io form: matcher list, backend, rewrite before the directives' own, header.up and down",
                        () -> {
                            var answer = rig.ask("GET /res/early/x");
                            assertThat(answer.seen().target()).isEqualTo("/directive/spec/res/early/x");
                            assertThat(answer.seen().all("X-Up")).containsExactly("1");
                            assertThat(answer.all("X-Down")).containsExactly("2");
                        }),
                new Row("on equal name the extensions.kubesphere.io object wins", () -> {
                    assertThat(rig.ask("GET /proxy/current-twice").status()).isEqualTo(200);
                    assertThat(rig.ask("GET /proxy/early-twice").status()).isEqualTo(404);
                }));
    }

    /** Paths that an APIService serves besides its group. */
    static Stream<Row> paths() {
        return Stream.of(
                new Row("nonResourceURLs go to the endpoint, unchanged and with the user's name", () -> {
                    var seen = rig.ask("GET /extra/a%2Fb?x=1").seen();
                    assertThat(seen.target()).isEqualTo("/extra/a%2Fb?x=1");
                    assertThat(seen.all("X-Remote-User")).containsExactly("admin");
                    assertThat(rig.ask("POST /extra-exact", "Content-Length: 0")
                                    .seen()
                                    .target())
                            .isEqualTo("/extra-exact");
                }),
                status("GET /extra", 404, "a pattern does not match without its slash"),
                status("GET /extra-exact/more", 404, "an exact path matches nothing else"),
                status("GET /elsewhere/x", 404, "a lone * is no path"),
                status("GET /static/x", 404, "a path of the platform stays the platform's"),
                rule("GET /proxy/m/x", "any", "a ReverseProxy comes before nonResourceURLs"),
                new Row("nonResourceURLs are open to those whose roles list them", () -> {
                    var bob = rig.gateway.token("bob", GatewayFixture.BOB_PASSWORD);
                    assertThat(rig.say("GET /extra/x", "Authorization: Bearer " + bob)
                                    .status())
                            .isEqualTo(403);
                }));
    }

    /** The rules of a whole table are tried one after the other by one object, which each row writes anew. */
    @ParameterizedTest(name = "{0}: {1} -> {2}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "stripPathPrefix: /proxy/t|/a%2Fb|/a%2Fb",
                "stripPathPrefix: /proxy/t/|/a|/a",
                "stripPathPrefix: /other|/a|/proxy/tN/a",
                "stripPathSuffix: .html|/a.html|/proxy/tN/a",
                "rewrite: ['* /foo.html']|/|/foo.html",
                "rewrite: ['/proxy/*/api/* ?a=b', '*/api/* ?a=b']|/api/abc|/proxy/tN/api/abc?a=b",
                "rewrite: ['*/api_v2/* ?{query}&a=b']|/api_v2/abc?x=1|/proxy/tN/api_v2/abc?x=1&a=b",
                "rewrite: ['*/api_v2/* ?{query}&a=b']|/api_v2/abc|/proxy/tN/api_v2/abc?a=b",
                "stripPathPrefix: /proxy/t, rewrite: ['* /index.php?{query}&p={path}']|/foo/bar|/index.php?p=%2Ffoo%2Fbar",
                "stripPathPrefix: /proxy/t, rewrite: ['/old-prefix/* /new-prefix{path}']|/old-prefix/x|/new-prefix/old-prefix/x",
                "stripPathPrefix: /proxy/t, replace: ['/docs/ /v1/docs/']|/docs/go|/v1/docs/go",
                "stripPathPrefix: /proxy/t, pathRegexp: ['/{2,} /']|/doc//readme.md|/doc/readme.md",
                "stripPathPrefix: /proxy/t, pathRegexp: ['^/u/([a-z]+)$ /users/${1}']|/u/bob|/users/bob",
                "stripPathPrefix: /proxy/t, pathRegexp: ['([ /x']|/a|/a",
                "stripPathPrefix: /proxy/t, rewrite: ['*/UPPER /low']|/Upper|/low",
                "stripPathPrefix: /proxy/t, rewrite: ['* /e{env.PATH}{system.wd}x']|/a|/ex",
                "stripPathPrefix: /proxy/t, rewrite: ['* /a{system.slash}b{unknown}c\\{d\\}']|/a|/a/bc%7Bd%7D",
                "stripPathPrefix: /proxy/t, rewrite: ['/*.php* /x{http.request.uri.path}', '* {path}?p={path}']|/a%2Fb|/a/b?p=%2Fa%2Fb",
                "stripPathPrefix: /proxy/t, rewrite: ['* /a?x=1#f', '* ?{query}&y={query}']|/a|/a?x=1&y=x%3D1",
                "stripPathPrefix: /proxy/t, rewrite: ['onlyone', '* /hit extra']|/a|/hit",
                "stripPathPrefix: /proxy/t, rewrite: ['/a%2fb /hit']|/a%2Fb|/hit",
                "stripPathPrefix: /proxy/t, rewrite: ['/a%2fb /hit']|/a/b|/a/b",
                "stripPathPrefix: /proxy/t, rewrite: ['/a/%*/c /hit']|/a/x%2Fy/c|/hit",
            })
    void changes_the_path(String directives, String path, String sent) throws IOException {
        var name = "t" + ++number;
        var spec = directives.replace("/proxy/t", "/proxy/" + name);
        rig.gateway.kubernetes.put(
                GatewayRig.PROXIES, (ObjectNode) Yaml.parse("""
                metadata: {name: %s}
                spec: {matcher: {path: /proxy/%s/*}, upstream: {url: '%s'}, directives: {%s}}
                """.formatted(name, name, rig.backendUrl(), spec)));
        await().until(() -> head("/proxy/" + name + "/settled").startsWith("HTTP/1.1 200 "));

        assertThat(rig.ask("GET /proxy/" + name + path).seen().target()).isEqualTo(sent.replace("tN", name));
    }

    /** The head of the answer to HEAD, which has no body whatever length it tells. */
    private static String head(String path) throws IOException {
        try (var wire = rig.connect()) {
            return wire.send(Wire.head("HEAD " + path, rig.bearer(), script("read", raw(EMPTY + "\r\n"))))
                    .readHead();
        }
    }
}
