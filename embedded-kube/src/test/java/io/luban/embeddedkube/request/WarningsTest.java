package io.luban.embeddedkube.request;

import static org.assertj.core.api.Assertions.assertThat;

import io.luban.http.Headers;
import org.junit.jupiter.api.Test;

class WarningsTest {
    @Test
    void each_text_becomes_one_escaped_header() {
        var warnings = new Warnings();
        warnings.accept("unknown field \"a\\b\"");
        warnings.accept("line\nbreak");
        warnings.accept("line\nbreak");

        assertThat(warnings.addTo(Headers.EMPTY).all("Warning"))
                .containsExactly("299 - \"unknown field \\\"a\\\\b\\\"\"", "299 - \"linebreak\"");
    }

    @Test
    void they_stop_before_they_fill_the_head() {
        var warnings = new Warnings();
        for (int i = 0; i < 100; i++) {
            warnings.accept(i + "x".repeat(100));
        }

        assertThat(warnings.addTo(Headers.EMPTY).all("Warning")).hasSizeBetween(30, 40);
    }
}
