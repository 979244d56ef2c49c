package io.luban.embeddedkube.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.GroupVersionKind;
import io.luban.model.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DefaultsTest {
    private final SchemaLibrary library = SchemaLibrary.load();

    /** Each file holds the object as sent and as a Kubernetes 1.33 API server answered it. */
    @ParameterizedTest
    @ValueSource(strings = {"cronjob", "daemonset", "deployment", "job", "namespace", "pod", "service", "statefulset"})
    void objects_are_completed_as_kubernetes_completes_them(String name) throws IOException {
        var example = resource("/io/luban/embeddedkube/schema/defaults/" + name + ".json");

        var object = completed((ObjectNode) example.path("sent"));

        assertThat(object).isEqualTo(example.path("answered"));
        assertThat(Json.text(object)).isEqualTo(Json.text(example.path("answered")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"cronjob", "daemonset", "deployment", "job", "namespace", "pod", "service", "statefulset"})
    void a_completed_object_stays_as_it_is(String name) throws IOException {
        var object = (ObjectNode) resource("/io/luban/embeddedkube/schema/defaults/" + name + ".json")
                .path("answered");

        assertThat(Json.text(completed(object.deepCopy()))).isEqualTo(Json.text(object));
    }

    @Test
    void texts_of_secrets_are_folded_into_data() {
        var object = completed("""
                {"apiVersion":"v1","kind":"Secret","metadata":{"name":"s"},
                 "stringData":{"p":"pw"},"data":{"q":"cXE="}}""");

        assertThat(Json.text(object))
                .isEqualTo("{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{\"name\":\"s\"},"
                        + "\"data\":{\"q\":\"cXE=\",\"p\":\"cHc=\"},\"type\":\"Opaque\"}");
    }

    @Test
    void images_without_a_fixed_version_are_always_pulled() {
        for (var image : new String[] {"a", "a:latest", "r:5000/a"}) {
            assertThat(pullPolicy(image)).as(image).isEqualTo("Always");
        }
        for (var image : new String[] {"a:1", "r:5000/a:1", "a@sha256:0123"}) {
            assertThat(pullPolicy(image)).as(image).isEqualTo("IfNotPresent");
        }
    }

    @Test
    void headless_services_have_the_word_none_as_address() {
        var spec = completed("""
                {"apiVersion":"v1","kind":"Service","metadata":{"name":"s"},
                 "spec":{"clusterIP":"None","ports":[{"port":80,"name":"http","targetPort":"web"}]}}""").path("spec");

        assertThat(spec.path("clusterIPs").path(0).asText()).isEqualTo("None");
        assertThat(Json.text(spec.path("ports")))
                .isEqualTo("[{\"name\":\"http\",\"protocol\":\"TCP\",\"port\":80,\"targetPort\":\"web\"}]");
    }

    @Test
    void a_terminating_namespace_does_not_get_its_finalizer_back() {
        var object = completed("""
                {"apiVersion":"v1","kind":"Namespace",
                 "metadata":{"name":"n","deletionTimestamp":"2026-01-01T00:00:00Z"},"spec":{}}""");

        assertThat(object.path("spec").has("finalizers")).isFalse();
    }

    @Test
    void the_service_account_has_its_old_name_too() {
        var spec = completed("""
                {"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},
                 "spec":{"serviceAccount":"robot","containers":[{"name":"a","image":"a"}]}}""").path("spec");

        assertThat(spec.path("serviceAccountName").asText()).isEqualTo("robot");
    }

    private String pullPolicy(String image) {
        var pod = completed("""
                {"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},
                 "spec":{"containers":[{"name":"a","image":"%s"}]}}""".formatted(image));
        return pod.path("spec")
                .path("containers")
                .path(0)
                .path("imagePullPolicy")
                .asText();
    }

    private ObjectNode completed(String json) {
        return completed(Json.parseObject(json.getBytes(StandardCharsets.UTF_8)));
    }

    private ObjectNode completed(ObjectNode object) {
        var kind = GroupVersionKind.of(
                object.path("apiVersion").asText(), object.path("kind").asText());
        var rules = BuiltInRules.of(library, kind);
        rules.canonicalize(object, unknown -> {
            throw new AssertionError("unknown member " + unknown);
        });
        rules.setDefaults(object);
        return object;
    }

    private static JsonNode resource(String path) throws IOException {
        try (var in = DefaultsTest.class.getResourceAsStream(path)) {
            return Json.parse(in.readAllBytes());
        }
    }
}
