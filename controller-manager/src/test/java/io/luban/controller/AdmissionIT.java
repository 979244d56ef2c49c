package io.luban.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.ApiException;
import io.luban.model.Json;
import io.luban.model.Yaml;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdmissionIT {
    private static final String PLANS = "/apis/kubesphere.io/v1alpha1/installplans";
    private static final String SURFACE = "/apis/extensions.kubesphere.io/v1alpha1/";
    private static final String CONFIGURATION =
            "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/installplans.kubesphere.io";
    private static final String SECRET =
            "/api/v1/namespaces/kubesphere-system/secrets/ks-controller-manager-webhook-cert";

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

    @Test
    void a_plan_with_a_broken_configuration_is_denied_in_the_words_that_clients_know() {
        var plan = plan("broken", "a: 1\nb: 2\na: 3\n");

        assertThatThrownBy(() -> platform.kube().create(PLANS, plan))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(403))
                .hasMessage("admission webhook \"installplans.kubesphere.io\" denied the request: "
                        + "failed to unmarshal extension config: yaml: line 3, column 1: key \"a\" already set in map");
    }

    @Test
    void configurations_are_stored_without_blanks_at_line_ends_and_plans_of_helm_are_left_alone() {
        var stored = platform.kube().create(PLANS, plan("trimmed", "a: 1   \nb: 2\t\n"));
        assertThat(stored.at("/spec/config").asText()).isEqualTo("a: 1\nb: 2\n");

        var ofHelm = plan("helm", "a: 1   ");
        ofHelm.withObject("/metadata").withObject("/labels").put("app.kubernetes.io/managed-by", "Helm");
        assertThat(platform.kube().create(PLANS, ofHelm).at("/spec/config").asText())
                .isEqualTo("a: 1   ");
        platform.remove("trimmed");
        platform.remove("helm");
    }

    @Test
    void both_generations_of_the_surface_are_judged_together() {
        var first = platform.kube().create(SURFACE + "apiservices", object("""
                apiVersion: extensions.kubesphere.io/v1alpha1
                kind: APIService
                metadata: {name: v1.one.io}
                spec: {group: one.io, version: v1, url: 'http://one.example.org'}
                """));
        assertThat(first.at("/status/state").asText()).isEqualTo("Available");

        var early = object("""
                apiVersion: kubesphere.io/v1alpha1
                kind: APIService
                metadata: {name: another}
                spec: {group: one.io, version: v1, url: 'http://two.example.org'}
                """);
        assertThatThrownBy(() -> platform.kube().create("/apis/kubesphere.io/v1alpha1/apiservices", early))
                .hasMessage("admission webhook \"apiservices.extensions.kubesphere.io\" denied the request: "
                        + "APIService one.io/v1 is already exists");
    }

    @Test
    void early_categories_are_stored_with_languages() {
        var stored = platform.kube().create("/apis/kubesphere.io/v1alpha1/categories", object("""
                apiVersion: kubesphere.io/v1alpha1
                kind: Category
                metadata: {name: early}
                spec: {displayName: Early, description: As it was}
                """));

        assertThat(stored.path("spec")).isEqualTo(object("displayName: {en: Early}\ndescription: {en: As it was}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "depth: -1",
                "updateStrategy: {registryPoll: {interval: '10'}}",
                "updateStrategy: {registryPoll: {interval: -5m}}",
                "updateStrategy: {timeout: soon}",
            })
    void repositories_with_numbers_that_mean_nothing_are_invalid(String setting) {
        var repository = object("""
                apiVersion: kubesphere.io/v1alpha1
                kind: Repository
                metadata: {name: odd}
                spec: {%s}
                """.formatted(setting));

        assertThatThrownBy(() -> platform.kube().create("/apis/kubesphere.io/v1alpha1/repositories", repository))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(422));
    }

    @ParameterizedTest
    @CsvSource({
        "kubesphere.io, categories, Category",
        "kubesphere.io, repositories, Repository",
        "kubesphere.io, extensions, Extension",
        "kubesphere.io, extensionversions, ExtensionVersion",
        "kubesphere.io, installplans, InstallPlan",
        "kubesphere.io, subscriptions, Subscription",
        "extensions.kubesphere.io, jsbundles, JSBundle",
        "extensions.kubesphere.io, apiservices, APIService",
        "extensions.kubesphere.io, reverseproxies, ReverseProxy",
        "extensions.kubesphere.io, extensionentries, ExtensionEntry"
    })
    void the_status_of_extension_kinds_is_written_with_the_object_and_nowhere_else(
            String group, String plural, String kind) {
        var definition =
                platform.kube().get("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/" + plural + "." + group);
        assertThat(definition.at("/spec/names/kind").asText()).isEqualTo(kind);
        var path = "/apis/%s/v1alpha1/%s/anything/status".formatted(group, plural);

        assertThatThrownBy(() -> platform.kube().patch(path, Json.object()))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(404))
                .hasMessageContaining("could not find the requested resource");
    }

    @ParameterizedTest
    @ValueSource(strings = {"extensions", "installplans", "subscriptions"})
    void lists_of_extension_kinds_show_their_state(String plural) {
        var definition = platform.kube()
                .get("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/" + plural + ".kubesphere.io");

        assertThat(definition.at("/spec/names/categories")).isEqualTo(Json.parse("[\"extensions\"]"));
        assertThat(definition.at("/spec/versions/0/additionalPrinterColumns/0"))
                .isEqualTo(Json.parse("{\"name\":\"State\",\"type\":\"string\",\"jsonPath\":\".status.state\"}"));
    }

    @Test
    void a_start_after_a_kill_finds_another_port_and_everything_can_be_written_again() throws IOException {
        var before = url();
        platform.stopControllers();
        assertThat(url()).isEqualTo(before);
        try (var occupied = new Socket()) {
            // bound and deaf, so that chance does not give the next ones the port of the last
            occupied.setReuseAddress(true);
            occupied.bind(new InetSocketAddress(
                    InetAddress.getLoopbackAddress(), URI.create(before).getPort()));
            assertThatThrownBy(() -> platform.kube().create(PLANS, plan("down", "")))
                    .hasMessageContaining("failed calling webhook \"installplans.kubesphere.io\"");

            platform.restartControllers();
        }

        assertThat(url()).isNotEqualTo(before);
        assertThat(platform.kube()
                        .create(PLANS, plan("up", "a: 1 "))
                        .at("/spec/config")
                        .asText())
                .isEqualTo("a: 1");
        platform.remove("up");
    }

    @Test
    void configurations_that_somebody_removes_come_back() {
        platform.kube().delete(CONFIGURATION);

        await().atMost(TestPlatform.PATIENCE)
                .untilAsserted(
                        () -> assertThat(platform.kube().find(CONFIGURATION)).isPresent());
    }

    @Test
    void a_damaged_certificate_is_replaced_at_the_next_start() {
        var damage = Json.object();
        damage.putObject("data")
                .put(
                        "tls.crt",
                        Base64.getEncoder()
                                .encodeToString("nonsense".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        platform.kube().patch(SECRET, damage);

        platform.stopControllers();
        platform.restartControllers();

        assertThatThrownBy(() -> platform.kube().create(PLANS, plan("broken", "a: [")))
                .hasMessageContaining("denied the request");
    }

    private static String url() {
        return platform.kube()
                .get(CONFIGURATION)
                .at("/webhooks/0/clientConfig/url")
                .asText();
    }

    private static ObjectNode plan(String name, String config) {
        var plan = object("""
                apiVersion: kubesphere.io/v1alpha1
                kind: InstallPlan
                spec: {enabled: true, extension: {version: 1.0.0}}
                """);
        plan.putObject("metadata").put("name", name);
        plan.withObject("/spec").put("config", config);
        plan.withObject("/spec/extension").put("name", name);
        return plan;
    }

    private static ObjectNode object(String yaml) {
        return (ObjectNode) Yaml.parse(yaml);
    }
}
