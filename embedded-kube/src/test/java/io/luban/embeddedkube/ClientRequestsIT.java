package io.luban.embeddedkube;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.embeddedkube.configuration.IdentitySettings;
import io.luban.embeddedkube.configuration.ServingSettings;
import io.luban.model.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients of all ages ask for, beyond reading and writing single objects. */
class ClientRequestsIT {
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final String SECRETS = "/api/v1/namespaces/default/secrets";
    private static final String JSON = "application/json";
    private static final String FRIEND = "https://console.example";
    private static final String TOKEN_PROTOCOL = "base64url.bearer.authorization.k8s.io.";

    @TempDir
    static Path directory;

    private static TestCluster cluster;

    @BeforeAll
    static void start() throws IOException {
        var tokens = Files.writeString(directory.resolve("tokens.csv"), "s3cret,root,1,\"system:masters\"\n");
        var config = EmbeddedKubeConfig.of(directory.resolve("data"));
        cluster = TestCluster.start(config.simulating(false, Duration.ZERO)
                .with(new IdentitySettings(Optional.of(tokens), Optional.empty()))
                .with(new ServingSettings(
                        "127.0.0.1", 0, Optional.empty(), List.of(), config.maxRequestBytes(), List.of(FRIEND))));
        send("POST", MAPS, JSON, "{'metadata':{'name':'a'}}");
        send("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", JSON, """
                {'apiVersion':'apiextensions.k8s.io/v1','kind':'CustomResourceDefinition',
                 'metadata':{'name':'gauges.x.io'},'spec':{'group':'x.io','scope':'Namespaced',
                 'names':{'plural':'gauges','kind':'Gauge'},'versions':[{'name':'v1','served':true,'storage':true,
                 'schema':{'openAPIV3Schema':{'type':'object'}}}]}}""");
        send("POST", "/apis/x.io/v1/namespaces/default/gauges", JSON, """
                {'apiVersion':'x.io/v1','kind':'Gauge','metadata':{'name':'g'}}""");
        role("watcher", "['watch']", "");
        role("lister", "['list']", "");
        role("named", "['get','list','watch']", ",'resourceNames':['a']");
    }

    /** A role on ConfigMaps, given to the user of the same name. */
    private static void role(String name, String verbs, String names) {
        var rbac = "/apis/rbac.authorization.k8s.io/v1/namespaces/default/";
        send("POST", rbac + "roles", JSON, """
                {'metadata':{'name':'%s'},'rules':[{'apiGroups':[''],'resources':['configmaps'],'verbs':%s%s}]}""".formatted(name, verbs, names));
        send("POST", rbac + "rolebindings", JSON, """
                {'metadata':{'name':'%1$s'},'roleRef':{'apiGroup':'rbac.authorization.k8s.io','kind':'Role',
                 'name':'%1$s'},'subjects':[{'apiGroup':'rbac.authorization.k8s.io','kind':'User','name':'%1$s'}]}""".formatted(name));
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /api/v1/watch/namespaces/default/configmaps                                          | a kube-root-ca.crt
            /api/v1/watch/namespaces/default/configmaps/a                                        | a
            /api/v1/watch/configmaps?fieldSelector=metadata.name%3Da                             | a
            /apis/x.io/v1/watch/namespaces/default/gauges                                        | g
            /apis/x.io/v1/watch/namespaces/default/gauges/g                                      | g
            """)
    void paths_of_old_watches_tell_the_same(String path, String names) throws Exception {
        var answer = get(path + (path.contains("?") ? "&" : "?") + "timeoutSeconds=1");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        var seen = answer.body().lines().map(Json::parse).toList();
        assertThat(seen).allMatch(event -> event.path("type").asText().equals("ADDED"));
        assertThat(String.join(
                        " ",
                        seen.stream()
                                .map(event -> event.at("/object/metadata/name").asText())
                                .toList()))
                .isEqualTo(names);
        var first = new FirstMessage();
        var socket = open(cluster.admin(), path, Optional.empty(), List.of(), first);
        assertThat(Json.parse(first.text()).at("/object/metadata/name").asText())
                .isEqualTo(names.split(" ", 2)[0]);
        socket.abort();
    }

    @Test
    void a_path_of_an_old_watch_takes_the_right_to_watch() {
        var old = "/api/v1/watch/namespaces/default/configmaps?timeoutSeconds=1";

        assertThat(as("watcher", old).statusCode()).isEqualTo(200);
        assertThat(as("watcher", MAPS).statusCode()).isEqualTo(403);
        assertThat(as("lister", old).statusCode()).isEqualTo(403);
        assertThat(as("lister", MAPS).statusCode()).isEqualTo(200);
    }

    @Test
    void a_right_to_one_name_covers_lists_of_that_name() {
        assertThat(as("named", MAPS + "?fieldSelector=metadata.name%3Da").statusCode())
                .isEqualTo(200);
        assertThat(as("named", MAPS + "?watch=1&timeoutSeconds=1&fieldSelector=metadata.name%3Da")
                        .statusCode())
                .isEqualTo(200);
        assertThat(as("named", MAPS + "?fieldSelector=metadata.name%3Db").statusCode())
                .isEqualTo(403);
        assertThat(as("named", MAPS).statusCode()).isEqualTo(403);
    }

    @Test
    void a_browser_shows_its_token_as_a_protocol() throws Exception {
        var protocol = TOKEN_PROTOCOL
                + Base64.getUrlEncoder().withoutPadding().encodeToString("s3cret".getBytes(StandardCharsets.UTF_8));
        var first = new FirstMessage();

        var socket = open(cluster.stranger(), MAPS + "?watch=1", Optional.empty(), List.of("v1.json", protocol), first);

        assertThat(Json.parse(first.text()).path("type").asText()).isEqualTo("ADDED");
        socket.abort();
        assertThat(refusal(cluster.stranger(), Optional.empty(), List.of("v1.json", TOKEN_PROTOCOL + "bm9ib2R5")))
                .isEqualTo(401);
        assertThat(refusal(cluster.stranger(), Optional.empty(), List.of())).isEqualTo(403);
    }

    @Test
    void pages_of_other_origins_open_no_web_sockets_unless_allowed() throws Exception {
        for (var origin :
                List.of("", FRIEND, "https://127.0.0.1:" + cluster.server().port())) {
            var first = new FirstMessage();
            open(
                            cluster.admin(),
                            MAPS + "?watch=1",
                            Optional.of(origin).filter(text -> !text.isEmpty()),
                            List.of(),
                            first)
                    .abort();
        }

        assertThat(refusal(cluster.admin(), Optional.of("https://evil.example"), List.of()))
                .isEqualTo(403);
    }

    @ParameterizedTest
    @CsvSource({
        "curl/8.5, '', true",
        "Mozilla/5.0, '', true",
        "Wget/1.21, '', true",
        "curl/8.5, ?pretty=false, false",
        "kubectl, '', false",
        "kubectl, ?pretty=true, true",
        "kubectl, ?pretty=1, true"
    })
    void people_get_indented_json(String agent, String query, boolean isIndented) {
        var answer = cluster.send(cluster.request(MAPS + "/a" + query).header("User-Agent", agent));

        assertThat(answer.body().startsWith("{\n  \"")).as(answer.body()).isEqualTo(isIndented);
    }

    @Test
    void a_body_beyond_the_limit_is_refused_with_the_limit() {
        var answer = send("POST", MAPS, JSON, "{'data':{'k':'" + "x".repeat(3_200_000) + "'}}");

        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(answer.body()).contains("Request entity too large: limit is 3145728");
    }

    @Test
    void json_that_goes_too_deep_is_refused() {
        var answer = send("POST", MAPS, JSON, "{'metadata':" + "[".repeat(300) + "]".repeat(300) + "}");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("200");
    }

    @Test
    void the_version_is_told_to_everybody_in_all_its_parts() {
        var answer = cluster.send(cluster.stranger(), cluster.request("/version"));

        var version = body(answer);
        assertThat(version.properties())
                .allMatch(member -> member.getValue().isTextual())
                .extracting(member -> member.getKey())
                .contains(
                        "major",
                        "minor",
                        "gitVersion",
                        "gitCommit",
                        "gitTreeState",
                        "buildDate",
                        "goVersion",
                        "compiler",
                        "platform",
                        "emulationMajor",
                        "emulationMinor",
                        "minCompatibilityMajor",
                        "minCompatibilityMinor");
        assertThat(version.path("gitVersion").asText()).isEqualTo("v1.33.4+luban");
        assertThat(version.path("goVersion").asText()).startsWith("java");
    }

    @Test
    void the_root_lists_paths_in_order() {
        var paths =
                body(get("/")).path("paths").valueStream().map(JsonNode::asText).toList();

        assertThat(paths)
                .isSorted()
                .contains(
                        "/api",
                        "/api/v1",
                        "/apis",
                        "/apis/apps/v1",
                        "/apis/x.io",
                        "/healthz",
                        "/openapi/v3",
                        "/version");
    }

    @Test
    void the_keys_of_service_accounts_are_found_by_discovery() {
        var configuration = body(get("/.well-known/openid-configuration"));
        var keys = get("/openid/v1/jwks");

        assertThat(configuration.path("issuer").asText()).isEqualTo("https://kubernetes.default.svc");
        assertThat(configuration.path("jwks_uri").asText()).endsWith("/openid/v1/jwks");
        assertThat(configuration.at("/id_token_signing_alg_values_supported/0").asText())
                .isEqualTo("RS256");
        assertThat(configuration.at("/response_types_supported/0").asText()).isEqualTo("id_token");
        assertThat(configuration.at("/subject_types_supported/0").asText()).isEqualTo("public");
        assertThat(keys.headers().firstValue("Content-Type").orElse("")).startsWith("application/jwk-set+json");
        var token = body(send("POST", "/api/v1/namespaces/default/serviceaccounts/default/token", JSON, "{}"))
                .at("/status/token")
                .asText();
        var header = Json.parse(Base64.getUrlDecoder().decode(token.substring(0, token.indexOf('.'))));
        assertThat(body(keys).at("/keys/0/kid").asText())
                .isEqualTo(header.path("kid").asText());
        assertThat(cluster.send(cluster.stranger(), cluster.request("/openid/v1/jwks"))
                        .statusCode())
                .isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/merge-patch+json",
                "application/strategic-merge-patch+json",
                "application/apply-patch+yaml"
            })
    void plain_texts_of_a_secret_are_taken_in_every_patch(String type) {
        send("POST", SECRETS, JSON, "{'metadata':{'name':'s'},'stringData':{'kept':'old'}}");

        var answer = send(
                "PATCH",
                SECRETS + "/s?fieldManager=m" + (type.contains("apply") ? "&force=true" : ""),
                type,
                "{'apiVersion':'v1','kind':'Secret','metadata':{'name':'s'},'stringData':{'word':'%s'}}"
                        .formatted(type));

        var secret = body(type.contains("apply") ? answer : get(SECRETS + "/s"));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(secret.has("stringData")).isFalse();
        assertThat(new String(Base64.getDecoder().decode(secret.at("/data/word").asText()), StandardCharsets.UTF_8))
                .isEqualTo(type);
        assertThat(secret.at("/data/kept").asText()).isEqualTo("b2xk");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /api/v1/componentstatuses                 | v1 ComponentStatus is deprecated in v1.19+
            /api/v1/namespaces/default/endpoints      | v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice
            """)
    void kinds_of_yesterday_warn(String path, String warning) {
        assertThat(get(path).headers().firstValue("Warning")).hasValue("299 - \"" + warning + "\"");
    }

    @Test
    void deleting_many_tries_each_and_answers_the_first_failure() {
        for (var name : List.of("m1", "m2", "m3")) {
            send("POST", MAPS, JSON, "{'metadata':{'name':'%s','labels':{'many':'1'}}}".formatted(name));
        }
        var uid = body(get(MAPS + "/m2")).at("/metadata/uid").asText();

        var answer = send(
                "DELETE",
                MAPS + "?labelSelector=many%3D1",
                JSON,
                "{'kind':'DeleteOptions','apiVersion':'v1','preconditions':{'uid':'" + uid + "'}}");

        assertThat(answer.statusCode()).isEqualTo(409);
        assertThat(body(answer).at("/details/name").asText()).isEqualTo("m1");
        assertThat(get(MAPS + "/m1").statusCode()).isEqualTo(200);
        assertThat(get(MAPS + "/m2").statusCode()).isEqualTo(404);
        assertThat(get(MAPS + "/m3").statusCode()).isEqualTo(200);
    }

    private static WebSocket open(
            HttpClient client,
            String path,
            Optional<String> origin,
            List<String> protocols,
            WebSocket.Listener listener)
            throws Exception {
        var builder = client.newWebSocketBuilder().connectTimeout(Duration.ofSeconds(30));
        origin.ifPresent(text -> builder.header("Origin", text));
        if (!protocols.isEmpty()) {
            builder.subprotocols(
                    protocols.getFirst(), protocols.subList(1, protocols.size()).toArray(String[]::new));
        }
        var target = URI.create("wss://127.0.0.1:" + cluster.server().port() + path);
        return builder.buildAsync(target, listener).get(60, TimeUnit.SECONDS);
    }

    /** The status with which a WebSocket is refused. */
    private static int refusal(HttpClient client, Optional<String> origin, List<String> protocols) throws Exception {
        try {
            open(client, MAPS + "?watch=1", origin, protocols, new FirstMessage())
                    .abort();
            return 101;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof WebSocketHandshakeException refused) {
                return refused.getResponse().statusCode();
            }
            throw e;
        }
    }

    private static final class FirstMessage implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();
        private final CompletableFuture<String> whole = new CompletableFuture<>();

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                whole.complete(text.toString());
            }
            socket.request(1);
            return CompletableFuture.completedStage(null);
        }

        String text() throws Exception {
            return whole.get(60, TimeUnit.SECONDS);
        }
    }

    private static HttpResponse<String> as(String user, String path) {
        return cluster.send(cluster.request(path).header("Impersonate-User", user));
    }

    private static HttpResponse<String> get(String path) {
        return cluster.send(cluster.request(path));
    }

    private static HttpResponse<String> send(String method, String path, String type, String json) {
        return cluster.send(cluster.request(path)
                .header("Content-Type", type)
                .method(method, BodyPublishers.ofString(json.replace('\'', '"'))));
    }

    private static JsonNode body(HttpResponse<String> answer) {
        return Json.parse(answer.body());
    }
}
