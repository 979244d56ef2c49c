package io.luban.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KnownValuesTest {
    private static final String TOKEN = "Bearer " + "abcdefgh.".repeat(40);

    private final KnownValues values = new KnownValues();

    @Test
    void equal_long_values_become_one_string() {
        var first = values.checked(new String(TOKEN.toCharArray()));

        assertThat(values.checked(new String(TOKEN.toCharArray())))
                .isSameAs(first)
                .isEqualTo(TOKEN);
    }

    @Test
    void values_that_share_a_place_take_turns_and_stay_apart() {
        var twin = "x" + TOKEN.substring(1);

        assertThat(values.checked(TOKEN)).isEqualTo(TOKEN);
        assertThat(values.checked(twin)).isEqualTo(twin);
        assertThat(values.checked(TOKEN)).isEqualTo(TOKEN);
    }

    @Test
    void a_malformed_value_is_refused_however_often_it_comes() {
        var malformed = TOKEN.replace('c', '\n');

        assertThat(values.checked(malformed)).isNull();
        assertThat(values.checked(malformed)).isNull();
        assertThat(values.isValue("short\r\n")).isFalse();
        assertThat(values.isValue("x".repeat(5000) + "\0")).isFalse();
        assertThat(values.isValue("x".repeat(5000))).isTrue();
    }
}
