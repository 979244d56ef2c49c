package io.luban.embeddedkube.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luban.http.Headers;
import io.luban.http.LocalRequest;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogQueryTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    private static LogQuery parse(String query) {
        var request = LocalRequest.of("GET", "/api/v1/namespaces/n/pods/p/log?" + query, Headers.EMPTY);
        return LogQuery.parse(request, "p", Clock.fixed(NOON, ZoneOffset.UTC));
    }

    @Test
    void everything_can_be_said() {
        var query = parse("container=c&follow=true&previous=1&timestamps=t&sinceSeconds=60&tailLines=5&limitBytes=7"
                + "&insecureSkipTLSVerifyBackend=true&pretty=true");

        assertThat(query.container()).isEqualTo("c");
        assertThat(query.follow() && query.previous() && query.timestamps()).isTrue();
        assertThat(query.since()).contains(NOON.minusSeconds(60));
        assertThat(query.tailLines()).isEqualTo(OptionalLong.of(5));
        assertThat(query.limitBytes()).isEqualTo(7);
    }

    @Test
    void nothing_need_be_said() {
        var query = parse("");

        assertThat(query.follow()).isFalse();
        assertThat(query.since()).isEmpty();
        assertThat(query.tailLines()).isEmpty();
        assertThat(query.limitBytes()).isEqualTo(Long.MAX_VALUE);
        assertThat(query.stream()).isEqualTo("All");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tailLines=-1|tailLines: Invalid value: -1: must be greater than or equal to 0",
                "limitBytes=0|limitBytes: Invalid value: 0: must be greater than 0",
                "sinceSeconds=0|sinceSeconds: Invalid value: 0: must be greater than 0",
                "sinceSeconds=1&sinceTime=2026-01-01T00:00:00Z|at most one of `sinceTime` or `sinceSeconds`",
                "stream=Both|Unsupported value: \"Both\"",
                "tailLines=many|\"many\" is no number",
                "follow=perhaps|\"perhaps\" is neither true nor false",
                "sinceTime=noon|\"noon\" is no time"
            })
    void what_makes_no_sense_is_refused(String query, String message) {
        assertThatThrownBy(() -> parse(query)).hasMessageContaining(message);
    }
}
