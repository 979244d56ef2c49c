package io.luban.embeddedkube.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRangeTest {
    @Test
    void starts_at_the_masked_address() {
        var range = AddressRange.parse("10.96.3.7/16");

        assertThat(range.first()).isEqualTo("10.96.0.1");
        assertThat(range.at(258)).isEqualTo("10.96.1.2");
        assertThat(range.size()).isEqualTo(65536);
    }

    @Test
    void knows_what_lies_inside() {
        var range = AddressRange.parse("10.96.0.0/24");

        assertThat(range.contains(AddressRange.address("10.96.0.1"))).isTrue();
        assertThat(range.contains(AddressRange.address("10.96.0.0"))).isFalse();
        assertThat(range.contains(AddressRange.address("10.96.0.255"))).isFalse();
        assertThat(range.contains(AddressRange.address("10.96.1.1"))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.96.0.0", "10.96.0.0/31", "10.96.0/16", "10.96.0.256/16", "a.b.c.d/16"})
    void refuses_what_is_no_range(String text) {
        assertThatThrownBy(() -> AddressRange.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
