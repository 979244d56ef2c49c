package io.luban.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.model.Json;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Callers are known, refused and let through as the platform's clients expect. */
class GatewayTest {
    private static GatewayFixture fixture;
    private static String admin;
    private static String bob;

    @BeforeAll
    static void start() throws IOException {
        fixture = new GatewayFixture();
        admin = fixture.token("admin", GatewayFixture.ADMIN_PASSWORD);
        fixture.role("anonymous", "{verbs: [get, list], apiGroups: [config.kubesphere.io], resources: [configs]}");
        fixture.bind("anonymous", "anonymous", "Group", "system:unauthenticated");
        bob = fixture.token("bob", GatewayFixture.BOB_PASSWORD);
        await().until(() -> fixture.get("/kapis/config.kubesphere.io/v1alpha2/configs/configz", "")
                        .statusCode()
                == 200);
    }

    @AfterAll
    static void stop() {
        fixture.close();
    }

    @Test
    void issues_a_pair_of_tokens_for_a_password() {
        var answer = fixture.login("bob", GatewayFixture.BOB_PASSWORD);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
        var body = json(answer);
        assertThat(body.path("token_type").asText()).isEqualTo("Bearer");
        assertThat(body.path("expires_in").asInt()).isEqualTo(7200);
        assertThat(body.path("refresh_token").asText()).isNotEmpty();
    }

    @Test
    void accepts_the_e_mail_address_as_login_name() {
        assertThat(fixture.login("BOB@x.io", GatewayFixture.BOB_PASSWORD).statusCode())
                .isEqualTo(200);
    }

    @Test
    void tells_the_same_about_a_wrong_password_and_an_unknown_user() {
        fixture.user("eve", "eve@x.io", "Secret123");
        await().until(() -> fixture.login("eve", "Secret123").statusCode() == 200);

        for (var answer : new HttpResponse<?>[] {fixture.login("eve", "nope"), fixture.login("nobody", "nope")}) {
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(answer.body().toString())
                    .contains("\"error\":\"invalid_grant\"")
                    .contains("Invalid username or password.");
        }
    }

    @Test
    void blocks_a_user_after_too_many_failures() {
        fixture.user("victim", "v@x.io", "Secret123");
        await().until(() -> fixture.login("victim", "Secret123").statusCode() == 200);
        for (int i = 0; i < 5; i++) {
            assertThat(fixture.login("victim", "guess" + i).statusCode()).isEqualTo(400);
        }
        var answer = fixture.login("victim", "Secret123");

        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(answer.headers().firstValueAsLong("Retry-After").orElse(0)).isPositive();
    }

    @Test
    void refuses_unknown_clients_wrong_secrets_and_grants() {
        assertError(400, "invalid_client", "grant_type=password&client_id=zz&client_secret=kubesphere");
        assertError(401, "invalid_client", "grant_type=password&client_id=kubesphere&client_secret=zz");
        assertError(400, "unsupported_grant_type", "grant_type=zz&client_id=kubesphere&client_secret=kubesphere");
        assertError(400, "invalid_request", "client_id=kubesphere&client_secret=kubesphere");
        assertError(
                400,
                "invalid_grant",
                "grant_type=refresh_token&refresh_token=zz&client_id=kubesphere&client_secret=kubesphere");
        assertError(400, "invalid_request", "grant_type=a&grant_type=b&client_id=kubesphere&client_secret=kubesphere");
    }

    private static void assertError(int status, String error, String form) {
        var answer = fixture.form(form);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(json(answer).path("error").asText()).isEqualTo(error);
    }

    @Test
    void exchanges_a_refresh_token_and_repeats_the_answer_for_a_while() {
        var first = json(fixture.login("bob", GatewayFixture.BOB_PASSWORD));
        var form = "grant_type=refresh_token&client_id=kubesphere&client_secret=kubesphere&refresh_token="
                + first.path("refresh_token").asText();
        var second = json(fixture.form(form));
        var repeated = json(fixture.form(form));

        assertThat(fixture.get("/api/v1/nodes", second.path("access_token").asText())
                        .statusCode())
                .isEqualTo(200);
        assertThat(repeated).isEqualTo(second);
    }

    @Test
    void a_refresh_token_does_not_open_the_api() {
        var pair = json(fixture.login("bob", GatewayFixture.BOB_PASSWORD));

        assertThat(fixture.get("/api/v1/nodes", pair.path("refresh_token").asText())
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void logout_ends_the_whole_login() {
        var pair = json(fixture.login("bob", GatewayFixture.BOB_PASSWORD));
        var token = pair.path("access_token").asText();
        assertThat(fixture.get("/oauth/logout", token).statusCode()).isEqualTo(200);

        var answer = fixture.get("/api/v1/nodes", token);
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(json(answer).path("message").asText()).isEqualTo("token not found in cache");
        assertThat(fixture.form("grant_type=refresh_token&client_id=kubesphere&client_secret=kubesphere&refresh_token="
                                + pair.path("refresh_token").asText())
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void logins_survive_a_restart() throws IOException {
        try (var other = new GatewayFixture()) {
            var token = other.token("bob", GatewayFixture.BOB_PASSWORD);
            other.restart();

            assertThat(other.get("/api/v1/nodes", token).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void says_what_is_wrong_with_a_credential() {
        assertUnauthorized("Bearer zz", "token contains an invalid number of segments");
        assertUnauthorized("Digest x", "The request cannot be authenticated.");
        assertUnauthorized("Bearer", "The request cannot be authenticated.");
        assertUnauthorized("Basic " + GatewayFixture.base64("bob:zz"), "incorrect password");
    }

    private static void assertUnauthorized(String header, String message) {
        var answer = fixture.send(fixture.request("/kapis/version").header("Authorization", header));
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(json(answer).path("message").asText()).isEqualTo(message);
        assertThat(json(answer).path("reason").asText()).isEqualTo("Unauthorized");
    }

    @Test
    void a_disabled_user_is_refused_at_once() {
        fixture.user("dora", "d@x.io", "Secret123");
        await().until(() -> fixture.login("dora", "Secret123").statusCode() == 200);
        var token = fixture.token("dora", "Secret123");
        var user = fixture.kubernetes.object(GatewayFixture.IAM + "users/dora");
        user.withObject("/status").put("state", "Disabled");
        fixture.kubernetes.put(GatewayFixture.IAM + "users", user);

        await().until(() -> fixture.get("/api/v1/nodes", token).statusCode() == 401);
    }

    @Test
    void accepts_basic_credentials_first_slowly_then_from_memory() {
        for (int i = 0; i < 3; i++) {
            var request = fixture.request("/oauth/userinfo")
                    .header("Authorization", "Basic " + GatewayFixture.base64("bob:" + GatewayFixture.BOB_PASSWORD));
            var answer = fixture.send(request);

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(json(answer).path("sub").asText()).isEqualTo("bob");
            assertThat(json(answer).path("email").asText()).isEqualTo("bob@x.io");
        }
    }

    @Test
    void a_user_written_with_a_plain_password_can_log_in() {
        var user = GatewayFixture.named("frank");
        user.putObject("spec").put("email", "f@x.io").put("password", "Passw0rd");
        fixture.kubernetes.put(GatewayFixture.IAM + "users", user);

        await().until(() -> fixture.login("frank", "Passw0rd").statusCode() == 200);
        var stored = fixture.kubernetes.object(GatewayFixture.IAM + "users/frank");
        assertThat(stored.at("/spec/password").asText()).startsWith("$2a$10$");
        assertThat(stored.at("/status/state").asText()).isEqualTo("Active");
    }

    @Test
    void words_refusals_as_kubernetes_does() {
        assertForbidden(
                "",
                "/kapis/iam.kubesphere.io/v1beta1/users",
                "users.iam.kubesphere.io is forbidden: User \"system:anonymous\" cannot list resource \"users\" in API"
                        + " group \"iam.kubesphere.io\" at the cluster scope");
        assertForbidden(
                bob,
                "/api/v1/namespaces/kubesphere-system/secrets",
                "secrets is forbidden: User \"bob\" cannot list resource \"secrets\" in API group \"\" in the"
                        + " namespace \"kubesphere-system\"");
        assertForbidden(
                bob,
                "/api/v1/namespaces/a/pods/p/log",
                "pods \"p\" is forbidden: User \"bob\" cannot get resource \"pods/log\" in API group \"\" in the"
                        + " namespace \"a\"");
        assertForbidden(bob, "/foo/bar", "forbidden: User \"bob\" cannot GET path \"/foo/bar\"");
    }

    private static void assertForbidden(String token, String target, String message) {
        var answer = fixture.get(target, token);
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(json(answer).path("message").asText()).isEqualTo(message);
        assertThat(json(answer).has("details")).isTrue();
    }

    @Test
    void tells_pages_what_they_need_before_anybody_logs_in() {
        var base = "/kapis/config.kubesphere.io/v1alpha2/configs/";
        var options = json(fixture.get(base + "configz", ""));
        assertThat(options.properties()).hasSize(1);
        assertThat(options.at("/multicluster/hostClusterName").asText()).isEqualTo("host");
        assertThat(options.at("/multicluster/clusterControllerResyncPeriod").asLong())
                .isEqualTo(900_000_000_000L);
        assertThat(options.path("multicluster").has("chartPath")).isFalse();
        fixture.kubernetes.serve("/api/v1/namespaces/kubesphere-system/configmaps");
        assertThat(json(fixture.get(base + "theme", "")).isEmpty()).isTrue();

        var theme = "{\"title\":\"Ours\"}";
        var put = fixture.send(fixture.request(base + "theme")
                .header("Authorization", "Bearer " + admin)
                .PUT(java.net.http.HttpRequest.BodyPublishers.ofString(theme)));
        assertThat(put.statusCode()).as(put.body()).isEqualTo(200);
        assertThat(fixture.get(base + "theme", "").body()).isEqualTo(theme);
        fixture.kubernetes.fail("/api/v1/namespaces/kubesphere-system/configmaps/platform-", 503);
        assertThat(fixture.get(base + "theme", "").body()).isEqualTo(theme);
        fixture.kubernetes.heal();
        fixture.apply(
                "/api/v1/namespaces/kubesphere-system/configmaps",
                "{metadata: {name: platform-configuration-theme}, data: {title: Theirs}}");
        await().untilAsserted(
                        () -> assertThat(fixture.get(base + "theme", "").body()).isEqualTo("{\"title\":\"Theirs\"}"));
        assertThat(fixture.send(fixture.request(base + "theme")
                                .header("Authorization", "Bearer " + bob)
                                .PUT(java.net.http.HttpRequest.BodyPublishers.ofString(theme)))
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void tells_of_identity_providers_what_the_login_page_needs() {
        var provider = GatewayFixture.named("identityprovider-corp");
        provider.withObject("/metadata").putObject("labels").put("config.kubesphere.io/type", "identityprovider");
        provider.putObject("data").put("configuration.yaml", GatewayFixture.base64("""
                name: corp
                type: OIDCIdentityProvider
                mappingMethod: auto
                provider:
                  clientID: c
                  clientSecret: hush
                  scopes: [openid]
                  managerDN: cn=admin
                  endpoint: {authURL: "https://idp/a", tokenURL: "https://idp/t"}
                  nested: [{bindPassword: hush, signingKey: hush, host: ldap}]
                """));
        fixture.kubernetes.put(GatewayFixture.SECRETS, provider);
        var path = "/kapis/config.kubesphere.io/v1alpha2/configs/oauth";
        await().until(() -> fixture.get(path, "").body().contains("corp"));

        var open = json(fixture.get(path, ""));
        assertThat(open.at("/identityProviders/0/provider").toString())
                .isEqualTo("{\"clientID\":\"c\",\"scopes\":[\"openid\"],\"endpoint\":{\"authURL\":\"https://idp/a\"}}");
        assertThat(open.has("clients")).isFalse();
        assertThat(open.at("/issuer/accessTokenMaxAge").asLong()).isEqualTo(7_200_000_000_000L);
        var known = fixture.get(path, admin);
        assertThat(known.body()).doesNotContain("hush", "\"secret\"").contains("https://idp/t", "managerDN", "ldap");
        assertThat(json(known).at("/clients/0/name").asText()).isEqualTo("kubesphere");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/yaml|application/yaml|apiVersion: v1",
                "text/html|application/json|{\"kind\":\"Status\"",
                "application/yaml;q=0.5, application/json|application/json|{\"kind\":\"Status\"",
                "application/yaml;q=0, */*;q=0.1|application/json|{\"kind\":\"Status\""
            })
    void refusals_come_in_the_form_that_is_asked_for(String accept, String type, String text) {
        for (var target : new String[] {"/foo/bar", "/api/v1/secrets"}) {
            var answer = fixture.send(
                    fixture.request(target).header("Accept", accept).header("Authorization", "Bearer " + bob));
            assertThat(answer.statusCode()).isEqualTo(403);
            assertThat(answer.headers().firstValue("Content-Type")).contains(type);
            assertThat(answer.body()).contains(text).endsWith("\n");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "curl/8, /foo/bar, true",
        "Wget/1, /foo/bar, true",
        "Mozilla/5.0 (X11), /foo/bar, true",
        "kubectl/v1.33, /foo/bar, false",
        "kubectl/v1.33, /foo/bar?pretty=1, true",
        "curl/8, /foo/bar?pretty=false, false"
    })
    void refusals_are_indented_for_people(String agent, String target, boolean indented) {
        for (var token : new String[] {bob, "nonsense"}) {
            var answer = fixture.send(
                    fixture.request(target).header("User-Agent", agent).header("Authorization", "Bearer " + token));
            assertThat(answer.statusCode()).isIn(401, 403);
            assertThat(answer.body().startsWith("{\n  \"kind\"")).isEqualTo(indented);
            assertThat(answer.body()).endsWith("}\n");
        }
    }

    @Test
    void refusals_as_protobuf_say_the_same() {
        var answer = fixture.download(fixture.request("/api/v1/namespaces/a/pods/p/log")
                .header("Accept", "application/vnd.kubernetes.protobuf")
                .header("Authorization", "Bearer " + bob));
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/vnd.kubernetes.protobuf");
        var bytes = answer.body();
        assertThat(java.util.Arrays.copyOf(bytes, 4)).containsExactly('k', '8', 's', 0);
        var text = new String(bytes, StandardCharsets.ISO_8859_1);
        assertThat(text)
                .contains("\n\f\n\u0002v1\u0012\u0006Status")
                .contains("\u0012\u0007Failure")
                .contains("\"\tForbidden")
                .contains("pods \"p\" is forbidden")
                .contains("0\u0093\u0003");
    }

    @Test
    void rights_follow_roles_and_bindings_within_moments() {
        fixture.user("gil", "g@x.io", "Secret123");
        await().until(() -> fixture.login("gil", "Secret123").statusCode() == 200);
        var token = fixture.token("gil", "Secret123");
        assertThat(fixture.get("/foo", token).statusCode()).isEqualTo(403);
        fixture.role("foo-reader", "{verbs: [get], nonResourceURLs: ['/foo*']}");
        fixture.bind("gil-foo", "foo-reader", "User", "gil");

        await().until(() -> fixture.get("/foo", token).statusCode() == 404);
        fixture.kubernetes.remove(GatewayFixture.IAM + "globalrolebindings", "gil-foo");
        await().until(() -> fixture.get("/foo", token).statusCode() == 403);
    }

    @Test
    void hands_kubernetes_requests_on_without_the_users_credentials() {
        var answer = fixture.get("/api/v1/nodes", bob);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(json(answer).path("items").isArray()).isTrue();
    }

    @Test
    void serves_the_host_cluster_under_its_prefix_and_refuses_unknown_clusters() {
        assertThat(fixture.get("/clusters/host/api/v1/nodes", bob).statusCode()).isEqualTo(200);
        var answer = fixture.get("/clusters/nope/api/v1/nodes", bob);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(json(answer).path("message").asText()).isEqualTo("cluster nope not exists");
        assertThat(json(answer).at("/ErrStatus/code").asInt()).isEqualTo(400);
    }

    @Test
    void answers_for_what_nobody_serves() {
        assertThat(fixture.get("/nope", admin).body()).isEqualTo("404 page not found");
        assertThat(fixture.get("/kapis/nope.io/v1/things", admin).statusCode()).isEqualTo(404);
        var answer = fixture.get("/oauth/token", "");
        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("Allow")).contains("POST");
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /nope, 404, NotFound, 404 page not found",
        "GET, /oauth/nope, 404, NotFound, 404: Page Not Found",
        "GET, /kapis/nope.io/v1/things, 404, NotFound, 404: Page Not Found",
        "DELETE, /version, 405, MethodNotAllowed, 405: Method Not Allowed"
    })
    void programs_are_told_in_json_what_nobody_serves(
            String method, String path, int status, String reason, String message) {
        for (var field : new String[] {
            "Accept: application/json", "User-Agent: kubectl/v1.33", "User-Agent: operator/v1 (linux) kubernetes/abc"
        }) {
            var parts = field.split(": ", 2);
            var answer = fixture.send(fixture.request(path)
                    .header("Authorization", "Bearer " + admin)
                    .header(parts[0], parts[1])
                    .method(method, java.net.http.HttpRequest.BodyPublishers.noBody()));
            assertThat(answer.statusCode()).isEqualTo(status);
            assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
            assertThat(json(answer).path("kind").asText()).isEqualTo("Status");
            assertThat(json(answer).path("reason").asText()).isEqualTo(reason);
            assertThat(json(answer).path("message").asText()).isEqualTo(message);
            assertThat(answer.headers().firstValue("Allow").isPresent()).isEqualTo(status == 405);
        }
        var browser = fixture.send(fixture.request(path)
                .header("Authorization", "Bearer " + admin)
                .header("Accept", "application/json, text/plain, */*")
                .method(method, java.net.http.HttpRequest.BodyPublishers.noBody()));
        assertThat(browser.body()).isEqualTo(message);
    }

    @Test
    void tells_health_to_anybody() {
        for (var path : new String[] {"/healthz", "/livez", "/readyz", "/healthz/ping"}) {
            assertThat(fixture.get(path, "expired").body()).isEqualTo("ok");
        }
        assertThat(fixture.get("/livez?verbose", "").body()).isEqualTo("[+]ping ok\nlivez check passed\n");
    }

    @Test
    void publishes_how_to_log_in() {
        var discovery = json(fixture.get("/.well-known/openid-configuration", ""));
        assertThat(discovery.path("token_endpoint").asText()).isEqualTo("http://localhost:30880/oauth/token");
        var keys = json(fixture.get("/oauth/keys", ""));
        assertThat(keys.at("/keys/0/alg").asText()).isEqualTo("RS256");
        assertThat(fixture.get("/oauth/keys", "").body()).isEqualTo(keys.toString());
    }

    @Test
    void refuses_two_authorization_headers() {
        var answer = fixture.send(
                fixture.request("/version").header("Authorization", "Bearer a").header("Authorization", "Bearer b"));
        assertThat(answer.statusCode()).isEqualTo(400);
    }

    private static JsonNode json(HttpResponse<String> answer) {
        return Json.parse(answer.body());
    }
}
