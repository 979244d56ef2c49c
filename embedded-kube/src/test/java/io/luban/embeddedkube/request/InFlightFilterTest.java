package io.luban.embeddedkube.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.luban.http.Headers;
import io.luban.http.LocalRequest;
import io.luban.http.Reply;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InFlightFilterTest {
    private final InFlightFilter filter = new InFlightFilter();
    private final CountDownLatch release = new CountDownLatch(1);

    private Reply send(String method, boolean waits) {
        return filter.apply(LocalRequest.of(method, "/x", Headers.EMPTY), request -> {
            try {
                assertThat(!waits || release.await(30, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return Reply.text(200, "done");
        });
    }

    @ParameterizedTest
    @CsvSource({"GET, 400, POST", "PATCH, 200, GET"})
    void as_many_requests_are_worked_on_at_once_as_may_be_and_no_more(String method, int most, String other) {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < most; i++) {
                threads.execute(() -> send(method, true));
            }
            await().until(() -> filter.reading() + filter.writing() == most);

            var refused = (Reply.Content) send(method, false);
            var passed = (Reply.Content) send(other, false);
            release.countDown();

            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.headers().first("Retry-After")).hasValue("1");
            assertThat(new String(refused.body(), StandardCharsets.UTF_8))
                    .isEqualTo("Too many requests, please try again later.\n");
            assertThat(passed.status()).isEqualTo(200);
        }
        assertThat(((Reply.Content) send(method, false)).status()).isEqualTo(200);
    }
}
