package io.luban.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.Json;
import io.luban.model.JsonWebToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Workloads of extensions call the gateway by the token of an account of the platform. */
class ServiceAccountTokenTest {
    private static final String ACCOUNTS = "/apis/kubesphere.io/v1alpha1/serviceaccounts";
    private static final String SECRETS = "/api/v1/secrets";
    private static final String NODES = "/api/v1/nodes";
    private static GatewayFixture fixture;
    private static JsonWebToken tokens;

    @BeforeAll
    static void start() throws IOException {
        fixture = new GatewayFixture();
        fixture.kubernetes.serve(ACCOUNTS, SECRETS);
        // The first time the fake API chooses the uid.
        fixture.apply(ACCOUNTS, "metadata: {name: worker, namespace: shop}");
        var key = fixture.kubernetes
                .object(GatewayFixture.SECRETS + "/ks-token-secret")
                .at("/data/jwtSecret");
        tokens = new JsonWebToken(new String(Base64.getDecoder().decode(key.asText()), StandardCharsets.US_ASCII));
        fixture.role("nodes-reader", "{verbs: [get, list], apiGroups: [''], resources: [nodes]}");
        fixture.apply(GatewayFixture.IAM + "globalrolebindings", """
                metadata: {name: worker}
                roleRef: {kind: GlobalRole, name: nodes-reader}
                subjects: [{kind: ServiceAccount, apiGroup: kubesphere.io, name: worker, namespace: shop}]
                """);
    }

    @AfterAll
    static void stop() {
        fixture.close();
    }

    @BeforeEach
    void account() {
        fixture.apply(ACCOUNTS, "metadata: {name: worker, namespace: shop, uid: u1}");
    }

    private static ObjectNode claims(String name) {
        return Json.object()
                .put("sub", name)
                .put("username", name)
                .put("iat", 1)
                .put("token_type", "static_token");
    }

    private static String token(String uid, String secret) {
        var claims = claims("kubesphere:serviceaccount:shop:worker");
        var extra = claims.putObject("extra");
        extra.putArray("sa-uid").add(uid);
        extra.putArray("secret-name").add(secret);
        extra.putArray("secret-namespace").add("shop");
        return tokens.sign(claims);
    }

    private static void keep(String secret, String account, String token) {
        fixture.apply(SECRETS, """
                metadata: {name: %s, namespace: shop, annotations: {kubesphere.io/service-account.name: %s}}
                type: kubesphere.io/service-account-token
                data: {token: %s}
                """.formatted(secret, account, GatewayFixture.base64(token)));
    }

    private static void awaitAnswer(int code, String token) {
        await().untilAsserted(() -> {
            var answer = fixture.get(NODES, token);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(code);
        });
    }

    @Test
    void a_token_opens_what_the_account_is_bound_to_and_nothing_else() {
        var token = token("u1", "worker-1");
        keep("worker-1", "worker", token);

        awaitAnswer(200, token);
        var refused = fixture.get("/api/v1/namespaces", token);
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.body()).contains("User \\\"kubesphere:serviceaccount:shop:worker\\\" cannot list");
    }

    @Test
    void a_token_ends_with_its_secret_and_with_its_account() {
        var token = token("u1", "worker-2");
        keep("worker-2", "worker", token);
        awaitAnswer(200, token);

        fixture.kubernetes.remove(SECRETS, "worker-2");

        awaitAnswer(401, token);
        keep("worker-2", "worker", token);
        awaitAnswer(200, token);

        fixture.apply(ACCOUNTS, "metadata: {name: worker, namespace: shop, uid: u2}");

        awaitAnswer(401, token);
    }

    @Test
    void a_secret_of_somebody_else_or_with_another_token_makes_no_token_good() {
        var token = token("u1", "worker-3");
        keep("worker-3", "other", token);
        keep("worker-4", "worker", "another");
        awaitAnswer(401, token);
        awaitAnswer(401, token("u1", "worker-4"));
    }

    @Test
    void a_name_that_is_none_of_an_account_opens_nothing() {
        awaitAnswer(401, tokens.sign(claims("admin")));
        awaitAnswer(401, tokens.sign(claims("kubesphere:serviceaccount:worker")));
        awaitAnswer(401, tokens.sign(claims("kubesphere:serviceaccount:shop:nobody")));
    }
}
