package io.luban.kubecel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.embeddedkube.auth.User;
import io.luban.model.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(Lifecycle.PER_CLASS)
final class AdmissionPolicyTest {
    private static final String POLICIES = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies";
    private static final String BINDINGS = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings";
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final String ON_MAPS =
            "{resourceRules: [{apiGroups: [''], apiVersions: [v1], resources: [configmaps], operations: [CREATE, UPDATE, DELETE]}]}";

    private LocalApi api;
    private Path auditLog;

    @BeforeAll
    void start(@TempDir Path directory) {
        auditLog = directory.resolve(LocalApi.AUDIT_LOG);
        api = new LocalApi(directory);
    }

    @AfterAll
    void stop() {
        api.close();
    }

    @AfterEach
    void forget() {
        api.delete(BINDINGS + "/b");
        api.delete(POLICIES + "/p");
        api.get(MAPS)
                .body()
                .path("items")
                .forEach(map -> api.delete(MAPS + "/" + map.at("/metadata/name").asText()));
    }

    @Test
    void a_failed_validation_denies_the_request_in_the_words_of_kubernetes() {
        policy("validations: [{expression: \"object.data.size() <= 1\"}]");
        bind("[Deny]", "");

        var refused = api.post(MAPS, map("two", "{a: x, b: z}"));

        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.message())
                .isEqualTo(
                        "configmaps \"two\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request:"
                                + " failed expression: object.data.size() <= 1");
        assertThat(refused.body().path("reason").asText()).isEqualTo("Invalid");
        assertThat(api.post(MAPS, map("one", "{a: x}")).status()).isEqualTo(201);
    }

    @Test
    void messages_may_be_computed_and_reasons_chosen() {
        policy("""
                variables: [{name: count, expression: object.data.size()}]
                validations:
                - expression: variables.count < 2
                  messageExpression: "'has ' + string(variables.count) + ' entries in ' + namespaceObject.metadata.name"
                  reason: Forbidden
                """);
        bind("[Deny]", "");

        var refused = api.post(MAPS, map("two", "{a: x, b: z}"));

        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.message()).endsWith("denied request: has 2 entries in default");
    }

    @Test
    void warnings_let_the_request_pass() {
        policy("validations: [{expression: 'false', message: not nice}]");
        bind("[Warn, Audit]", "");

        var accepted = api.post(MAPS, map("warned", "{}"));

        assertThat(accepted.status()).isEqualTo(201);
        assertThat(accepted.warnings())
                .containsExactly(
                        "299 - \"Validation failed for ValidatingAdmissionPolicy 'p' with binding 'b': not nice\"");
    }

    @Test
    void what_is_to_be_audited_stands_in_the_audit_event() {
        policy("""
                validations:
                - {expression: 'true'}
                - {expression: 'false', message: not nice}
                auditAnnotations:
                - {key: size, valueExpression: "string(object.data.size()) + ' entries'"}
                - {key: none, valueExpression: 'dyn(null)'}
                """);
        bind("[Audit]", "");

        assertThat(api.post(MAPS, map("audited", "{a: x, b: z}")).status()).isEqualTo(201);

        var annotations = annotations("p/size");
        assertThat(annotations.path("p/size").asText()).isEqualTo("2 entries");
        assertThat(annotations.has("p/none")).isFalse();
        assertThat(Json.parse(annotations
                        .path("validation.policy.admission.k8s.io/validation_failure")
                        .asText()))
                .isEqualTo(Json.parse("""
                        [{"message":"not nice","policy":"p","binding":"b","expressionIndex":1,
                          "validationActions":["Audit"]}]"""));
    }

    /** The annotations of the first event that has that one, once it is written. */
    private JsonNode annotations(String key) {
        var whole = await().until(
                        () -> Files.readString(auditLog),
                        text -> text.contains("\"" + key + "\"") && text.endsWith("\n"));
        return whole.lines()
                .map(line -> Json.parse(line).path("annotations"))
                .filter(found -> found.has(key))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void annotations_that_cannot_be_computed_follow_the_failure_policy() {
        policy("auditAnnotations: [{key: word, valueExpression: object.data.word}]");
        bind("[Audit]", "");

        assertThat(api.post(MAPS, map("silent", "{a: x}")).message())
                .endsWith("denied request: valueExpression 'object.data.word' resulted in error: no such key: word");
        assertThat(api.post(MAPS, map("spoken", "{word: x}")).status()).isEqualTo(201);

        api.patch(POLICIES + "/p", "{\"spec\":{\"failurePolicy\":\"Ignore\"}}");
        assertThat(api.post(MAPS, map("silent", "{a: x}")).status()).isEqualTo(201);
    }

    @Test
    void annotations_are_checked_when_they_are_written() {
        assertThat(api.post(POLICIES, text("auditAnnotations: [{key: a, valueExpression: 1 + 1}]"))
                        .message())
                .contains("spec.auditAnnotations[0].valueExpression", "must evaluate to one of [string null_type]");
        assertThat(api.post(POLICIES, text("auditAnnotations: [{key: a, valueExpression: 'x +'}]"))
                        .message())
                .contains("compilation failed: ERROR: <input>");
        assertThat(api.post(
                                POLICIES,
                                text(
                                        "auditAnnotations: [{key: a, valueExpression: \"'x'\"}, {key: a, valueExpression: \"'y'\"}]"))
                        .message())
                .contains("spec.auditAnnotations[1].key: Duplicate value: \"a\"");
    }

    @Test
    void conditions_choose_requests_and_failures_follow_the_failure_policy() {
        policy("""
                matchConditions: [{name: named, expression: "object.metadata.name.startsWith('x')"}]
                validations: [{expression: "object.data.missing == 'a'"}]
                """);
        bind("[Deny]", "");
        assertThat(api.post(MAPS, map("other", "{a: x}")).status()).isEqualTo(201);
        assertThat(api.post(MAPS, map("xa", "{a: x}")).message())
                .endsWith("expression 'object.data.missing == 'a'' resulted in error: no such key: missing");

        api.patch(POLICIES + "/p", "{\"spec\":{\"failurePolicy\":\"Ignore\"}}");
        assertThat(api.post(MAPS, map("xb", "{a: x}")).status()).isEqualTo(201);
    }

    @Test
    void parameters_come_from_objects() {
        policy("""
                paramKind: {apiVersion: v1, kind: ConfigMap}
                matchConditions: [{name: others, expression: "object.metadata.name != 'limits'"}]
                validations: [{expression: "object.data.size() <= int(params.data.most)"}]
                """);
        bind("[Deny]", "paramRef: {name: limits, namespace: default, parameterNotFoundAction: Deny}");
        assertThat(api.post(MAPS, map("early", "{}")).message())
                .endsWith("failed to configure binding: no params found for policy binding with `Deny`"
                        + " parameterNotFoundAction");

        api.patch(BINDINGS + "/b", "{\"spec\":{\"paramRef\":{\"parameterNotFoundAction\":\"Allow\"}}}");
        api.post(MAPS, map("limits", "{most: '1'}"));
        assertThat(api.post(MAPS, map("two", "{a: x, b: z}")).status()).isEqualTo(422);
        assertThat(api.post(MAPS, map("one", "{a: x}")).status()).isEqualTo(201);
    }

    @Test
    void deletions_and_rights_are_judged_too() {
        policy("""
                validations:
                - expression: "request.operation != 'DELETE' || oldObject.metadata.name != 'kept'"
                  message: kept
                - expression: "authorizer.requestResource.check('custom').allowed()"
                  message: "no right"
                - expression: "!authorizer.serviceAccount('default', 'x').group('').resource('secrets').check('get').allowed()"
                  message: "a right too much"
                """);
        api.post(MAPS, map("kept", "{}"));
        bind("[Deny]", "");

        assertThat(api.delete(MAPS + "/kept").message()).endsWith("denied request: kept");
        assertThat(api.post(MAPS, map("fine", "{}")).status()).isEqualTo(201);
        var editor = new User("eve", "", List.of("editors", "system:authenticated"), Map.of());
        api.post(
                "/apis/rbac.authorization.k8s.io/v1/clusterroles",
                "{metadata: {name: editor}, rules: [{apiGroups: [''], resources: [configmaps], verbs: [create]}]}");
        api.post(
                "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
                "{metadata: {name: editor}, subjects: [{kind: User, apiGroup: rbac.authorization.k8s.io, name: eve}],"
                        + " roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: editor}}");
        assertThat(api.post(editor, MAPS, map("eve", "{}")).message()).endsWith("denied request: no right");
        api.delete(BINDINGS + "/b");
    }

    @Test
    void connections_to_pods_are_judged_by_their_options() {
        policy(
                """
                validations:
                - expression: "object.command != ['rm'] && object.stdin == true"
                  messageExpression: "request.operation + ' ' + request.kind.kind + ' ' + request.subResource + ' ' + request.name"
                """,
                "{resourceRules: [{apiGroups: [''], apiVersions: [v1], resources: [pods/exec, services/proxy],"
                        + " operations: [CONNECT]}]}");
        bind("[Deny]", "");
        var pod = "/api/v1/namespaces/default/pods/none";

        assertThat(api.get(pod + "/exec?command=rm&stdin=true").message())
                .endsWith("denied request: CONNECT PodExecOptions exec none");
        assertThat(api.get(pod + "/exec?command=ls&stdin=true").message()).isEqualTo("pods \"none\" not found");
        assertThat(api.get(pod + "/attach").message()).isEqualTo("pods \"none\" not found");
        assertThat(api.get("/api/v1/namespaces/default/services/http:web:80/proxy/x")
                        .message())
                .contains("services \"http:web:80\" is forbidden", "no such key: command");
    }

    @Test
    void expressions_are_compiled_when_they_are_written() {
        var refused = api.post(POLICIES, text("validations: [{expression: 'object.x +'}]"));
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.message())
                .contains(
                        "spec.validations[0].expression: Invalid value: \"object.x +\": compilation failed: ERROR: <input>");
        assertThat(api.post(POLICIES, text("validations: [{expression: '1 + 1'}]"))
                        .message())
                .contains("must evaluate to bool");
        assertThat(api.post(POLICIES, text("validations: [{expression: 'params.x == 1'}]"))
                        .message())
                .contains("undeclared reference to 'params'");
    }

    @Test
    void the_type_check_notes_unknown_fields_in_the_status() {
        var created = policy("validations: [{expression: \"object.dta.size() == 1\"}]");

        var stored = api.get(POLICIES + "/p").body();
        assertThat(created.status()).isEqualTo(201);
        assertThat(stored.at("/status/observedGeneration").asInt()).isEqualTo(1);
        assertThat(stored.at("/status/typeChecking/expressionWarnings/0/fieldRef")
                        .asText())
                .isEqualTo("spec.validations[0].expression");
        assertThat(stored.at("/status/typeChecking/expressionWarnings/0/warning")
                        .asText())
                .startsWith("v1, Kind=ConfigMap: ERROR: <input>:1:7: undefined field 'dta'");
    }

    @Test
    void match_conditions_of_webhooks_are_checked_and_keep_requests_away() {
        var hooks = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations";
        var webhook = """
                {metadata: {name: hook}, webhooks: [{name: hook.example.com, sideEffects: None, admissionReviewVersions: [v1],
                 clientConfig: {url: "https://127.0.0.1:1/"}, matchConditions: [{name: c, expression: "%s"}],
                 rules: [{apiGroups: [''], apiVersions: [v1], resources: [configmaps], operations: [CREATE]}]}]}
                """;
        assertThat(api.post(hooks, webhook.formatted("object.")).message())
                .contains("webhooks[0].matchConditions[0].expression: Invalid value: \"object.\": compilation failed");
        assertThat(api.post(hooks, webhook.formatted("object.metadata.name == 'sent'"))
                        .status())
                .isEqualTo(201);

        assertThat(api.post(MAPS, map("kept-away", "{}")).status()).isEqualTo(201);
        assertThat(api.post(MAPS, map("sent", "{}")).message()).contains("failed calling webhook");
        api.delete(hooks + "/hook");
    }

    private LocalApi.Answer policy(String spec) {
        return policy(spec, ON_MAPS);
    }

    private LocalApi.Answer policy(String spec, String on) {
        var answer = api.post(POLICIES, text(spec, on));
        assertThat(answer.message()).isEmpty();
        return answer;
    }

    private static String text(String spec) {
        return text(spec, ON_MAPS);
    }

    private static String text(String spec, String on) {
        return """
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingAdmissionPolicy
                metadata: {name: p}
                spec:
                  matchConstraints: %s
                %s
                """.formatted(on, spec.indent(2));
    }

    private void bind(String actions, String more) {
        var binding = """
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingAdmissionPolicyBinding
                metadata: {name: b}
                spec:
                  policyName: p
                  validationActions: %s
                %s
                """.formatted(actions, more.indent(2));
        assertThat(api.post(BINDINGS, binding).message()).isEmpty();
    }

    private static String map(String name, String data) {
        return "{apiVersion: v1, kind: ConfigMap, metadata: {name: %s}, data: %s}".formatted(name, data);
    }
}
