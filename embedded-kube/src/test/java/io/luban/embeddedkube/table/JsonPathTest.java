package io.luban.embeddedkube.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.model.Json;
import io.luban.model.ParseException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonPathTest {
    private static final JsonNode OBJECT = Json.parse("""
            {"spec":{"size":3,"odd.name":"x","list":[{"name":"a"},{"name":"b"}]},
             "status":{"conditions":[{"type":"Synced","status":"False"},{"type":"Ready","status":"True"}]},
             "metadata":{"labels":{"app.kubernetes.io/name":"web"}}}""");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                ".spec.size | 3",
                "$.spec.size | 3",
                "{.spec.size} | 3",
                "spec.size | 3",
                ".spec['odd.name'] | x",
                ".spec.odd\\.name | x",
                ".metadata.labels['app.kubernetes.io/name'] | web",
                ".spec.list[1].name | b",
                ".spec.list[-1].name | b",
                ".spec.list[*].name | a",
                ".status.conditions[?(@.type==\"Ready\")].status | True",
                ".status.conditions[?(@.type=='Ready')].status | True",
                ".status.conditions[?(@.type!='Ready')].status | False",
            })
    void finds_the_first_value(String path, String expected) {
        assertThat(JsonPath.parse(path).first(OBJECT).asText()).isEqualTo(expected);
    }

    @Test
    void what_is_not_there_is_missing() {
        assertThat(JsonPath.parse(".spec.nothing.here").first(OBJECT).isMissingNode())
                .isTrue();
        assertThat(JsonPath.parse(".spec.list[9].name").first(OBJECT).isMissingNode())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {".a[", ".a[x]", ".a[?(type=='x')]", ".a]b["})
    void refuses_what_it_does_not_know(String path) {
        assertThatThrownBy(() -> JsonPath.parse(path))
                .isInstanceOf(ParseException.class)
                .hasMessageContaining(path);
    }
}
