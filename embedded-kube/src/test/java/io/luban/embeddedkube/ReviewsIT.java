package io.luban.embeddedkube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.model.Json;
import io.luban.model.Yaml;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Questions about rights and identities, and the tokens that stand for accounts. */
class ReviewsIT {
    private static final String AUTHORIZATION = "/apis/authorization.k8s.io/v1";
    private static final String RBAC = "/apis/rbac.authorization.k8s.io/v1";
    private static final String SECRETS = "/api/v1/namespaces/default/secrets";
    private static final String ACCOUNTS = "/api/v1/namespaces/default/serviceaccounts";

    @TempDir
    static Path directory;

    private static TestCluster cluster;

    @BeforeAll
    static void start() {
        cluster = TestCluster.start(directory, false);
        post(RBAC + "/namespaces/default/roles", """
                {"metadata":{"name":"leader"},"rules":[
                 {"apiGroups":["coordination.k8s.io"],"resources":["leases"],"verbs":["*"]},
                 {"apiGroups":[""],"resources":["configmaps"],"resourceNames":["one"],"verbs":["get","update"]}]}""");
        post(RBAC + "/namespaces/default/rolebindings", """
                {"metadata":{"name":"leader"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"Role","name":"leader"},
                 "subjects":[{"kind":"User","apiGroup":"rbac.authorization.k8s.io","name":"joe"}]}""");
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Test
    void ones_own_rules_are_listed_in_full() {
        var status = body(sendAs(
                        "joe", AUTHORIZATION + "/selfsubjectrulesreviews", "{\"spec\":{\"namespace\":\"default\"}}"))
                .path("status");

        assertThat(status.path("incomplete").asBoolean(true)).isFalse();
        assertThat(status.path("resourceRules"))
                .contains(
                        Json.parse(
                                "{\"verbs\":[\"*\"],\"apiGroups\":[\"coordination.k8s.io\"],\"resources\":[\"leases\"]}"),
                        Json.parse("""
                                {"verbs":["get","update"],"apiGroups":[""],"resources":["configmaps"],
                                 "resourceNames":["one"]}"""));
        assertThat(status.path("resourceRules"))
                .as("what everybody holds")
                .anySatisfy(rule -> assertThat(rule.path("resources"))
                        .anyMatch(it -> it.asText().equals("selfsubjectrulesreviews")));
        assertThat(status.path("nonResourceRules"))
                .anySatisfy(rule -> assertThat(rule.path("nonResourceURLs"))
                        .anyMatch(it -> it.asText().equals("/healthz")));
        var elsewhere = body(sendAs(
                "joe", AUTHORIZATION + "/selfsubjectrulesreviews", "{\"spec\":{\"namespace\":\"kube-system\"}}"));
        assertThat(elsewhere.toString()).doesNotContain("leases");
        var masters = body(send(AUTHORIZATION + "/selfsubjectrulesreviews", "{\"spec\":{\"namespace\":\"default\"}}"));
        assertThat(masters.at("/status/resourceRules/0")).isEqualTo(Json.parse("""
                {"verbs":["*"],"apiGroups":["*"],"resources":["*"]}"""));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "verb":"update","group":"coordination.k8s.io","resource":"leases","namespace":"default" | true
            "verb":"update","group":"coordination.k8s.io","resource":"leases","namespace":"default","name":"x" | true
            "verb":"update","group":"coordination.k8s.io","resource":"leases","namespace":"kube-system" | false
            "verb":"get","group":"","resource":"configmaps","namespace":"default","name":"one" | true
            "verb":"get","group":"","resource":"configmaps","namespace":"default","name":"two" | false
            "verb":"list","group":"","resource":"configmaps","namespace":"default" | false
            """)
    void the_rights_of_a_user_in_a_namespace_are_told_to_those_who_may_ask(String attributes, boolean allowed) {
        var spec = "{\"spec\":{\"user\":\"joe\",\"groups\":[\"x\"],\"resourceAttributes\":{%s}}}".formatted(attributes);
        var namespace = attributes.contains("kube-system") ? "kube-system" : "default";

        var local = body(send(AUTHORIZATION + "/namespaces/" + namespace + "/localsubjectaccessreviews", spec));
        var self = body(sendAs("joe", AUTHORIZATION + "/selfsubjectaccessreviews", spec));

        assertThat(local.at("/status/allowed").asBoolean()).as(local.toString()).isEqualTo(allowed);
        assertThat(self.at("/status/allowed").asBoolean()).isEqualTo(allowed);
        if (allowed) {
            assertThat(local.at("/status/reason").asText())
                    .isEqualTo("RBAC: allowed by RoleBinding \"leader/default\" of Role \"leader\" to User \"joe\"");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            namespaces/default/localsubjectaccessreviews | "user":"a","resourceAttributes":{"namespace":"other"} | spec.resourceAttributes.namespace: Invalid value
            namespaces/default/localsubjectaccessreviews | "resourceAttributes":{"namespace":"default"} | at least one of user or group must be specified
            subjectaccessreviews      | "user":"a" | exactly one of nonResourceAttributes or resourceAttributes must be specified
            subjectaccessreviews      | "user":"a","resourceAttributes":{},"nonResourceAttributes":{} | cannot be specified in combination with resourceAttributes
            subjectaccessreviews      | "nonResourceAttributes":{"path":"/x","verb":"get"} | at least one of user or group must be specified
            selfsubjectaccessreviews  | "x":1 | exactly one of nonResourceAttributes or resourceAttributes must be specified
            selfsubjectaccessreviews  | "resourceAttributes":{},"nonResourceAttributes":{} | cannot be specified in combination with resourceAttributes
            """)
    void a_question_about_nothing_or_two_things_is_refused(String resource, String spec, String problem) {
        var answer = send(AUTHORIZATION + "/" + resource, "{\"spec\":{" + spec + "}}");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
        assertThat(body(answer).path("message").asText()).contains(problem);
    }

    @Test
    void asking_about_others_takes_a_right_and_asking_about_oneself_does_not() {
        var question = "{\"spec\":{\"user\":\"a\",\"nonResourceAttributes\":{\"path\":\"/metrics\",\"verb\":\"get\"}}}";

        assertThat(sendAs("joe", AUTHORIZATION + "/subjectaccessreviews", question)
                        .statusCode())
                .isEqualTo(403);
        assertThat(body(sendAs("joe", AUTHORIZATION + "/selfsubjectaccessreviews", question))
                        .at("/status/allowed")
                        .asBoolean(true))
                .isFalse();
    }

    @Test
    void a_token_secret_is_filled_logs_in_and_goes_with_its_account() throws Exception {
        var uid = post(ACCOUNTS, "{\"metadata\":{\"name\":\"robot\"}}")
                .at("/metadata/uid")
                .asText();
        post(SECRETS, tokenSecret("robot-token", "robot"));

        await().until(() -> get(SECRETS + "/robot-token").path("data").has("token"));

        var secret = get(SECRETS + "/robot-token");
        var kubeconfig = Yaml.parse(Files.readString(cluster.server().kubeconfig()));
        assertThat(secret.at("/metadata/annotations/kubernetes.io~1service-account.uid")
                        .asText())
                .isEqualTo(uid);
        assertThat(decoded(secret, "namespace")).isEqualTo("default");
        assertThat(secret.at("/data/ca.crt"))
                .isEqualTo(kubeconfig.at("/clusters/0/cluster/certificate-authority-data"));
        var token = decoded(secret, "token");
        var claims = Json.parse(Base64.getUrlDecoder().decode(token.split("\\.", -1)[1]));
        assertThat(claims.path("iss").asText()).isEqualTo("kubernetes/serviceaccount");
        assertThat(claims.has("exp")).isFalse();
        assertThat(claims.path("kubernetes.io/serviceaccount/secret.name").asText())
                .isEqualTo("robot-token");
        assertThat(claims.path("kubernetes.io/serviceaccount/service-account.uid")
                        .asText())
                .isEqualTo(uid);
        assertThat(body(whoIs(token)).at("/status/userInfo/username").asText())
                .isEqualTo("system:serviceaccount:default:robot");

        cluster.send(cluster.request(ACCOUNTS + "/robot").DELETE());

        await().until(() ->
                cluster.send(cluster.request(SECRETS + "/robot-token")).statusCode() == 404);
        assertThat(whoIs(token).statusCode()).isEqualTo(401);
    }

    @Test
    void a_token_that_was_taken_out_is_put_back_and_none_is_given_to_an_account_that_is_not_there() {
        post(ACCOUNTS, "{\"metadata\":{\"name\":\"other\"}}");
        post(SECRETS, tokenSecret("other-token", "other"));
        await().until(() -> get(SECRETS + "/other-token").path("data").has("token"));

        cluster.send(cluster.request(SECRETS + "/other-token")
                .header("Content-Type", "application/merge-patch+json")
                .method("PATCH", BodyPublishers.ofString("{\"data\":{\"token\":null}}")));
        send(SECRETS, tokenSecret("lost-token", "nobody"));

        await().until(() -> get(SECRETS + "/other-token").path("data").has("token"));
        await().until(() ->
                cluster.send(cluster.request(SECRETS + "/lost-token")).statusCode() == 404);
    }

    private static HttpResponse<String> whoIs(String token) {
        return cluster.send(
                cluster.stranger(),
                cluster.request("/apis/authentication.k8s.io/v1/selfsubjectreviews")
                        .header("Authorization", "Bearer " + token)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString("{}")));
    }

    private static String tokenSecret(String name, String account) {
        return """
                {"metadata":{"name":"%s","annotations":{"kubernetes.io/service-account.name":"%s"}},
                 "type":"kubernetes.io/service-account-token"}""".formatted(name, account);
    }

    private static String decoded(JsonNode secret, String member) {
        return new String(
                Base64.getDecoder().decode(secret.path("data").path(member).asText()), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
            "spec":{"expirationSeconds":599}        | 422 | spec.expirationSeconds: Invalid value: 599: may not specify a duration less than 10 minutes
            "spec":{"expirationSeconds":4294967297} | 422 | may not specify a duration larger than 2^32 seconds
            "spec":{"boundObjectRef":{"kind":"Pod","name":"none"}} | 404 | pods \\"none\\" not found
            "spec":{"boundObjectRef":{"kind":"ConfigMap","name":"kube-root-ca.crt"}} | 400 | cannot bind token to object of type ConfigMap
            "spec":{"boundObjectRef":{"kind":"Secret","name":"held","uid":"x"}} | 409 | the UID in the bound object reference (x) does not match
            "spec":{"boundObjectRef":{"kind":"Pod","name":"stranger"}} | 400 | pod running with different serviceaccount name
            "metadata":{"name":"other"}             | 422 | metadata.name: Invalid value: \\"other\\": must match the service account name if specified
            "metadata":{"namespace":"other"}        | 400 | the namespace of the provided object does not match the namespace sent on the request
            """)
    void what_a_token_may_not_be_asked_for(String body, int code, String problem) {
        send(ACCOUNTS, "{\"metadata\":{\"name\":\"stranger\"}}");
        send(SECRETS, "{\"metadata\":{\"name\":\"held\"}}");
        send("/api/v1/namespaces/default/pods", """
                {"metadata":{"name":"stranger"},"spec":{"serviceAccountName":"stranger","containers":[{"name":"c","image":"i"}]}}""");

        var answer = send(ACCOUNTS + "/default/token", "{" + body + "}");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(code);
        assertThat(answer.body()).contains(problem);
    }

    private static JsonNode get(String path) {
        return body(cluster.send(cluster.request(path)));
    }

    private static JsonNode post(String path, String json) {
        var answer = send(path, json);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return body(answer);
    }

    private static HttpResponse<String> send(String path, String json) {
        return cluster.send(
                cluster.request(path).header("Content-Type", "application/json").POST(BodyPublishers.ofString(json)));
    }

    private static HttpResponse<String> sendAs(String user, String path, String json) {
        return cluster.send(cluster.request(path)
                .header("Content-Type", "application/json")
                .header("Impersonate-User", user)
                .POST(BodyPublishers.ofString(json)));
    }

    private static JsonNode body(HttpResponse<String> response) {
        return Json.parse(response.body());
    }
}
