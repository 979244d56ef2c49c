package io.luban.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luban.model.ParseException;
import java.util.List;
import org.junit.jupiter.api.Test;

class SourceAddressesTest {
    private final SourceAddresses trusting = new SourceAddresses(List.of("127.0.0.0/8", "::1", "10.0.0.0/8"));

    @Test
    void believes_a_trusted_proxy() {
        assertThat(of("x-client-ip", "192.0.2.1", "X-Real-IP", "192.0.2.2")).isEqualTo("192.0.2.1");
        assertThat(of("x-client-ip", "undefined", "X-Real-IP", "2001:db8::1")).isEqualTo("2001:db8:0:0:0:0:0:1");
        assertThat(of("X-Forwarded-For", "198.51.100.7, 192.0.2.9, 10.1.1.1")).isEqualTo("192.0.2.9");
        assertThat(of("X-Forwarded-For", "junk")).isEqualTo("127.0.0.1");
    }

    @Test
    void believes_nobody_else() {
        var strict = new SourceAddresses(List.of("203.0.113.0/24"));
        var request = LocalRequest.of("GET", "/", Headers.of("x-client-ip", "192.0.2.1"));

        assertThat(strict.of(request)).isEqualTo("127.0.0.1");
    }

    @Test
    void refuses_ranges_that_are_none() {
        assertThatThrownBy(() -> new SourceAddresses(List.of("10.0.0.0/40"))).isInstanceOf(ParseException.class);
        assertThatThrownBy(() -> new SourceAddresses(List.of("example.org"))).isInstanceOf(ParseException.class);
    }

    private String of(String... headers) {
        return trusting.of(LocalRequest.of("GET", "/", Headers.of(headers)));
    }
}
