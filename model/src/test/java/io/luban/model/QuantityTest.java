package io.luban.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantityTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "0Gi, 0",
        "1, 1",
        "1000m, 1",
        "0.5, 500m",
        "100m, 100m",
        "1500, 1500",
        "1500k, 1500k",
        "12000, 12k",
        "1024, 1024",
        "1024Mi, 1Gi",
        "1.5Gi, 1536Mi",
        "1000Ki, 1000Ki",
        "0.5Ki, 512",
        "0.1Mi, 104857600m",
        "1e3, 1e3",
        "12e2, 1200",
        "2E, 2E",
        "5E2, 500",
        "-250m, -250m",
        "+3, 3",
        "0.0000000001, 1n",
        "1000000E, 1000000E"
    })
    void the_text_form_is_canonical(String text, String canonical) {
        assertThat(Quantity.parse(text)).hasToString(canonical);
        assertThat(Quantity.parse(canonical)).isEqualTo(Quantity.parse(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "1x", "1.2.3", "--1", "1 Gi", "Gi", "1e", "1e999999999", ".", "1,5", "0x10"})
    void other_texts_are_refused(String text) {
        assertThatThrownBy(() -> Quantity.parse(text)).isInstanceOf(ParseException.class);
    }

    @Test
    void amounts_compare_whatever_their_notation() {
        assertThat(Quantity.parse("1Gi")).isGreaterThan(Quantity.parse("1G"));
        assertThat(Quantity.parse("1000m")).isEqualTo(Quantity.parse("1")).hasSameHashCodeAs(Quantity.parse("1"));
    }

    @Test
    void sums_keep_the_notation() {
        assertThat(Quantity.parse("1Gi").plus(Quantity.parse("512Mi"))).hasToString("1536Mi");
        assertThat(Quantity.ZERO.plus(Quantity.parse("512Mi"))).hasToString("512Mi");
        assertThat(Quantity.parse("1").minus(Quantity.parse("300m"))).hasToString("700m");
    }
}
