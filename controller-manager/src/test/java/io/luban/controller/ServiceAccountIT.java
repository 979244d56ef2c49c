package io.luban.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.controller.serviceaccount.AccountSettings;
import io.luban.model.ApiException;
import io.luban.model.Json;
import io.luban.model.JsonWebToken;
import io.luban.model.Yaml;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Accounts of the platform for workloads: their Secrets, their tokens, and the pods that get them. */
class ServiceAccountIT {
    private static final String NAMESPACE = "/api/v1/namespaces/default";
    private static final String SECRETS = NAMESPACE + "/secrets";
    private static final String PODS = NAMESPACE + "/pods";
    private static final String ACCOUNTS = "/apis/kubesphere.io/v1alpha1/namespaces/default/serviceaccounts";
    private static final String DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments";
    private static final String VOLUME = "kubesphere-service-account";

    @TempDir
    private static Path directory;

    private static TestPlatform platform;

    @BeforeAll
    static void start() {
        platform = TestPlatform.start(directory);
    }

    @AfterAll
    static void stop() {
        platform.close();
    }

    private static ObjectNode make(String collection, String yaml) {
        return platform.kube().create(collection, (ObjectNode) Yaml.parse(yaml));
    }

    private static void account(String name, String secrets) {
        make(ACCOUNTS, """
                apiVersion: kubesphere.io/v1alpha1
                kind: ServiceAccount
                metadata: {name: %s, namespace: default}
                secrets: %s
                """.formatted(name, secrets));
    }

    private static ObjectNode secretOf(String name, String account) {
        return make(SECRETS, """
                apiVersion: v1
                kind: Secret
                type: kubesphere.io/service-account-token
                metadata: {name: %s, namespace: default, annotations: {kubesphere.io/service-account.name: %s}}
                """.formatted(name, account));
    }

    /** Name of the Secret that the account has been given, once its token is there. */
    private static String awaitToken(String account) {
        await().atMost(TestPlatform.PATIENCE)
                .until(() -> !token(firstSecret(account)).isEmpty());
        return firstSecret(account);
    }

    private static String firstSecret(String account) {
        return platform.kube()
                .get(ACCOUNTS + "/" + account)
                .at("/secrets/0/name")
                .asText("");
    }

    private static String token(String secret) {
        var encoded = secret.isEmpty()
                ? ""
                : platform.kube().get(SECRETS + "/" + secret).at("/data/token").asText("");
        return new String(Base64.getDecoder().decode(encoded), StandardCharsets.US_ASCII);
    }

    private static List<JsonNode> podsOf(String app) {
        return StreamSupport.stream(
                        platform.kube()
                                .get(PODS + "?labelSelector=app%3D" + app)
                                .path("items")
                                .spliterator(),
                        false)
                .filter(pod -> !pod.at("/metadata/deletionTimestamp").isTextual())
                .toList();
    }

    private static void deploy(String app, String account) {
        make(DEPLOYMENTS, """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: %1$s}
                spec:
                  selector: {matchLabels: {app: %1$s}}
                  template:
                    metadata:
                      labels: {app: %1$s}
                      annotations: {kubesphere.io/serviceaccount-name: %2$s}
                    spec:
                      initContainers: [{name: before, image: "example/before:1"}]
                      containers: [{name: web, image: "example/web:1"}, {name: side, image: "example/side:1"}]
                """.formatted(app, account));
    }

    private static JsonNode volume(JsonNode pod) {
        return StreamSupport.stream(pod.at("/spec/volumes").spliterator(), false)
                .filter(volume -> volume.path("name").asText().equals(VOLUME))
                .findFirst()
                .orElse(Json.object());
    }

    @Test
    void an_account_gets_a_secret_with_a_token_that_never_ends_and_takes_it_along() {
        account("alpha", "[]");

        var name = awaitToken("alpha");

        var secret = platform.kube().get(SECRETS + "/" + name);
        assertThat(name).startsWith("alpha-");
        assertThat(secret.path("type").asText()).isEqualTo("kubesphere.io/service-account-token");
        var account = platform.kube().get(ACCOUNTS + "/alpha");
        assertThat(account.at("/metadata/finalizers").toString()).contains("finalizers.kubesphere.io/serviceaccount");
        platform.awaitEvents("alpha", "Synced");
        var parts = token(name).split("\\.", -1);
        var claims = Json.parse(Base64.getUrlDecoder().decode(parts[1]));
        assertThat(claims.path("sub").asText()).isEqualTo("kubesphere:serviceaccount:default:alpha");
        assertThat(claims.path("token_type").asText()).isEqualTo("static_token");
        assertThat(claims.has("exp")).isFalse();
        assertThat(claims.at("/extra/secret-name/0").asText()).isEqualTo(name);
        assertThat(claims.at("/extra/sa-uid/0")).isEqualTo(account.at("/metadata/uid"));
        var key = platform.kube()
                .get("/api/v1/namespaces/kubesphere-system/secrets/ks-token-secret")
                .at("/data/jwtSecret")
                .asText();
        var signer = new JsonWebToken(new String(Base64.getDecoder().decode(key), StandardCharsets.US_ASCII));
        assertThat(Base64.getUrlDecoder().decode(parts[2])).isEqualTo(signer.mac(parts[0] + "." + parts[1]));

        platform.kube().delete(ACCOUNTS + "/alpha");

        platform.awaitGone(ACCOUNTS + "/alpha");
        assertThat(platform.kube().find(SECRETS + "/" + name)).isEmpty();
    }

    @Test
    void a_secret_made_by_hand_gets_its_token_when_the_account_comes_and_others_are_told_and_left_alone() {
        secretOf("own", "beta");
        secretOf("foreign", "somebody");

        account("beta", "[{name: own}, {name: foreign}, {name: missing}]");

        assertThat(awaitToken("beta")).isEqualTo("own");
        platform.awaitEvents("beta", "InvalidSecret");
        platform.kube().delete(ACCOUNTS + "/beta");
        platform.awaitGone(ACCOUNTS + "/beta");
        assertThat(platform.kube().find(SECRETS + "/own")).isEmpty();
        assertThat(platform.kube().find(SECRETS + "/foreign")).isPresent();
        assertThat(token("foreign")).isEmpty();
    }

    @Test
    void every_container_of_a_pod_that_names_an_account_finds_the_token() {
        account("gamma", "[]");
        var secret = awaitToken("gamma");

        deploy("gamma", "gamma");

        await().atMost(TestPlatform.PATIENCE).until(() -> !podsOf("gamma").isEmpty());
        var pod = podsOf("gamma").getFirst();
        assertThat(volume(pod).at("/projected/sources").toString())
                .isEqualTo("[{\"secret\":{\"name\":\"%s\",\"items\":[{\"key\":\"token\",\"path\":\"token\"}]}}]"
                        .formatted(secret));
        for (var place : List.of("/spec/containers/0", "/spec/containers/1", "/spec/initContainers/0")) {
            assertThat(pod.at(place + "/volumeMounts").toString())
                    .contains("\"mountPath\":\"/var/run/secrets/kubesphere.io/serviceaccount\"", "\"readOnly\":true");
        }
    }

    @Test
    void a_pod_whose_account_is_not_there_or_has_no_token_is_refused() {
        make(ACCOUNTS, """
                apiVersion: kubesphere.io/v1alpha1
                kind: ServiceAccount
                metadata: {name: tokenless, namespace: default}
                secrets: [{name: never-made}]
                """);
        assertThatThrownBy(() -> pod("nobody"))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(404))
                .hasMessageContaining("denied the request: serviceaccounts.kubesphere.io \"nobody\" not found");
        assertThatThrownBy(() -> pod("tokenless"))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(500))
                .hasMessageContaining("service account \"default/tokenless\" has no token yet");
    }

    private static ObjectNode pod(String account) {
        return make(PODS, """
                apiVersion: v1
                kind: Pod
                metadata: {name: lonely, annotations: {kubesphere.io/serviceaccount-name: %s}}
                spec: {containers: [{name: web, image: "example/web:1"}]}
                """.formatted(account));
    }

    @Test
    void workloads_restart_when_their_account_uses_another_secret() {
        account("delta", "[]");
        var first = awaitToken("delta");
        deploy("delta", "delta");
        await().atMost(TestPlatform.PATIENCE).until(() -> !podsOf("delta").isEmpty());
        secretOf("delta-second", "delta");

        var patch = Json.object();
        patch.putArray("secrets").addObject().put("name", "delta-second");
        platform.kube().patch(ACCOUNTS + "/delta", patch);

        await().atMost(TestPlatform.PATIENCE)
                .untilAsserted(() -> assertThat(podsOf("delta"))
                        .isNotEmpty()
                        .allSatisfy(pod -> assertThat(volume(pod).toString()).contains("delta-second")));
        var annotations = platform.kube().get(DEPLOYMENTS + "/delta").at("/spec/template/metadata/annotations");
        assertThat(annotations.path("kubesphere.io/restartedAt").asText()).isNotEmpty();
        assertThat(first).isNotEqualTo("delta-second");
    }

    @Test
    void where_the_platform_speaks_tls_pods_find_its_authority_beside_the_token() {
        make("/api/v1/namespaces/kubesphere-system/secrets", """
                apiVersion: v1
                kind: Secret
                metadata: {name: ks-apiserver-tls-certs, namespace: kubesphere-system}
                stringData: {ca.crt: "the authority"}
                """);
        platform.reconfigureControllers(config -> config.withAccounts(new AccountSettings("", "", true)));
        try {
            account("epsilon", "[]");
            awaitToken("epsilon");

            assertThat(volume(pod("epsilon")).toString()).contains("kubesphere-root-ca.crt", "\"path\":\"ca.crt\"");
            assertThat(platform.kube()
                            .get(NAMESPACE + "/configmaps/kubesphere-root-ca.crt")
                            .at("/data")
                            .path("ca.crt")
                            .asText())
                    .isEqualTo("the authority");
        } finally {
            platform.reconfigureControllers(config -> config);
        }
    }
}
