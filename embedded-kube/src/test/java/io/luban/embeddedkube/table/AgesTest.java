package io.luban.embeddedkube.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.luban.model.Json;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgesTest {
    @ParameterizedTest
    @CsvSource({
        "PT0S, 0s",
        "PT119S, 119s",
        "PT120S, 2m",
        "PT3M10S, 3m10s",
        "PT10M30S, 10m",
        "PT125M, 125m",
        "PT3H5M, 3h5m",
        "PT4H, 4h",
        "PT30H, 30h",
        "P3DT4H, 3d4h",
        "P3D, 3d",
        "P45D, 45d",
        "P740D, 2y10d",
        "P730D, 2y",
        "P3285D, 9y",
        "PT-1S, 0s",
        "PT-1H, <invalid>",
    })
    void shows_at_most_two_units(Duration duration, String expected) {
        assertThat(Ages.text(duration)).isEqualTo(expected);
    }

    @Test
    void an_absent_or_odd_time_is_unknown() {
        var now = Instant.parse("2026-11-21T02:00:00Z");
        var object = Json.object().put("odd", "yesterday").put("good", "2026-11-21T01:59:00+00:00");

        assertThat(Ages.since(object.path("missing"), now)).isEqualTo("<unknown>");
        assertThat(Ages.since(object.path("odd"), now)).isEqualTo("<unknown>");
        assertThat(Ages.since(object.path("good"), now)).isEqualTo("60s");
    }
}
