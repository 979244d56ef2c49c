package io.luban.controller;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SelectionTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    *                        | repository | true
                    repository               | repository | true
                    repository               | extension  | false
                    *,-repository            | repository | false
                    *,-repository            | extension  | true
                    -repository,repository,* | repository | false
                    repository,-repository   | repository | true
                    """)
    void the_first_word_on_a_controller_counts_and_a_star_is_for_the_others(String words, String name, boolean runs) {
        assertThat(new Selection(List.of(words.split(","))).runs(name)).isEqualTo(runs);
    }

    @Test
    void words_that_name_no_controller_are_told_with_those_that_exist() {
        var problems = new Selection(List.of("*", "-repository", "-repo", "Extension")).problems();

        assertThat(problems).hasSize(2);
        assertThat(problems.getFirst())
                .contains("\"repo\" is not in the list of known controllers")
                .contains("extensionVersion");
        assertThat(Selection.ALL.problems()).isEmpty();
    }
}
