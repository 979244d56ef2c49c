package io.luban.controller.executor;

import static org.assertj.core.api.Assertions.assertThat;

import io.luban.model.Json;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelInjectionTest {
    private static final String JSON = "application/json";
    private final LabelInjection injection = new LabelInjection("demo");

    @ParameterizedTest
    @CsvSource({
        "POST, /apis/apps/v1/namespaces/ns/deployments, application/json",
        "POST, /api/v1/namespaces, application/json",
        "PUT, /api/v1/namespaces/ns/configmaps/a, application/json",
        "PATCH, /api/v1/namespaces/ns/configmaps/a, application/merge-patch+json",
        "PATCH, /apis/apps/v1/namespaces/ns/deployments/a, application/strategic-merge-patch+json",
        "PATCH, /apis/extensions.kubesphere.io/v1alpha1/jsbundles/a, application/apply-patch+yaml"
    })
    void written_objects_carry_the_name_of_the_extension(String method, String path, String type) {
        var body = body("{\"metadata\":{\"name\":\"a\",\"labels\":{\"kubesphere.io/extension-ref\":\"other\"}}}");

        var sent = Json.parse(injection.apply(method, ObjectPath.parse(path), type, body));

        assertThat(sent.at("/metadata/labels/kubesphere.io~1extension-ref").asText())
                .isEqualTo("demo");
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /api/v1/namespaces/ns/events, application/json, {}",
        "POST, /api/v1/namespaces/ns/secrets, application/json, {\"type\":\"helm.sh/release.v1\"}",
        "POST, /apis/authorization.k8s.io/v1/selfsubjectaccessreviews, application/json, {}",
        "PUT, /apis/apps/v1/namespaces/ns/deployments/a/status, application/json, {}",
        "PUT, /api/v1/namespaces/ns/finalize, application/json, {}",
        "PATCH, /api/v1/namespaces/ns/configmaps/a, application/json-patch+json, []",
        "POST, /api/v1/namespaces/ns/secrets, application/vnd.kubernetes.protobuf, k8s",
        "POST, /api/v1/namespaces/ns/configmaps, application/json, not json",
        "DELETE, /api/v1/namespaces/ns/configmaps/a, application/json, {}",
        "POST, /version, application/json, {}"
    })
    void everything_else_is_sent_as_it_came(String method, String path, String type, String text) {
        var body = body(text);

        assertThat(injection.apply(method, ObjectPath.parse(path), type, body)).isSameAs(body);
    }

    @Test
    void a_body_without_metadata_gets_some() {
        var sent = injection.apply("POST", ObjectPath.parse("/api/v1/namespaces/ns/pods"), JSON, body("{}"));

        assertThat(new String(sent, StandardCharsets.UTF_8))
                .isEqualTo("{\"metadata\":{\"labels\":{\"kubesphere.io/extension-ref\":\"demo\"}}}");
    }

    private static byte[] body(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
