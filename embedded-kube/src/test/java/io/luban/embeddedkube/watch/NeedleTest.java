package io.luban.embeddedkube.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NeedleTest {
    private static String word(Random random, int longest) {
        var word = new StringBuilder();
        for (int left = 1 + random.nextInt(longest); left > 0; left--) {
            word.append("ab\"".charAt(random.nextInt(3)));
        }
        return word.toString();
    }

    @Test
    void finds_what_a_plain_search_for_the_quoted_value_finds() {
        var random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            var value = word(random, 4).replace('"', 'a');
            var text = word(random, 30);

            var isFound = Needle.of(value).orElseThrow().isIn(text.getBytes(StandardCharsets.UTF_8));

            assertThat(isFound).as("%s in %s", value, text).isEqualTo(text.contains('"' + value + '"'));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "7", "-1.5", "1e9", "true", "false", "a\"b", "a\\b", "größer", "a\tb"})
    void values_that_may_be_written_otherwise_are_not_looked_for(String value) {
        assertThat(Needle.of(value)).isEmpty();
    }
}
