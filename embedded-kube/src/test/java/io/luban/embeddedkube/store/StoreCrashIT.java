package io.luban.embeddedkube.store;

import static io.luban.embeddedkube.store.StoreFixture.CONFIG_MAPS;
import static io.luban.embeddedkube.store.StoreFixture.key;
import static io.luban.embeddedkube.store.StoreFixture.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills a writing process at random moments: whatever it had acknowledged must be there, and nothing half written. */
class StoreCrashIT {
    private static final int ROUNDS = Integer.getInteger("luban.crash.rounds", 50);

    @TempDir
    private Path directory;

    /** What a round's process told before it was killed. */
    private static final class Testimony {
        final Map<String, Long> acknowledged = new HashMap<>();
        final Map<String, Boolean> deleted = new HashMap<>();
        long started = -1;
        long watched;
        long newest;

        void hear(String line) {
            var words = line.split(" ", -1);
            switch (words[0]) {
                case "S" -> {
                    started = Long.parseLong(words[1]);
                    watched = started;
                }
                case "W" -> {
                    assertThat(Long.parseLong(words[1]))
                            .as("watched without gap")
                            .isEqualTo(watched + 1);
                    watched++;
                }
                default -> {
                    long revision = Long.parseLong(words[2]);
                    acknowledged.put(words[1], revision);
                    deleted.put(words[1], words[0].equals("D"));
                    newest = Math.max(newest, revision + 1);
                }
            }
        }
    }

    @Test
    void every_acknowledged_write_survives_a_kill() throws Exception {
        long seed = System.nanoTime();
        var random = new Random(seed);
        long revision = 0;
        for (int round = 0; round < ROUNDS; round++) {
            var testimony = killedAfter(random.nextInt(1, 250), seed + round * 100L);
            assertThat(testimony.started).as("seed %d round %d", seed, round).isEqualTo(revision);
            try (var store = StoreFixture.open(directory)) {
                assertThat(store.revision()).isGreaterThanOrEqualTo(Math.max(revision, testimony.newest));
                verifyAcknowledged(store, testimony);
                verifyPairs(store);
                verifyWatch(store, testimony.watched);
                revision = store.revision();
            }
        }
        assertThat(revision).isPositive();
    }

    private Testimony killedAfter(int milliseconds, long seed) throws IOException, InterruptedException {
        var process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xshare:auto",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CrashWriter.class.getName(),
                        directory.toString(),
                        Long.toString(seed))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        var testimony = new Testimony();
        try (var lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII))) {
            testimony.hear(String.valueOf(lines.readLine()));
            var killer = Thread.ofVirtual().start(() -> {
                try {
                    boolean endedByItself = process.waitFor(milliseconds, TimeUnit.MILLISECONDS);
                    assertThat(endedByItself).isFalse();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                } finally {
                    // Process.destroyForcibly would close the pipe and drop what was acknowledged last.
                    process.toHandle().destroyForcibly();
                }
            });
            hearAll(lines, testimony);
            killer.join();
        }
        process.waitFor();
        return testimony;
    }

    /** A line without its end was cut by the kill and is no acknowledgement. */
    private static void hearAll(BufferedReader lines, Testimony testimony) throws IOException {
        var line = new StringBuilder();
        for (int c = lines.read(); c >= 0; c = lines.read()) {
            if (c == '\n') {
                testimony.hear(line.toString());
                line.setLength(0);
            } else {
                line.append((char) c);
            }
        }
    }

    /** The state of a key is the acknowledged one, or a later one that was durable before it could be acknowledged. */
    private static void verifyAcknowledged(Store store, Testimony testimony) {
        testimony.acknowledged.forEach((name, revision) -> {
            var object = store.get(key(name));
            if (Boolean.TRUE.equals(testimony.deleted.get(name))) {
                assertThat(object.map(StoredObject::revision).orElse(Long.MAX_VALUE))
                        .as(name)
                        .isGreaterThan(revision);
            } else if (object.isPresent()) {
                assertThat(object.get().revision()).as(name).isGreaterThanOrEqualTo(revision);
            } else {
                assertThat(deletedAfter(store, name, revision)).as(name).isTrue();
            }
        });
    }

    private static boolean deletedAfter(Store store, String name, long revision) {
        return eventsAfter(store, revision).stream()
                .anyMatch(event -> event.type() == Event.Type.DELETED
                        && event.object().key().name().equals(name));
    }

    private static void verifyPairs(Store store) {
        var lefts = new ArrayList<String>();
        var rights = new ArrayList<String>();
        for (var object : store.snapshot(CONFIG_MAPS).all()) {
            var name = object.key().name();
            assertThat(object.tree().at("/metadata/resourceVersion").asLong()).isEqualTo(object.revision());
            if (name.startsWith("left")) {
                lefts.add(name.substring(4) + value(object) + object.revision());
            } else {
                rights.add(name.substring(5) + value(object) + (object.revision() - 1));
            }
        }
        assertThat(lefts).isEqualTo(rights);
    }

    private static void verifyWatch(Store store, long seen) {
        long expected = seen;
        for (var event : eventsAfter(store, seen)) {
            assertThat(event.revision()).isEqualTo(++expected);
        }
        assertThat(expected).isEqualTo(store.revision());
    }

    private static List<Event> eventsAfter(Store store, long revision) {
        var events = new CopyOnWriteArrayList<Event>();
        try (var subscription = store.watch(CONFIG_MAPS, revision, events::add)) {
            await().until(() -> subscription != null
                    && (store.revision() == revision
                            || (!events.isEmpty() && events.getLast().revision() == store.revision())));
        }
        return events;
    }
}
