package io.luban.embeddedkube.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScheduleTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            */5 * * * *      | 2026-03-01T10:02:30Z | 2026-03-01T10:05:00Z
            0 3 * * *        | 2026-03-01T03:00:00Z | 2026-03-02T03:00:00Z
            30 2 1 * *       | 2026-03-02T00:00:00Z | 2026-04-01T02:30:00Z
            0 0 * * mon      | 2026-03-01T00:00:00Z | 2026-03-02T00:00:00Z
            0 0 13 * 5       | 2026-03-01T00:00:00Z | 2026-03-06T00:00:00Z
            0 12 29 feb *    | 2026-03-01T00:00:00Z | 2028-02-29T12:00:00Z
            15,45 8-10/2 * * * | 2026-03-01T08:20:00Z | 2026-03-01T08:45:00Z
            @hourly          | 2026-03-01T08:20:00Z | 2026-03-01T09:00:00Z
            @weekly          | 2026-03-01T00:00:00Z | 2026-03-08T00:00:00Z
            @every 90s       | 2026-03-01T08:20:00Z | 2026-03-01T08:21:30Z
            """)
    void the_next_time_follows_from_the_fields(String schedule, String after, String next) {
        assertThat(Schedule.parse(schedule, ZoneOffset.UTC).after(Instant.parse(after)))
                .contains(Instant.parse(next));
    }

    @Test
    void times_are_those_of_the_zone() {
        var schedule = Schedule.parse("0 9 * * *", ZoneId.of("Asia/Shanghai"));

        assertThat(schedule.after(Instant.parse("2026-03-01T00:00:00Z")))
                .contains(Instant.parse("2026-03-01T01:00:00Z"));
    }

    @Test
    void an_hour_that_the_clocks_leave_out_is_passed_over() {
        var schedule = Schedule.parse("30 2 * * *", ZoneId.of("Europe/Berlin"));

        assertThat(schedule.after(Instant.parse("2026-03-28T12:00:00Z")))
                .contains(Instant.parse("2026-03-30T00:30:00Z"));
    }

    @Test
    void a_day_that_never_comes_has_no_next_time() {
        assertThat(Schedule.parse("0 0 31 2 *", ZoneOffset.UTC).after(Instant.parse("2026-03-01T00:00:00Z")))
                .isEmpty();
    }
}
