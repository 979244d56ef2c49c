package io.luban.apiserver.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.Yaml;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DocumentMergeTest {
    @Test
    void keeps_the_first_of_two_descriptions_of_a_path() {
        var merged = merge(
                Generation.V2,
                "paths: {/a: {get: {summary: first}}}",
                "paths: {/a: {get: {summary: second}}, /b: {get: {summary: other}}, an-index: {serverRelativeURL: /openapi/v3}}");

        assertThat(merged.at("/paths/~1a/get/summary").asText()).isEqualTo("first");
        assertThat(merged.at("/paths/~1b/get/summary").asText()).isEqualTo("other");
        assertThat(merged.path("paths")).as("what is no path is none").hasSize(2);
    }

    @Test
    void renames_definitions_that_mean_something_else_with_the_references_to_them() {
        var merged = merge(
                Generation.V2,
                "definitions: {Thing: {type: object}, Same: {type: string}}",
                """
                definitions: {Thing: {type: string}, Same: {type: string}, Box: {$ref: '#/definitions/Thing'}}
                paths: {/b: {get: {schema: {$ref: '#/definitions/Thing'}, other: {$ref: '#/definitions/Same'}}}}
                """,
                "definitions: {Thing: {type: integer}}");

        assertThat(merged.at("/definitions/Thing/type").asText()).isEqualTo("object");
        assertThat(merged.at("/definitions/Thing_v2/type").asText()).isEqualTo("string");
        assertThat(merged.at("/definitions/Thing_v3/type").asText()).isEqualTo("integer");
        assertThat(merged.at("/definitions/Box/$ref").asText()).isEqualTo("#/definitions/Thing_v2");
        assertThat(merged.at("/paths/~1b/get/schema/$ref").asText()).isEqualTo("#/definitions/Thing_v2");
        assertThat(merged.at("/paths/~1b/get/other/$ref").asText()).isEqualTo("#/definitions/Same");
        assertThat(merged.path("definitions").has("Same_v2")).isFalse();
    }

    @Test
    void merges_components_and_tags_of_version_three() {
        var merged = merge(
                Generation.V3,
                "{tags: [{name: one}], components: {schemas: {A: {type: object}}}}",
                "{tags: [{name: one}, {name: other}], components: {schemas: {A: {type: string}, B: {$ref: '#/components/schemas/A'}}}}");

        assertThat(merged.at("/components/schemas/B/$ref").asText()).isEqualTo("#/components/schemas/A_v2");
        assertThat(merged.path("tags")).hasSize(2);
    }

    @ParameterizedTest
    @EnumSource(Generation.class)
    void leaves_out_what_has_no_place_in_a_description(Generation generation) {
        var merged = merge(
                generation,
                "paths: {/a: {get: {}}}",
                "{paths: {/b: 1, /c: {get: {}}}, definitions: [1], parameters: 5, components: [], tags: x}",
                "{paths: [], definitions: {A: null, B: {type: object}}, components: {schemas: {A: null, B: {type: object}}}}",
                "{paths: null, definitions: x, components: {schemas: [1]}, tags: [1, {name: 2}, null, {name: x}]}");

        assertThat(merged.path("paths").properties())
                .extracting(Map.Entry::getKey)
                .containsExactly("/a", "/c");
        assertThat(generation
                        .container(merged)
                        .path(generation.sections().getFirst())
                        .toString())
                .isEqualTo("{\"B\":{\"type\":\"object\"}}");
        assertThat(merged.path("tags").toString()).isEqualTo("[{\"name\":\"x\"}]");
    }

    private static ObjectNode merge(Generation generation, String first, String... more) {
        var merge = new DocumentMerge(generation, (ObjectNode) Yaml.parse(first));
        for (var document : more) {
            merge.add((ObjectNode) Yaml.parse(document));
        }
        return merge.result();
    }
}
