package io.luban.extensionformat.version;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luban.model.ParseException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VersionTest {
    @Test
    void versions_sort_in_semantic_order() {
        var ordered = List.of(
                "0.9",
                "1.0.0-alpha",
                "1.0.0-alpha.1",
                "1.0.0-alpha.beta",
                "1.0.0-beta.2",
                "1.0.0-beta.11",
                "v1.0.0",
                "1.0.1",
                "1.2",
                "1.10.0",
                "2");
        var shuffled = new ArrayList<>(ordered.stream().map(Version::parse).toList());
        Collections.shuffle(shuffled, new Random(7));

        assertThat(shuffled.stream().sorted().map(Version::text)).containsExactlyElementsOf(ordered);
    }

    @Test
    void build_metadata_and_spelling_do_not_make_a_difference() {
        assertThat(Version.parse("v1.33.4+luban")).isEqualTo(Version.parse("1.33.4"));
        assertThat(Version.parse("v1.33.4+luban").text()).isEqualTo("v1.33.4+luban");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "latest", "1.2.3.4", "1.2.3-", "1.0.0-01", "-1", "1.a", "99999999999999999999"})
    void text_that_is_no_version_is_refused(String text) {
        assertThatThrownBy(() -> Version.parse(text))
                .isInstanceOf(ParseException.class)
                .hasMessageContaining("\"" + text + "\"");
    }
}
