package io.luban.apiserver.authentication.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luban.apiserver.SettableClock;
import io.luban.model.ApiException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LoginThrottleTest {
    private final SettableClock clock = new SettableClock();
    private final LoginThrottle throttle = new LoginThrottle(3, Duration.ofMinutes(10), clock);

    @Test
    void blocks_at_the_last_try_until_the_window_ends() {
        for (int i = 0; i < 3; i++) {
            throttle.check("bob");
            throttle.failed("bob");
        }

        assertThatThrownBy(() -> throttle.check("bob")).isInstanceOfSatisfying(ApiException.class, e -> {
            assertThat(e.code()).isEqualTo(429);
            assertThat(e.status().details().retryAfterSeconds()).isBetween(590, 601);
        });
        assertThatCode(() -> throttle.check("alice")).doesNotThrowAnyException();
        clock.pass(Duration.ofMinutes(11));
        assertThatCode(() -> throttle.check("bob")).doesNotThrowAnyException();
    }

    @Test
    void forgets_failures_after_a_success() {
        throttle.failed("bob");
        throttle.failed("bob");
        throttle.succeeded("bob");
        throttle.failed("bob");

        assertThatCode(() -> throttle.check("bob")).doesNotThrowAnyException();
    }
}
