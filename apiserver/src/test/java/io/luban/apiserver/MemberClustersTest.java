package io.luban.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.model.Json;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests that name a member cluster go there, whoever asks: the member decides. */
class MemberClustersTest {
    private static final String CLUSTERS = "/apis/cluster.kubesphere.io/v1alpha1/clusters";
    private static final String READY = "status: {conditions: [{type: Ready, status: 'True'}]}";
    private static GatewayFixture fixture;
    private static String bob;

    @BeforeAll
    static void start() throws IOException {
        fixture = new GatewayFixture();
        fixture.kubernetes.serve(CLUSTERS);
        cluster("at-address", "{type: direct, kubesphereAPIEndpoint: BACKEND/base/}", READY);
        cluster("tunnelled", "{type: proxy, kubesphereAPIEndpoint: BACKEND}", READY);
        cluster("by-kubernetes", "{type: direct, kubeconfig: %s}".formatted(kubeconfig("token: of-the-member")), READY);
        cluster(
                "commands",
                "{type: direct, kubeconfig: %s}".formatted(kubeconfig("exec: {command: /bin/false}")),
                READY);
        cluster("broken", "{type: direct, kubesphereAPIEndpoint: 'ftp://x'}", READY);
        cluster("starting", "{type: direct, kubesphereAPIEndpoint: BACKEND}", "status: {}");
        fixture.apply(CLUSTERS, "{metadata: {name: headquarters, labels: {cluster-role.kubesphere.io/host: ''}}}");
        bob = fixture.token("bob", GatewayFixture.BOB_PASSWORD);
        await().until(() ->
                fixture.get("/clusters/headquarters/api/v1/nodes", bob).statusCode() == 200);
    }

    private static void cluster(String name, String connection, String status) {
        fixture.apply(CLUSTERS, "metadata: {name: %s}\nspec: {connection: %s}\n%s".formatted(name, connection, status));
    }

    private static String kubeconfig(String user) {
        var text = """
                apiVersion: v1
                kind: Config
                current-context: c
                contexts: [{name: c, context: {cluster: k, user: u}}]
                clusters: [{name: k, cluster: {server: "%s/k8s"}}]
                users: [{name: u, user: {%s}}]
                """.formatted(fixture.backendUrl(), user);
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @AfterAll
    static void stop() {
        fixture.close();
    }

    private static JsonNode seen(String target) {
        var answer = fixture.get(target, bob);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValue("X-Backend")).contains("yes");
        assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
        return Json.parse(answer.body());
    }

    @ParameterizedTest
    @CsvSource({
        "/clusters/at-address/api/v1/secrets?a=%2F, /base/api/v1/secrets?a=%2F",
        "/clusters/at-address/kapis/x.io/v1/things/a%2Fb, /base/kapis/x.io/v1/things/a%2Fb",
        "/clusters/at-address/version, /base/version",
        "/kapis/clusters/tunnelled/x.io/v1/things, /kapis/x.io/v1/things",
        "/api/clusters/tunnelled/v1/pods?watch=false, /api/v1/pods?watch=false",
        "/clusters/tunnelled/apis, /apis"
    })
    void reaches_members_at_their_address_with_the_callers_own_token(String asked, String target) {
        var request = seen(asked);
        assertThat(request.path("target").asText()).isEqualTo(target);
        assertThat(request.at("/headers/Authorization").asText()).isEqualTo("Bearer " + bob);
        assertThat(request.at("/headers/X-forwarded-uri").asText()).isEqualTo(asked);
        assertThat(request.at("/headers/X-forwarded-proto").asText()).isEqualTo("http");
        assertThat(request.at("/headers/X-forwarded-host").asText()).startsWith("127.0.0.1:");
    }

    @Test
    void reaches_members_by_their_kubernetes_with_its_credentials_and_carries_the_callers() {
        var answer = fixture.send(fixture.request("/clusters/by-kubernetes/api/v1/pods?dryRun=All&x=dryRun")
                .header("Authorization", "Bearer " + bob)
                .POST(BodyPublishers.ofString("{}")));
        var request = Json.parse(answer.body());
        assertThat(request.path("target").asText())
                .isEqualTo("/k8s/api/v1/namespaces/kubesphere-system/services/:ks-apiserver:/proxy/api/v1/pods"
                        + "?dryrun=All&x=dryRun");
        assertThat(request.path("method").asText()).isEqualTo("POST");
        assertThat(request.path("body").asText()).isEqualTo("{}");
        assertThat(request.at("/headers/Authorization").asText()).isEqualTo("Bearer of-the-member");
        assertThat(request.at("/headers/X-kubesphere-authorization").asText()).isEqualTo("Bearer " + bob);
        var anonymous =
                Json.parse(fixture.get("/clusters/by-kubernetes/version", "").body());
        assertThat(anonymous.at("/headers/Authorization").asText()).isEqualTo("Bearer of-the-member");
        assertThat(anonymous.at("/headers").has("X-kubesphere-authorization")).isTrue();
        assertThat(seen("/clusters/commands/version").at("/headers").has("Authorization"))
                .isFalse();
    }

    /** A member authenticates by itself, whatever the credential is. */
    @Test
    void carries_a_password_as_it_carries_a_token() {
        var basic = "Basic " + GatewayFixture.base64("bob:" + GatewayFixture.BOB_PASSWORD);
        var direct =
                fixture.send(fixture.request("/clusters/at-address/version").header("Authorization", basic));
        assertThat(Json.parse(direct.body()).at("/headers/Authorization").asText())
                .isEqualTo(basic);
        var carried =
                fixture.send(fixture.request("/clusters/by-kubernetes/version").header("Authorization", basic));
        assertThat(Json.parse(carried.body())
                        .at("/headers/X-kubesphere-authorization")
                        .asText())
                .isEqualTo(basic);
    }

    @Test
    void speaks_tls_behind_the_service_proxy_where_the_platform_does() throws IOException {
        try (var inside = new GatewayFixture(
                config -> config.with(new ApiServerConfig.ProxySettings(
                        config.proxy().trustedProxies(),
                        config.proxy().reverseProxyPrefixes(),
                        "host",
                        config.proxy().services(),
                        config.proxy().kubernetes(),
                        config.proxy().maxBodyBytes(),
                        config.proxy().reservedGroups(),
                        true)),
                Optional.empty())) {
            inside.kubernetes.serve(CLUSTERS);
            var spec = "{connection: {type: direct, kubeconfig: %s}}".formatted(kubeconfig("token: of-the-member"));
            inside.apply(CLUSTERS, "metadata: {name: east}\nspec: %s\n%s".formatted(spec, READY));
            var token = inside.token("bob", GatewayFixture.BOB_PASSWORD);
            await().until(() -> inside.get("/clusters/east/version", token).statusCode() == 200);
            assertThat(Json.parse(inside.get("/clusters/east/version", token).body())
                            .path("target")
                            .asText())
                    .isEqualTo("/k8s/api/v1/namespaces/kubesphere-system/services/https:ks-apiserver:/proxy/version");
        }
    }

    @ParameterizedTest
    @CsvSource({"at-address", "by-kubernetes"})
    void a_401_of_a_member_ends_no_login_here(String cluster) {
        var answer = fixture.get("/clusters/" + cluster + "/x/status/401", bob);
        assertThat(answer.statusCode()).isEqualTo(511);
        assertThat(answer.headers().firstValue("X-Backend")).isEmpty();
        var status = Json.parse(answer.body());
        assertThat(status.path("reason").asText()).isEqualTo("Network Authentication Required");
        assertThat(status.path("message").asText())
                .isEqualTo("The request could not be authenticated due to a system issue.");
        assertThat(fixture.get("/clusters/" + cluster + "/x/status/403", bob).statusCode())
                .isEqualTo(403);
    }

    @ParameterizedTest
    @CsvSource({
        "/clusters/starting/version, 503, cluster starting is not ready",
        "/clusters/broken/version, 503, kubesphereAPIEndpoint is no http or https address: ftp://x",
        "/clusters/nope/api/v1/pods, 400, cluster nope not exists",
        "/clusters/at%2Daddress/version, 400, the name of the cluster must not be escaped in the path",
        "/clusters/headquarters/api/v1/secrets, 403, ''"
    })
    void says_why_a_request_goes_nowhere(String target, int code, String message) {
        var answer = fixture.get(target, bob);
        assertThat(answer.statusCode()).isEqualTo(code);
        assertThat(Json.parse(answer.body()).path("message").asText()).contains(message);
    }

    @Test
    void follows_changes_of_clusters() {
        cluster("late", "{type: direct, kubesphereAPIEndpoint: BACKEND/one}", READY);
        await().untilAsserted(() -> assertThat(
                        seen("/clusters/late/version").path("target").asText())
                .isEqualTo("/one/version"));
        cluster("late", "{type: direct, kubesphereAPIEndpoint: BACKEND/two}", READY);
        await().untilAsserted(() -> assertThat(
                        seen("/clusters/late/version").path("target").asText())
                .isEqualTo("/two/version"));
        fixture.kubernetes.remove(CLUSTERS, "late");
        await().until(() -> fixture.get("/clusters/late/version", bob).statusCode() == 400);
    }
}
