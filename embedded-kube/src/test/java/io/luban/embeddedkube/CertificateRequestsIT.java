package io.luban.embeddedkube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.Json;
import io.luban.pki.KeyPairs;
import java.io.ByteArrayInputStream;
import java.io.StringWriter;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Certificate requests from their creation to a login with what was issued. */
class CertificateRequestsIT {
    private static final String REQUESTS = "/apis/certificates.k8s.io/v1/certificatesigningrequests";
    private static final String RBAC = "/apis/rbac.authorization.k8s.io/v1";
    private static final String CLIENT = "kubernetes.io/kube-apiserver-client";

    @TempDir
    static Path directory;

    private static TestCluster cluster;
    private static final KeyPair KEYS = KeyPairs.newEc();

    @BeforeAll
    static void start() {
        cluster = TestCluster.start(directory, false);
        grant("status-writer", """
                {"apiGroups":["certificates.k8s.io"],"resources":["certificatesigningrequests","certificatesigningrequests/status",
                 "certificatesigningrequests/approval"],"verbs":["create","get","update","patch"]}""");
        grant("node-approver", """
                {"apiGroups":["certificates.k8s.io"],"resources":["certificatesigningrequests/approval"],"verbs":["update"]},
                {"apiGroups":["certificates.k8s.io"],"resources":["signers"],"verbs":["approve"],
                 "resourceNames":["kubernetes.io/*"]}""");
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private static void grant(String user, String rules) {
        post(RBAC + "/clusterroles", """
                {"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRole","metadata":{"name":"%s"},"rules":[%s]}""".formatted(user, rules));
        post(RBAC + "/clusterrolebindings", """
                {"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRoleBinding","metadata":{"name":"%s"},
                 "roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"%s"},
                 "subjects":[{"kind":"User","apiGroup":"rbac.authorization.k8s.io","name":"%s"}]}""".formatted(user, user, user));
    }

    @Test
    void an_approved_request_becomes_a_certificate_with_which_its_holder_logs_in() throws Exception {
        var created = body(request("login", CLIENT, "CN=jane,O=dev", "client auth", "status-writer"));
        assertThat(created.at("/spec/username").asText()).isEqualTo("status-writer");
        assertThat(created.at("/spec/groups")).anyMatch(group -> group.asText().equals("system:authenticated"));
        assertThat(created.at("/spec/extra").isMissingNode()).isTrue();

        assertThat(decide("login", "Approved", "").statusCode()).isEqualTo(200);

        var certificate = certificate("login");
        assertThat(certificate.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.2");
        assertThat(certificate.getKeyUsage()).startsWith(true, false, true, false);
        assertThat(certificate.getBasicConstraints()).isEqualTo(-1);
        var issued = certificate.getNotBefore().toInstant().plus(Duration.ofMinutes(5));
        assertThat(Duration.between(issued, certificate.getNotAfter().toInstant()))
                .isEqualTo(Duration.ofHours(1));
        try (var jane = cluster.client(certificate, KEYS.getPrivate())) {
            var who = cluster.send(
                    jane,
                    cluster.request("/apis/authentication.k8s.io/v1/selfsubjectreviews")
                            .header("Content-Type", "application/json")
                            .POST(BodyPublishers.ofString("{}")));
            assertThat(body(who).at("/status/userInfo/username").asText())
                    .as(who.body())
                    .isEqualTo("jane");
            assertThat(body(who).at("/status/userInfo/groups"))
                    .extracting(JsonNode::asText)
                    .containsExactly("dev", "system:authenticated");
            assertThat(cluster.send(jane, cluster.request(REQUESTS)).statusCode())
                    .isEqualTo(403);
        }
    }

    @Test
    void what_is_asked_for_stays_what_was_asked_for() {
        request("fixed", CLIENT, "CN=jane", "client auth", "");

        var changed = get("fixed");
        changed.withObjectProperty("spec").put("signerName", "kubernetes.io/kubelet-serving");
        changed.withObjectProperty("spec").put("username", "somebody");
        var answer = send("PUT", REQUESTS + "/fixed", changed.toString(), "");

        assertThat(body(answer).at("/spec/signerName").asText()).isEqualTo(CLIENT);
        assertThat(body(answer).at("/spec/username").asText()).isEqualTo("kubernetes-admin");
    }

    @Test
    void a_denied_request_is_never_signed() {
        request("denied", CLIENT, "CN=jane", "client auth", "");
        decide("denied", "Denied", "");

        var approved = decide("denied", "Approved", "");

        assertThat(approved.statusCode()).isEqualTo(422);
        assertThat(approved.body()).contains("Approved and Denied conditions are mutually exclusive");
        assertThat(get("denied").at("/status/certificate").isMissingNode()).isTrue();
    }

    @Test
    void only_those_approve_who_may_speak_for_the_signer() {
        request("guarded", CLIENT, "CN=jane", "client auth", "");

        var refused = decide("guarded", "Approved", "status-writer");

        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.body())
                .contains("user not permitted to approve requests with signerName \\\"" + CLIENT + "\\\"");
        assertThat(decide("guarded", "Approved", "node-approver").statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Approved", "Denied"})
    void the_status_is_no_way_around_the_approval(String verdict) {
        var name = "bypass-" + verdict.toLowerCase(Locale.ROOT);
        request(name, CLIENT, "CN=jane", "client auth", "");

        var patched = send(
                "PATCH",
                REQUESTS + "/" + name + "/status",
                "{\"status\":{\"conditions\":[" + condition(verdict) + "]}}",
                "status-writer");

        assertThat(patched.statusCode()).as(patched.body()).isEqualTo(422);
        assertThat(patched.body())
                .contains("status.conditions: Forbidden: updates may not add a condition of type \\\"" + verdict);
        assertThat(get(name).at("/status/conditions").isMissingNode()).isTrue();
    }

    @Test
    void a_verdict_is_neither_taken_back_nor_rewritten_and_other_conditions_are_free() {
        request("verdict", "example.com/signer", "CN=jane", "client auth", "");
        decide("verdict", "Denied", "");

        var removed = send("PATCH", REQUESTS + "/verdict/status", "{\"status\":{\"conditions\":[]}}", "status-writer");
        var rewritten = send(
                "PATCH",
                REQUESTS + "/verdict/status",
                "{\"status\":{\"conditions\":[%s,{\"type\":\"Seen\",\"status\":\"True\"}]}}"
                        .formatted(condition("Denied").replace("because", "other")),
                "status-writer");

        assertThat(removed.statusCode()).isEqualTo(422);
        assertThat(removed.body()).contains("updates may not remove a condition of type \\\"Denied\\\"");
        assertThat(rewritten.statusCode()).as(rewritten.body()).isEqualTo(200);
        var conditions = get("verdict").at("/status/conditions");
        assertThat(conditions.at("/0/reason").asText()).isEqualTo("because");
        assertThat(conditions.at("/1/type").asText()).isEqualTo("Seen");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                CLIENT,
                "kubernetes.io/kube-apiserver-client-kubelet",
                "kubernetes.io/kubelet-serving",
                "example.com/signer"
            })
    void nobody_gets_into_the_masters_by_a_request(String signer) {
        var refused = request("masters", signer, "CN=eve,O=dev,O=system:masters", "client auth", "");

        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.body()).contains("use of " + signer + " signer with system:masters group is not allowed");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            kube-apiserver-client-kubelet | CN=eve,O=dev                 | client auth | organization is not system:nodes
            kube-apiserver-client-kubelet | CN=eve,O=system:nodes        | client auth | does not begin with system:node:
            kube-apiserver-client-kubelet | CN=system:node:a,O=system:nodes | server auth | usages did not match
            kubelet-serving               | CN=system:node:a,O=system:nodes | server auth | DNS or IP subjectAltName is required
            kube-apiserver-client         | CN=eve                       | server auth | usages did not match
            """)
    void signers_fail_what_is_not_theirs(String signer, String subject, String usage, String problem) {
        var name = "failed-" + Integer.toHexString(problem.concat(signer).hashCode());
        request(name, "kubernetes.io/" + signer, subject, usage, "");

        decide(name, "Approved", "node-approver");

        await().untilAsserted(() -> assertThat(get(name).at("/status/conditions"))
                .anySatisfy(condition -> {
                    assertThat(condition.path("type").asText()).isEqualTo("Failed");
                    assertThat(condition.path("reason").asText()).isEqualTo("SignerValidationFailure");
                    assertThat(condition.path("message").asText()).contains(problem);
                }));
        assertThat(get(name).at("/status/certificate").isMissingNode()).isTrue();
    }

    @Test
    void a_node_gets_its_client_certificate() throws Exception {
        request(
                "node",
                "kubernetes.io/kube-apiserver-client-kubelet",
                "CN=system:node:a,O=system:nodes",
                "client auth",
                "");

        decide("node", "Approved", "");

        assertThat(certificate("node").getSubjectX500Principal().getName()).contains("CN=system:node:a");
    }

    private static HttpResponse<String> request(String name, String signer, String subject, String usage, String user) {
        var pem = Base64.getEncoder().encodeToString(pem(subject).getBytes(StandardCharsets.US_ASCII));
        return send("POST", REQUESTS, """
                {"apiVersion":"certificates.k8s.io/v1","kind":"CertificateSigningRequest","metadata":{"name":"%s"},
                 "spec":{"request":"%s","signerName":"%s","usages":["digital signature","%s"],"expirationSeconds":3600,
                  "username":"forged","groups":["system:masters"],"extra":{"a":["b"]}}}""".formatted(name, pem, signer, usage), user);
    }

    private static HttpResponse<String> decide(String name, String verdict, String user) {
        var request = get(name);
        request.withObjectProperty("status").withArrayProperty("conditions").add(Json.parse(condition(verdict)));
        return send("PUT", REQUESTS + "/" + name + "/approval", request.toString(), user);
    }

    private static String condition(String type) {
        return "{\"type\":\"" + type + "\",\"status\":\"True\",\"reason\":\"because\"}";
    }

    private static X509Certificate certificate(String name) throws Exception {
        await().until(() -> get(name).at("/status/certificate").isTextual());
        var pem = Base64.getDecoder().decode(get(name).at("/status/certificate").asText());
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(pem));
    }

    private static ObjectNode get(String name) {
        return body(cluster.send(cluster.request(REQUESTS + "/" + name)));
    }

    private static void post(String path, String json) {
        assertThat(send("POST", path, json, "").statusCode()).isEqualTo(201);
    }

    private static HttpResponse<String> send(String method, String path, String json, String user) {
        var request = cluster.request(path)
                .header("Content-Type", method.equals("PATCH") ? "application/merge-patch+json" : "application/json")
                .method(method, BodyPublishers.ofString(json));
        return cluster.send(user.isEmpty() ? request : as(user, request));
    }

    private static HttpRequest.Builder as(String user, HttpRequest.Builder request) {
        return request.header("Impersonate-User", user);
    }

    private static ObjectNode body(HttpResponse<String> response) {
        return (ObjectNode) Json.parse(response.body());
    }

    private static String pem(String subject) {
        try {
            var request = new JcaPKCS10CertificationRequestBuilder(new X500Name(subject), KEYS.getPublic())
                    .build(new JcaContentSignerBuilder("SHA256withECDSA").build(KEYS.getPrivate()));
            var text = new StringWriter();
            try (var writer = new JcaPEMWriter(text)) {
                writer.writeObject(request);
            }
            return text.toString();
        } catch (Exception e) {
            throw new AssertionError("no request", e);
        }
    }
}
