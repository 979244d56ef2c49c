package io.luban.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import at.favre.lib.crypto.bcrypt.BCrypt;
import io.luban.model.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may read objects does not see their secrets, and does not destroy them by writing back what it saw. */
class MaskingTest {
    private static final String CLUSTERS = "/apis/cluster.kubesphere.io/v1alpha1/clusters";
    private static final String REPOSITORIES = "/apis/kubesphere.io/v1alpha1/repositories";
    private static final String USERS = GatewayFixture.IAM + "users";
    private static GatewayFixture fixture;
    private static String admin;
    private static String bob;
    private static String keeper;

    @BeforeAll
    static void start() throws IOException {
        fixture = new GatewayFixture();
        fixture.kubernetes.serve(CLUSTERS);
        fixture.apply("/apis/cluster.kubesphere.io", """
                metadata: {name: v1alpha1}
                resources: [{name: clusters, kind: Cluster, namespaced: false}]
                """);
        fixture.apply(CLUSTERS, """
                apiVersion: cluster.kubesphere.io/v1alpha1
                kind: Cluster
                metadata: {name: east, labels: {cluster-role.kubesphere.io/member: ""}}
                spec: {connection: {type: direct, kubeconfig: S0VZ, token: S0VZ, kubernetesAPIEndpoint: "https://e"}}
                """);
        fixture.kubernetes.serve(REPOSITORIES);
        fixture.apply("/apis/kubesphere.io", """
                metadata: {name: v1alpha1}
                resources: [{name: repositories, kind: Repository, namespaced: false}]
                """);
        fixture.apply(REPOSITORIES, """
                apiVersion: kubesphere.io/v1alpha1
                kind: Repository
                metadata: {name: shop}
                spec: {url: "https://charts", basicAuth: {username: me, password: 0pen}}
                """);
        fixture.user("carol", "carol@x.io", "P@88w0rd3");
        fixture.role(
                "reader",
                "{verbs: ['*'], apiGroups: [iam.kubesphere.io, cluster.kubesphere.io, resources.kubesphere.io], resources: [users, clusters]}");
        fixture.role(
                "keeper",
                "{verbs: [get], apiGroups: [cluster.kubesphere.io], resources: [clusters/kubeconfig, clusters]}");
        fixture.role(
                "visitor", "{verbs: [get, list, watch, patch], apiGroups: [kubesphere.io], resources: [repositories]}");
        fixture.bind("visitor", "visitor", "User", "bob");
        fixture.bind("reader", "reader", "User", "bob");
        fixture.bind("keeper", "keeper", "User", "carol");
        admin = fixture.token("admin", GatewayFixture.ADMIN_PASSWORD);
        bob = fixture.token("bob", GatewayFixture.BOB_PASSWORD);
        keeper = fixture.token("carol", "P@88w0rd3");
        await().until(() -> fixture.get(CLUSTERS + "/east", bob).statusCode() == 200
                && fixture.get(CLUSTERS + "/east", keeper).statusCode() == 200
                && fixture.get(REPOSITORIES + "/shop", bob).statusCode() == 200);
    }

    @AfterAll
    static void stop() {
        fixture.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/apis/iam.kubesphere.io/v1beta1/users",
                "/apis/iam.kubesphere.io/v1beta1/users/admin",
                "/apis/iam.kubesphere.io/v1beta1/%75sers/admin",
                "/clusters/host/apis/iam.kubesphere.io/v1beta1/users",
                "/kapis/resources.kubesphere.io/v1alpha3/users",
                "/kapis/resources.kubesphere.io/v1alpha3/users/admin"
            })
    void nobody_reads_the_hash_of_a_password(String path) {
        for (var token : new String[] {bob, admin}) {
            var answer = fixture.get(path, token);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(answer.body()).contains("admin@kubesphere.io").doesNotContain("\"password\"", "$2a$");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/apis/cluster.kubesphere.io/v1alpha1/clusters",
                "/apis/cluster.kubesphere.io/v1alpha1/clusters/east",
                "/kapis/cluster.kubesphere.io/v1alpha1/clusters",
                "/kapis/cluster.kubesphere.io/v1alpha1/clusters/east",
                "/kapis/resources.kubesphere.io/v1alpha3/clusters/east"
            })
    void credentials_of_clusters_are_for_those_who_may_get_them(String path) {
        assertThat(fixture.get(path, bob).body()).contains("https://e").doesNotContain("S0VZ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/apis/kubesphere.io/v1alpha1/repositories",
                "/apis/kubesphere.io/v1alpha1/repositories/shop",
                "/kapis/kubesphere.io/v1alpha1/repositories",
                "/kapis/kubesphere.io/v1alpha1/repositories/shop"
            })
    void passwords_of_repositories_are_for_those_who_may_change_them(String path) {
        assertThat(fixture.get(path, bob).body())
                .contains("https://charts", "\"me\"")
                .doesNotContain("0pen");
    }

    @Test
    void who_may_change_repositories_sees_them_whole_and_others_leave_the_password_alone() {
        assertThat(fixture.get(REPOSITORIES + "/shop", admin).body()).contains("0pen");
        assertThat(fixture.get("/kapis/kubesphere.io/v1alpha1/repositories/shop", admin)
                        .body())
                .contains("0pen");
        var patch = "{\"spec\":{\"description\":\"charts of the shop\"}}";
        var answer = send("PATCH", REPOSITORIES + "/shop", "application/merge-patch+json", patch);
        assertThat(answer.body()).contains("charts of the shop").doesNotContain("0pen");
        var stored = fixture.kubernetes.object(REPOSITORIES + "/shop");
        assertThat(stored.at("/spec/basicAuth/password").asText()).isEqualTo("0pen");
    }

    @Test
    void who_may_get_the_kubeconfig_sees_the_cluster_whole() {
        assertThat(fixture.get(CLUSTERS + "/east", keeper).body()).contains("\"kubeconfig\":\"S0VZ\"");
        assertThat(fixture.get(CLUSTERS, admin).body()).contains("\"token\":\"S0VZ\"");
    }

    @ParameterizedTest
    @CsvSource({
        "/apis/iam.kubesphere.io/v1beta1/users?watch=true&resourceVersion=0, $2a$",
        "/apis/cluster.kubesphere.io/v1alpha1/clusters?watch=true&resourceVersion=0, S0VZ",
        "/kapis/cluster.kubesphere.io/v1alpha1/clusters?watch=true&resourceVersion=0, S0VZ",
        "/apis/kubesphere.io/v1alpha1/repositories?watch=true&resourceVersion=0, 0pen"
    })
    void watches_show_each_event_at_once_without_its_secret(String path, String secret) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            var request = fixture.request(path)
                    .header("Authorization", "Bearer " + bob)
                    .build();
            var stream = client.send(request, BodyHandlers.ofInputStream());
            try (var lines = new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8))) {
                var event = Json.parse(lines.readLine());
                assertThat(event.path("type").asText()).isEqualTo("ADDED");
                assertThat(event.at("/object/metadata/name").asText()).isNotEmpty();
                assertThat(event.toString()).doesNotContain(secret);
            }
        }
    }

    @Test
    void answers_to_writes_show_no_secret_either() {
        var made = send(
                "POST",
                USERS,
                "application/json",
                "{\"metadata\":{\"name\":\"new\"},\"spec\":{\"email\":\"n@x\",\"password\":\"P@88w0rd\"}}");
        assertThat(made.statusCode()).isEqualTo(201);
        assertThat(made.body()).contains("n@x").doesNotContain("P@88w0rd");
        var patched = send("PATCH", USERS + "/new", "application/merge-patch+json", "{\"spec\":{\"lang\":\"en\"}}");
        assertThat(patched.body()).contains("\"lang\":\"en\"").doesNotContain("P@88w0rd");
        assertStored("new", "P@88w0rd");
        var cluster =
                "{\"apiVersion\":\"cluster.kubesphere.io/v1alpha1\",\"kind\":\"Cluster\",\"metadata\":{\"name\":\"west\"},"
                        + "\"spec\":{\"connection\":{\"type\":\"direct\",\"kubeconfig\":\"S0VZ\"}}}";
        var path = "/kapis/cluster.kubesphere.io/v1alpha1/clusters";
        var created = send("POST", path, "application/json", cluster);
        assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
        assertThat(created.body()).contains("direct").doesNotContain("S0VZ");
        assertThat(send("PATCH", path + "/west", "application/merge-patch+json", "{\"spec\":{\"provider\":\"p\"}}")
                        .body())
                .contains("\"provider\":\"p\"")
                .doesNotContain("S0VZ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PUT", "PATCH"})
    void a_cluster_written_back_through_kapis_keeps_its_credentials(String method) {
        var path = "/kapis/cluster.kubesphere.io/v1alpha1/clusters/east";
        var shown = Json.parseObject(fixture.get(path, bob).body().getBytes(StandardCharsets.UTF_8));
        shown.withObject("/spec").put("provider", "by-" + method);

        var answer = send(method, path, "application/json", Json.text(shown));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).contains("by-" + method).doesNotContain("S0VZ");
        var stored = fixture.kubernetes.object(CLUSTERS + "/east");
        assertThat(stored.at("/spec/provider").asText()).isEqualTo("by-" + method);
        assertThat(stored.at("/spec/connection/kubeconfig").asText()).isEqualTo("S0VZ");
        assertThat(stored.at("/spec/connection/token").asText()).isEqualTo("S0VZ");
    }

    @ParameterizedTest
    @CsvSource({"application/json, ''", "application/json, '\"password\":\"\",'", "application/yaml, ''"})
    void a_user_written_back_keeps_the_hash(String type, String password) {
        var body =
                "{\"metadata\":{\"name\":\"carol\"},\"spec\":{%s\"email\":\"new@x\"},\"status\":{\"state\":\"Active\"}}"
                        .formatted(password);
        var before =
                fixture.kubernetes.object(USERS + "/carol").at("/spec/password").asText();

        var answer = send("PUT", USERS + "/carol", type, body);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("new@x").doesNotContain("$2a$");
        var stored = fixture.kubernetes.object(USERS + "/carol");
        assertThat(stored.at("/spec/password").asText()).isEqualTo(before).startsWith("$2a$");
        assertThat(stored.at("/spec/email").asText()).isEqualTo("new@x");
    }

    @Test
    void a_new_password_is_written_as_it_is() {
        fixture.user("dora", "d@x", "P@88w0rd4");
        var answer = send(
                "PUT",
                USERS + "/dora",
                "application/json",
                "{\"metadata\":{\"name\":\"dora\"},\"spec\":{\"password\":\"Ch00senByHand\"}}");
        assertThat(answer.body()).doesNotContain("Ch00senByHand");
        assertStored("dora", "Ch00senByHand");
    }

    /** As it was written, or already as the hash that the gateway puts in its place a moment later. */
    private static void assertStored(String user, String password) {
        var stored = fixture.kubernetes
                .object(USERS + "/" + user)
                .at("/spec/password")
                .asText();
        assertThat(stored)
                .satisfiesAnyOf(
                        plain -> assertThat(plain).isEqualTo(password),
                        hash -> assertThat(BCrypt.verifyer().verify(password.toCharArray(), hash).verified)
                                .isTrue());
    }

    @ParameterizedTest
    @CsvSource({"copy, /spec/password", "move, /spec/password", "copy, /spec", "copy, ''"})
    void a_patch_cannot_bring_a_secret_to_light(String word, String from) {
        var patch = "[{\"op\":\"%s\",\"from\":\"%s\",\"path\":\"/metadata/annotations/x\"}]".formatted(word, from);
        var answer = send("PATCH", USERS + "/admin", "application/json-patch+json", patch);
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(Json.parse(answer.body()).path("message").asText()).contains("would show what nobody may read");
    }

    @Test
    void nobody_finds_users_by_their_hash() {
        var answer = fixture.get(USERS + "?fieldSelector=spec.password%3D%242a%24", admin);
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("field label not supported: spec.password");
        assertThat(fixture.get(USERS + "?fieldSelector=metadata.name%3Dbob", admin)
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void a_form_that_cannot_be_masked_is_not_acceptable() {
        var request = fixture.request(USERS).header("Authorization", "Bearer " + bob);
        assertThat(fixture.send(request.copy().header("Accept", "application/yaml"))
                        .statusCode())
                .isEqualTo(406);
        assertThat(fixture.send(request.copy()
                                .header("Accept", "application/vnd.kubernetes.protobuf,application/json;q=0.9"))
                        .statusCode())
                .isEqualTo(200);
    }

    private static HttpResponse<String> send(String method, String path, String type, String body) {
        return fixture.send(fixture.request(path)
                .header("Authorization", "Bearer " + bob)
                .header("Content-Type", type)
                .method(method, BodyPublishers.ofString(body)));
    }
}
