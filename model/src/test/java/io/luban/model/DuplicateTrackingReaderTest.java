package io.luban.model;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DuplicateTrackingReaderTest {
    private final ArrayList<String> duplicates = new ArrayList<>();

    @Test
    void reports_the_path_of_each_repeated_member_and_keeps_the_last() {
        var json = """
                {"data":{"x":"1","y":"2","x":"3"},"spec":{"c":[{"n":1},{"n":1,"n":2}]},"data2":{"x":1}}""";
        var tree = Json.parseReportingDuplicates(json.getBytes(UTF_8), duplicates::add);
        assertThat(duplicates).containsExactly("data.x", "spec.c[1].n");
        assertThat(tree).isEqualTo(Json.parse(json));
        assertThat(tree.at("/data/x").textValue()).isEqualTo("3");
    }

    @Test
    void reads_values_like_the_plain_parser() {
        var json = "[1,1.50,-0,1e400,9223372036854775808,\"\\u00e9\",true,false,null,{},[]]";
        assertThat(Json.parseReportingDuplicates(json.getBytes(UTF_8), duplicates::add))
                .isEqualTo(Json.parse(json));
        assertThat(duplicates).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[1,", "{\"a\":}", "{} {}", "{\"a\" 1}", "nul"})
    void refuses_what_is_not_json(String json) {
        assertThatThrownBy(() -> Json.parseReportingDuplicates(json.getBytes(UTF_8), duplicates::add))
                .isInstanceOf(ParseException.class);
    }

    @Test
    void refuses_deep_nesting() {
        var deep = "[".repeat(300) + "]".repeat(300);
        assertThatThrownBy(() -> Json.parseReportingDuplicates(deep.getBytes(UTF_8), duplicates::add))
                .isInstanceOf(ParseException.class);
    }
}
