package io.luban.embeddedkube.webhook;

import static io.luban.embeddedkube.webhook.WebhookHarness.MUTATING;
import static io.luban.embeddedkube.webhook.WebhookHarness.VALIDATING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.memory.TestCluster;
import io.luban.embeddedkube.store.Change;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.tree.Trees;
import io.luban.embeddedkube.webhook.WebhookHarness.Misbehaviour;
import io.luban.model.ApiException;
import io.luban.model.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What webhooks may answer, and what becomes of those that answer something else or nothing. */
class WebhookAnswersTest {
    private static final String MAP = """
            {'apiVersion': 'v1', 'kind': 'ConfigMap', 'metadata': {'name': 'm', 'namespace': 'default'}}""";

    private final WebhookHarness harness = new WebhookHarness(true);
    private static final CountDownLatch NEVER = new CountDownLatch(1);

    @AfterEach
    void close() {
        harness.close();
    }

    private void configure(String kind, String more) {
        harness.configure(kind, "w", "'CREATE'", "'resources': ['configmaps']", more);
    }

    /** An answer that is none, and what is said about it. */
    record Nonsense(String problem, Misbehaviour behaviour) {
        static final String TOO_LATE = "context deadline exceeded";

        /** Patience with whom does answer, so that nothing else is the problem. */
        int patienceSeconds() {
            return problem.equals(TOO_LATE) ? 1 : 30;
        }

        @Override
        public String toString() {
            return problem;
        }
    }

    static List<Nonsense> nonsense() {
        return List.of(
                new Nonsense(
                        "expected response.uid",
                        (exchange, request) -> WebhookHarness.reply(
                                exchange,
                                WebhookHarness.review(WebhookHarness.allowed().put("uid", "other")))),
                new Nonsense("got \"\"", (exchange, request) -> WebhookHarness.reply(exchange, bytes("{}"))),
                new Nonsense("Post \"http", (exchange, request) -> WebhookHarness.reply(exchange, bytes("<html>"))),
                FAILURE,
                new Nonsense("the server answered with status 302", (exchange, request) -> {
                    exchange.getResponseHeaders().add("Location", "/elsewhere");
                    exchange.sendResponseHeaders(302, -1);
                }),
                new Nonsense("Post \"http", (exchange, request) -> {
                    var response = WebhookHarness.allowed().put("uid", Trees.text(request, "uid"));
                    response.put("filler", "x".repeat(3 * 1024 * 1024));
                    WebhookHarness.reply(exchange, WebhookHarness.review(response));
                }),
                new Nonsense(Nonsense.TOO_LATE, (exchange, request) -> await()),
                new Nonsense(Nonsense.TOO_LATE, (exchange, request) -> {
                    exchange.sendResponseHeaders(200, 0);
                    exchange.getResponseBody().write('{');
                    exchange.getResponseBody().flush();
                    await();
                }));
    }

    private static final Nonsense FAILURE = new Nonsense(
            "the server answered with status 503", (exchange, request) -> exchange.sendResponseHeaders(503, -1));

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void await() {
        try {
            assertThat(NEVER.await(30, TimeUnit.SECONDS)).isFalse();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @ParameterizedTest
    @MethodSource("nonsense")
    void a_webhook_that_answers_nonsense_has_failed(Nonsense nonsense) {
        harness.serve("/w", nonsense.behaviour());
        configure(VALIDATING, "'failurePolicy': 'Fail', 'timeoutSeconds': " + nonsense.patienceSeconds());

        assertThatThrownBy(() -> harness.create(MAP))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining("failed calling webhook \"w.b.c\": failed to call webhook: ")
                .hasMessageContaining(nonsense.problem())
                .extracting(failure -> ((ApiException) failure).code())
                .isEqualTo(500);
        // the deadline may pass before the question is heard
        Awaitility.await().untilAsserted(() -> assertThat(harness.asked()).hasSize(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {MUTATING, VALIDATING})
    void a_failure_that_is_to_be_ignored_is_counted_and_noted(String kind) {
        harness.serve("/w", FAILURE.behaviour());
        configure(kind, "'failurePolicy': 'Ignore'");

        harness.create(MAP);

        boolean changes = kind.equals(MUTATING);
        assertThat(harness.failedOpen()).containsExactly("w.b.c " + (changes ? "admit" : "validating"));
        assertThat(harness.annotations())
                .containsEntry(
                        "failed-open." + (changes ? "mutation" : "validating")
                                + ".webhook.admission.k8s.io/round_0_index_0",
                        "w.b.c");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void warnings_and_annotations_are_passed_on_even_with_a_refusal(boolean isAllowed) {
        configure(VALIDATING, "");
        harness.answers(request -> {
            var response = Json.object().put("allowed", isAllowed);
            response.putArray("warnings").add("mind the gap");
            response.putObject("auditAnnotations").put("checked", "twice");
            return response;
        });

        if (isAllowed) {
            harness.create(MAP);
        } else {
            assertThatThrownBy(() -> harness.create(MAP))
                    .hasMessage("admission webhook \"w.b.c\" denied the request without explanation");
        }

        assertThat(harness.warnings()).containsExactly("mind the gap");
        assertThat(harness.annotations()).containsEntry("w.b.c/checked", "twice");
    }

    @Test
    void a_deletion_is_warned_about_too() {
        harness.create(MAP);
        harness.configure(VALIDATING, "w", "'DELETE'", "'resources': ['configmaps']", "");
        harness.answers(request -> {
            var response = WebhookHarness.allowed();
            response.putArray("warnings").add("gone for good");
            return response;
        });

        harness.delete("configmaps", "m");

        assertThat(harness.warnings()).containsExactly("gone for good");
    }

    @Test
    void a_refusal_keeps_its_code_and_reason() {
        configure(VALIDATING, "");
        harness.answers(request -> {
            var response = Json.object().put("allowed", false);
            response.putObject("status")
                    .put("code", 409)
                    .put("reason", "Conflict")
                    .put("message", "no");
            return response;
        });

        assertThatThrownBy(() -> harness.create(MAP))
                .extracting(failure -> ((ApiException) failure).status())
                .satisfies(status -> {
                    assertThat(status.code()).isEqualTo(409);
                    assertThat(status.reason()).isEqualTo("Conflict");
                });
    }

    @Test
    void a_dry_run_asks_only_webhooks_without_side_effects() {
        configure(VALIDATING, "");
        assertThat(Trees.name(harness.create(MAP, true))).isEqualTo("m");
        assertThat(harness.asked().getFirst().path("dryRun").asBoolean()).isTrue();
        change("Some");

        assertThatThrownBy(() -> harness.create(MAP, true))
                .hasMessage("admission webhook \"w.b.c\" does not support dry run")
                .extracting(failure -> ((ApiException) failure).code())
                .isEqualTo(400);
        assertThat(harness.asked()).hasSize(1);

        change("NoneOnDryRun");
        harness.create(MAP, true);
        assertThat(harness.cluster().find("configmaps", "default", "m")).isEmpty();
    }

    /** Older configurations may say what new ones may not. */
    private void change(String sideEffects) {
        var resource = TestCluster.resource("validatingwebhookconfigurations.admissionregistration.k8s.io");
        var key = new ObjectKey(resource, "", "w");
        var configuration = harness.cluster().store().get(key).orElseThrow().tree();
        ((ObjectNode) configuration.at("/webhooks/0")).put("sideEffects", sideEffects);
        harness.cluster().store().commit(List.of(new Change.Put(key, Change.ANY, configuration)));
    }

    @Test
    void where_services_must_be_reached_one_that_is_not_there_fails_the_webhook() {
        try (var strict = new WebhookHarness(false)) {
            strict.cluster().create("""
                    {'apiVersion': 'admissionregistration.k8s.io/v1', 'kind': 'ValidatingWebhookConfiguration',
                     'metadata': {'name': 'w'}, 'webhooks': [{'name': 'a.b.c', 'sideEffects': 'None',
                     'clientConfig': {'service': {'namespace': 'default', 'name': 'none'}},
                     'admissionReviewVersions': ['v1'], 'rules': [{'operations': ['CREATE'], 'apiGroups': [''],
                      'apiVersions': ['v1'], 'resources': ['configmaps']}]}]}""");

            assertThatThrownBy(() -> strict.create(MAP))
                    .hasMessageContaining("no endpoints available for service \"none\"");
            assertThat(strict.skipped()).isEmpty();
        }
    }

    @Test
    void the_question_names_the_client_and_its_patience() {
        var agents = new StringBuilder();
        harness.serve("/w", (exchange, request) -> {
            agents.append(exchange.getRequestHeaders().getFirst("User-Agent"))
                    .append(' ')
                    .append(exchange.getRequestURI().getQuery());
            var response = WebhookHarness.allowed().put("uid", Trees.text(request, "uid"));
            WebhookHarness.reply(exchange, WebhookHarness.review(response));
        });
        configure(VALIDATING, "'timeoutSeconds': 7");

        harness.create(MAP);

        assertThat(agents)
                .hasToString("kube-apiserver-admission timeout="
                        + Duration.ofSeconds(7).toSeconds() + "s");
        assertThat(Trees.text(harness.asked().getFirst(), "userInfo", "uid")).isEqualTo("7");
    }
}
