package io.luban.embeddedkube.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.ApiException;
import io.luban.model.GroupVersionKind;
import io.luban.model.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CanonicalFormTest {
    private final SchemaLibrary library = SchemaLibrary.load();
    private final List<String> unknown = new ArrayList<>();

    @Test
    void unknown_members_vanish_and_are_reported_with_their_path() {
        var text = canonical("""
                {"kind":"Deployment","apiVersion":"apps/v1","foo":1,"metadata":{"name":"d","bar":{}},
                 "spec":{"template":{"spec":{"containers":[{"name":"a","imag":"x"}]}}}}""");

        assertThat(unknown).containsExactlyInAnyOrder("foo", "metadata.bar", "spec.template.spec.containers[0].imag");
        assertThat(text).doesNotContain("foo", "bar", "imag");
    }

    @Test
    void a_zero_that_means_something_stays_and_any_other_goes() {
        assertThat(canonical("""
                {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d"},
                 "spec":{"replicas":0,"minReadySeconds":0,"paused":false}}""")).isEqualTo("""
                {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d"},"spec":{"replicas":0}}""");
    }

    @Test
    void members_come_in_the_order_of_the_type() {
        assertThat(canonical("""
                {"data":{"b":"1","a":"2"},"metadata":{"labels":{},"name":"c"},"kind":"ConfigMap","apiVersion":"v1"}""")).isEqualTo("""
                {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"},"data":{"b":"1","a":"2"}}""");
    }

    @Test
    void quantities_and_times_get_one_spelling() {
        var text = canonical("""
                {"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","creationTimestamp":"2026-01-01T02:00:00.5+02:00"},
                 "spec":{"containers":[{"name":"a","resources":{"limits":{"cpu":0.5,"memory":"1.5Gi"}}}]}}""");

        assertThat(text)
                .contains("\"limits\":{\"cpu\":\"500m\",\"memory\":\"1536Mi\"}")
                .contains("\"creationTimestamp\":\"2026-01-01T00:00:00Z\"");
    }

    @Test
    void a_wrong_type_is_refused_with_field_and_types() {
        assertThatThrownBy(() -> canonical("""
                {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"},"data":{"a":1}}"""))
                .isInstanceOf(ApiException.class)
                .hasMessage("ConfigMap in version \"v1\" cannot be handled as a ConfigMap: json: cannot unmarshal"
                        + " number into Go struct field ConfigMap.data of type string");
    }

    @Test
    void text_that_is_not_base64_is_refused() {
        assertThatThrownBy(() -> canonical("""
                {"apiVersion":"v1","kind":"Secret","metadata":{"name":"s"},"data":{"q":"!!"}}"""))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(400))
                .hasMessageContaining("illegal base64 data at input byte 0");
    }

    @Test
    void schemas_inside_definitions_are_checked_at_any_depth() {
        canonical("""
                {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"a.b"},
                 "spec":{"versions":[{"name":"v1","schema":{"openAPIV3Schema":{"type":"object","properties":
                 {"a":{"type":"array","items":{"type":"object","bogus":1}},"b":{"default":{"any":0}}}}}}]}}""");

        assertThat(unknown).containsExactly("spec.versions[0].schema.openAPIV3Schema.properties.items.bogus");
    }

    private String canonical(String json) {
        ObjectNode object = Json.parseObject(json.getBytes(StandardCharsets.UTF_8));
        var kind = GroupVersionKind.of(
                object.path("apiVersion").asText(), object.path("kind").asText());
        BuiltInRules.of(library, kind).canonicalize(object, unknown::add);
        return Json.text(object);
    }
}
