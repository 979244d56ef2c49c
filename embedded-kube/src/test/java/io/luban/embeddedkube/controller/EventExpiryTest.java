package io.luban.embeddedkube.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.luban.embeddedkube.memory.TestCluster;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventExpiryTest {
    private final TestCluster cluster = new TestCluster();

    @AfterEach
    void close() {
        cluster.close();
    }

    @Test
    void an_event_goes_when_it_has_not_been_renewed_for_its_life() {
        cluster.running(all -> new EventExpiry(all, Duration.ofSeconds(2)));
        event("old", "");
        event("renewed", ", 'lastTimestamp': '%s'".formatted(now().plusSeconds(1)));
        event("ahead", ", 'lastTimestamp': '%s'".formatted(now().plusSeconds(3600)));

        await().atMost(Duration.ofSeconds(60))
                .until(() -> cluster.find("events", "default", "old").isEmpty());

        await().atMost(Duration.ofSeconds(60))
                .until(() -> cluster.list("events", "default").isEmpty());
    }

    @Test
    void events_of_a_long_life_stay() {
        cluster.running(all -> new EventExpiry(all, Duration.ofHours(1)));
        event("old", ", 'firstTimestamp': '2020-01-01T00:00:00Z'");

        await().during(Duration.ofMillis(300))
                .until(() -> cluster.find("events", "default", "old").isPresent());
        assertThat(cluster.list("events", "default")).hasSize(1);
    }

    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS);
    }

    private void event(String name, String times) {
        cluster.create("""
                {'apiVersion': 'v1', 'kind': 'Event', 'metadata': {'name': '%s', 'namespace': 'default'},
                 'involvedObject': {'kind': 'Pod', 'name': 'p', 'namespace': 'default'}%s}""".formatted(name, times));
    }
}
