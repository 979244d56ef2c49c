package io.luban.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GoDurationTest {
    @ParameterizedTest
    @CsvSource({"0,PT0S", "15s,PT15S", "1h30m,PT1H30M", "1.5h,PT1H30M", "300ms,PT0.3S", "2us,PT0.000002S", "168h,PT168H"
    })
    void reads_numbers_with_units(String text, Duration expected) {
        assertThat(GoDuration.parse(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "15", "s", "-1s", "1d", "1 s", "1h 2m", "9999999999h"})
    void refuses_everything_else(String text) {
        assertThatThrownBy(() -> GoDuration.parse(text))
                .isInstanceOf(ParseException.class)
                .hasMessageContaining(text);
    }

    @Test
    void refuses_texts_without_end() {
        assertThatThrownBy(() -> GoDuration.parse("1s".repeat(1000))).isInstanceOf(ParseException.class);
    }
}
