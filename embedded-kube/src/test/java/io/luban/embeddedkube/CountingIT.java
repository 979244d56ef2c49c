package io.luban.embeddedkube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.luban.model.Json;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many writers and many watchers of every kind: no event is lost, repeated or out of order. Every watcher must have heard
 * exactly the same lines; those of one of them are compared with what the writers were told. The sizes of the issue are
 * {@code -Dluban.count.objects=10000 -Dluban.count.watchers=500 -Dluban.count.writers=50}.
 */
class CountingIT {
    private static final int OBJECTS = Integer.getInteger("luban.count.objects", 600);
    private static final int WATCHERS = Integer.getInteger("luban.count.watchers", 40);
    private static final int WRITERS = Integer.getInteger("luban.count.writers", 10);
    private static final int EVENTS_PER_OBJECT = 3;
    private static final String PATH = "/api/v1/namespaces/default/configmaps";
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final ConcurrentLinkedQueue<String> acknowledged = new ConcurrentLinkedQueue<>();

    @TempDir
    private Path directory;

    @Test
    void every_watcher_hears_every_event_once_and_in_order() throws Exception {
        try (var cluster = TestCluster.start(directory, false);
                var watching = new CountedWatches(cluster)) {
            var list = Json.parse(cluster.send(cluster.request(PATH)).body().getBytes(StandardCharsets.UTF_8));
            watching.start(WATCHERS, PATH, list.at("/metadata/resourceVersion").asLong());
            write(cluster);

            int expected = OBJECTS * EVENTS_PER_OBJECT;
            await().atMost(PATIENCE).until(() -> watching.all().stream().allMatch(watch -> watch.count() >= expected));

            var witness = watching.witness();
            assertThat(watching.all()).allSatisfy(watch -> {
                assertThat(watch.count()).as(watch.name()).isEqualTo(expected);
                assertThat(watch.fingerprint()).as(watch.name()).isEqualTo(witness.fingerprint());
                assertThat(watch.problem()).as(watch.name()).isEmpty();
            });
            verify(witness.lines());
        }
    }

    private void write(TestCluster cluster) throws Exception {
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            var writers = new ArrayList<java.util.concurrent.Future<?>>();
            for (int writer = 0; writer < WRITERS; writer++) {
                int first = writer;
                writers.add(executor.submit(() -> {
                    for (int number = first; number < OBJECTS; number += WRITERS) {
                        write(cluster, "c" + number);
                    }
                }));
            }
            for (var writer : writers) {
                writer.get();
            }
        }
    }

    private void write(TestCluster cluster, String name) {
        var created = cluster.send(cluster.request(PATH)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("""
                        {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"%s"},"data":{"a":"1"}}""".formatted(name))));
        acknowledge("ADDED", created.statusCode(), 201, name, created.body());
        var patched = cluster.send(cluster.request(PATH + "/" + name)
                .header("Content-Type", "application/merge-patch+json")
                .method("PATCH", BodyPublishers.ofString("{\"data\":{\"a\":\"2\"}}")));
        acknowledge("MODIFIED", patched.statusCode(), 200, name, patched.body());
        var deleted = cluster.send(cluster.request(PATH + "/" + name).DELETE());
        assertThat(deleted.statusCode()).isEqualTo(200);
        acknowledged.add("DELETED " + name);
    }

    private void acknowledge(String type, int status, int wanted, String name, String body) {
        assertThat(status).as(body).isEqualTo(wanted);
        var version = Json.parse(body.getBytes(StandardCharsets.UTF_8)).at("/metadata/resourceVersion");
        acknowledged.add(type + " " + name + " " + version.asText());
    }

    /** What one watcher heard: revisions grow, each object's story is whole, and it is what the writers were told. */
    private void verify(List<String> lines) {
        var told = new HashSet<>(acknowledged);
        var stories = new HashMap<String, String>();
        long last = 0;
        for (var line : lines) {
            var event = Json.parse(line.getBytes(StandardCharsets.UTF_8));
            var type = event.path("type").asText();
            var name = event.at("/object/metadata/name").asText();
            long revision = event.at("/object/metadata/resourceVersion").asLong();
            assertThat(revision).isGreaterThan(last);
            last = revision;
            stories.merge(name, type, (before, next) -> before + " " + next);
            assertThat(told.remove(type.equals("DELETED") ? "DELETED " + name : type + " " + name + " " + revision))
                    .as("%s of %s at %d was acknowledged", type, name, revision)
                    .isTrue();
        }
        assertThat(told).isEmpty();
        assertThat(stories).hasSize(OBJECTS);
        assertThat(new HashSet<>(stories.values())).containsExactly("ADDED MODIFIED DELETED");
    }
}
