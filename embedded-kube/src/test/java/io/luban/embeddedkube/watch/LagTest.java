package io.luban.embeddedkube.watch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LagTest {
    private static final int FRAME = 100;

    private final Lag lag = new Lag();

    @Test
    void a_client_that_stands_still_is_too_slow_after_a_thousand_events() {
        boolean cut = false;
        int events = 0;
        while (!cut && events < 5_000) {
            cut = lag.isTooLong(FRAME, (long) events * FRAME, events * 20L);
            events++;
        }

        assertThat(cut).isTrue();
        assertThat(events).isBetween(Lag.EVENTS, Lag.EVENTS + 2);
    }

    @Test
    void a_burst_alone_is_no_lag() {
        for (int i = 0; i < 5_000; i++) {
            assertThat(lag.isTooLong(FRAME, (long) i * FRAME, i / 10)).isFalse();
        }
    }

    @Test
    void a_client_that_is_behind_but_moves_on_is_fine() {
        for (int i = 0; i < 20_000; i++) {
            assertThat(lag.isTooLong(FRAME, Math.min(i, 400) * (long) FRAME, i * 50L))
                    .isFalse();
        }
    }
}
