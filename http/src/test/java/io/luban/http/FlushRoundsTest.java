package io.luban.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FlushRoundsTest {
    /** The longest pause, less what a timer may be early. */
    private static final long PAUSE_NANOS = 7_000_000;

    private final HttpRuntime runtime = HttpRuntime.create();
    private final FlushRounds rounds = runtime.loops().getFirst().flushRounds();

    @AfterEach
    void close() {
        runtime.close();
    }

    @Test
    void flushes_run_in_the_order_in_which_they_were_added_over_many_rounds() {
        // Given more flushes than run at once, some of which add another
        var numbers = new CopyOnWriteArrayList<Integer>();

        // When
        for (int i = 0; i < 1_000; i++) {
            int number = i;
            rounds.add(() -> {
                numbers.add(number);
                if (number < 10) {
                    rounds.add(() -> numbers.add(1_000));
                }
            });
        }

        // Then
        await().until(() -> numbers.size() == 1_010);
        assertThat(numbers.stream().filter(number -> number < 1_000))
                .containsExactlyElementsOf(IntStream.range(0, 1_000).boxed().toList());
    }

    @Test
    void a_flush_that_fails_stops_no_other() {
        var done = new AtomicInteger();

        for (int i = 0; i < 3; i++) {
            rounds.add(() -> {
                throw new IllegalStateException("this stream is broken");
            });
            rounds.add(done::incrementAndGet);
        }

        await().untilAsserted(() -> assertThat(done).hasValue(3));
        rounds.add(done::incrementAndGet);
        await().untilAsserted(() -> assertThat(done).hasValue(4));
    }

    @Test
    void what_comes_after_long_work_waits_and_goes_out_together() {
        // Given a round that took long
        var flushed = new CopyOnWriteArrayList<Integer>();
        var gathered = new AtomicInteger();
        var firstAt = new AtomicLong();
        var worked = new CompletableFuture<Long>();
        rounds.add(() -> {
            workForAWhile();
            worked.complete(System.nanoTime());
        });
        long over = worked.join();

        // When a stream writes five times, as a stream does: its flush is added once until it has run
        for (int i = 0; i < 5; i++) {
            if (gathered.getAndIncrement() == 0) {
                rounds.add(() -> {
                    firstAt.compareAndSet(0, System.nanoTime());
                    flushed.add(gathered.getAndSet(0));
                });
            }
        }
        boolean inTime = System.nanoTime() - over < PAUSE_NANOS;

        // Then
        await().until(() -> flushed.stream().mapToInt(count -> count).sum() == 5);
        assertThat(firstAt.get() - over).isGreaterThanOrEqualTo(PAUSE_NANOS);
        if (inTime) {
            // else this thread was held up, and what it wrote later belongs to a later round
            assertThat(flushed).containsExactly(5);
        }
    }

    private static void workForAWhile() {
        long end = System.nanoTime() + 20_000_000;
        while (System.nanoTime() < end) {
            Thread.onSpinWait();
        }
    }
}
