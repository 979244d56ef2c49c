package io.luban.embeddedkube.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luban.http.Headers;
import io.luban.http.LocalRequest;
import io.luban.http.Reply;
import io.luban.http.Request;
import io.luban.model.ApiException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DeadlineFilterTest {
    private final CountDownLatch interrupted = new CountDownLatch(1);
    private final DeadlineFilter filter = new DeadlineFilter(Duration.ofSeconds(30));

    @Test
    void a_client_that_waits_for_less_gets_504_and_the_work_is_interrupted() throws InterruptedException {
        assertThatThrownBy(() -> filter.apply(get("/api/v1/pods?timeout=20ms"), this::forever))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(504))
                .hasMessage("Timeout: request did not complete within requested timeout - context deadline exceeded");
        assertThat(interrupted.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void no_client_waits_for_longer_than_the_server_lets_it() {
        var strict = new DeadlineFilter(Duration.ofMillis(20));

        assertThatThrownBy(() -> strict.apply(get("/api/v1/pods?timeout=1h"), this::forever))
                .isInstanceOf(ApiException.class);
    }

    @Test
    void watches_and_streams_have_no_deadline() {
        var strict = new DeadlineFilter(Duration.ZERO);

        for (var target : new String[] {
            "/api/v1/pods?watch=1",
            "/api/v1/watch/pods",
            "/api/v1/namespaces/a/pods/b/log?follow=true",
            "/api/v1/namespaces/a/pods/b/exec",
            "/api/v1/namespaces/a/services/b/proxy/x"
        }) {
            assertThat(strict.apply(get(target), request -> Reply.text(200, "ok")))
                    .as(target)
                    .isInstanceOf(Reply.Content.class);
        }
    }

    @Test
    void a_timeout_that_is_none_is_400() {
        assertThatThrownBy(() -> filter.apply(get("/api/v1/pods?timeout=soon"), this::forever))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(400))
                .hasMessageContaining("invalid timeout specified in the request URL");
    }

    @Test
    void failures_come_through_as_they_are() {
        assertThatThrownBy(() -> filter.apply(get("/api/v1/pods"), request -> {
                    throw ApiException.methodNotAllowed();
                }))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(405));
    }

    private Reply forever(Request request) {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            interrupted.countDown();
        }
        return Reply.text(200, "late");
    }

    private static Request get(String target) {
        return LocalRequest.of("GET", target, Headers.EMPTY);
    }
}
