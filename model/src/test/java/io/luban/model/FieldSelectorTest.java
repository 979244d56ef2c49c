package io.luban.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FieldSelectorTest {
    private static final Map<String, String> FIELDS =
            Map.of("metadata.name", "a", "status.phase", "Running", "odd", "x,y=z\\");

    private static boolean matches(String selector) {
        return FieldSelector.parse(selector).matches(path -> FIELDS.getOrDefault(path, ""));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "metadata.name=a | true",
                "metadata.name==a | true",
                "metadata.name!=a | false",
                "status.phase!=Failed,metadata.name=a | true",
                "status.phase!=Running,metadata.name=a | false",
                "spec.nodeName= | true",
                "spec.nodeName!= | false",
                ",metadata.name=a, | true",
                "odd=x\\,y\\=z\\\\ | true",
                "'' | true",
            })
    void chooses_by_field_values(String selector, boolean expected) {
        assertThat(matches(selector)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"zzz", "a=b=c", "a=b\\n", "a=b\\", "metadata.name=a,zzz"})
    void refuses_what_it_cannot_read(String selector) {
        assertThatThrownBy(() -> FieldSelector.parse(selector))
                .isInstanceOf(ParseException.class)
                .hasMessageStartingWith("invalid ");
    }

    @Test
    void tells_the_value_a_field_must_have() {
        var selector = FieldSelector.parse("metadata.name=a,status.phase!=Failed");

        assertThat(selector.requires("metadata.name")).contains("a");
        assertThat(selector.requires("status.phase")).isEmpty();
    }

    @Test
    void its_text_reads_back_to_the_same_terms() {
        var random = new Random(7);
        var alphabet = "ab,=\\!. ";
        for (int round = 0; round < 5_000; round++) {
            var value = new StringBuilder();
            for (int i = random.nextInt(8); i > 0; i--) {
                value.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            var term = new FieldSelector.Term("spec.x", random.nextBoolean(), value.toString());
            assertThat(FieldSelector.parse(term.toString()).terms()).containsExactly(term);
        }
    }
}
