package io.luban.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CustomResourceDefinitionsTest {
    private static final List<String> FREE_TYPES =
            List.of("x-kubernetes-preserve-unknown-fields", "x-kubernetes-int-or-string");

    @Test
    void every_definition_is_named_after_its_plural_and_group() {
        var definitions = CustomResourceDefinitions.all();

        assertThat(definitions).isNotEmpty().allSatisfy(crd -> {
            var spec = crd.path("spec");
            assertThat(crd.at("/metadata/name").asText())
                    .isEqualTo(spec.at("/names/plural").asText() + "."
                            + spec.path("group").asText());
            assertThat(spec.at("/names/singular").asText()).isNotEmpty();
        });
    }

    @Test
    void charts_may_write_the_status_of_extension_kinds_through_the_main_endpoint() {
        var extensionKinds = CustomResourceDefinitions.all().stream()
                .filter(crd -> crd.at("/spec/group").asText().endsWith("kubesphere.io"))
                .filter(crd -> !crd.at("/spec/group").asText().startsWith("iam."))
                .filter(crd -> !crd.at("/spec/group").asText().startsWith("application."))
                .toList();

        assertThat(extensionKinds)
                .hasSizeGreaterThanOrEqualTo(14)
                .allSatisfy(crd -> assertThat(
                                crd.at("/spec/versions/0/subresources/status").isMissingNode())
                        .as(crd.at("/metadata/name").asText())
                        .isTrue());
    }

    @Test
    void every_specified_field_has_a_type_or_is_declared_free() {
        var untyped = new ArrayList<String>();

        CustomResourceDefinitions.all()
                .forEach(crd -> crd.at("/spec/versions")
                        .forEach(version -> collectUntyped(
                                version.at("/schema/openAPIV3Schema"),
                                crd.at("/metadata/name").asText(),
                                untyped)));

        assertThat(untyped).isEmpty();
    }

    @Test
    void the_early_and_the_current_groups_serve_the_same_user_interface_kinds() {
        var names = CustomResourceDefinitions.all().stream()
                .map(crd -> crd.at("/metadata/name").asText())
                .toList();

        assertThat(names)
                .contains("jsbundles.kubesphere.io", "jsbundles.extensions.kubesphere.io")
                .contains("apiservices.kubesphere.io", "apiservices.extensions.kubesphere.io")
                .contains("reverseproxies.kubesphere.io", "reverseproxies.extensions.kubesphere.io");
    }

    private static void collectUntyped(JsonNode schema, String path, List<String> found) {
        if (!schema.has("type") && FREE_TYPES.stream().noneMatch(schema::has)) {
            found.add(path);
        }
        schema.path("properties")
                .properties()
                .forEach(entry -> collectUntyped(entry.getValue(), path + "." + entry.getKey(), found));
        if (schema.path("items").isObject()) {
            collectUntyped(schema.path("items"), path + "[]", found);
        }
        if (schema.path("additionalProperties").isObject()) {
            collectUntyped(schema.path("additionalProperties"), path + ".*", found);
        }
    }
}
