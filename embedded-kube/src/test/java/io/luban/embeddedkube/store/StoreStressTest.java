package io.luban.embeddedkube.store;

import static io.luban.embeddedkube.store.StoreFixture.CONFIG_MAPS;
import static io.luban.embeddedkube.store.StoreFixture.configMap;
import static io.luban.embeddedkube.store.StoreFixture.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreStressTest {
    private static final long SEED = 20261121;
    private static final int WRITERS = 16;
    private static final int WRITES = 400;

    @TempDir
    private Path directory;

    /** Replays events onto a copy of the objects and notices gaps, repetitions and disorder. Called by one thread. */
    private static final class Follower {
        final Map<String, Long> objects = new HashMap<>();
        volatile long revision;
        volatile String problem = "";

        void accept(Event event) {
            var name = event.object().key().name();
            if (event.revision() <= revision) {
                problem = "revision " + event.revision() + " after " + revision;
            }
            long known = objects.getOrDefault(name, 0L);
            long previous = event.previous().map(StoredObject::revision).orElse(0L);
            if (known != previous) {
                problem = name + " was at " + known + " but the event says " + previous;
            }
            if (event.type() == Event.Type.DELETED) {
                objects.remove(name);
            } else {
                objects.put(name, event.revision());
            }
            revision = event.revision();
        }
    }

    private static void write(Store store, Random random, AtomicInteger refused) {
        var name = "n" + random.nextInt(40);
        var key = key(name);
        long expected = random.nextInt(4) == 0
                ? random.nextInt(1_000)
                : store.get(key).map(StoredObject::revision).orElse(0L);
        boolean deletes = expected != 0 && random.nextInt(4) == 0;
        try {
            var committed = store.commit(List.of(
                            deletes
                                    ? new Change.Delete(key, expected)
                                    : new Change.Put(key, expected, configMap(name, "v"))))
                    .getFirst();
            assertThat(store.revision()).isGreaterThanOrEqualTo(committed.revision());
        } catch (StoreConflictException e) {
            refused.incrementAndGet();
        }
    }

    @Test
    void watchers_see_every_change_once_and_in_order_while_many_write() throws Exception {
        var refused = new AtomicInteger();
        try (var store = StoreFixture.open(directory);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var followers = new ArrayList<Follower>();
            var writers = new ArrayList<Future<?>>();
            for (int i = 0; i < WRITERS; i++) {
                var random = new Random(SEED + i);
                writers.add(threads.submit(() -> {
                    for (int write = 0; write < WRITES; write++) {
                        write(store, random, refused);
                    }
                }));
            }
            for (int i = 0; i < 200; i++) {
                followers.add(follow(store));
            }
            for (var writer : writers) {
                writer.get();
            }
            followers.add(follow(store));

            var expected = new HashMap<String, Long>();
            store.snapshot(CONFIG_MAPS)
                    .all()
                    .forEach(object -> expected.put(object.key().name(), object.revision()));
            assertThat(refused.get()).isBetween(1, WRITERS * WRITES - 1);
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> followers.stream()
                            .allMatch(follower ->
                                    follower.revision >= store.revision() || follower.objects.equals(expected)));
            assertThat(followers).as("seed %d", SEED).allSatisfy(follower -> {
                assertThat(follower.problem).isEmpty();
                assertThat(follower.objects).isEqualTo(expected);
            });
        }
    }

    /** Lists, then watches from the version of the list, as every informer does. */
    private static Follower follow(Store store) {
        var snapshot = store.snapshot(CONFIG_MAPS);
        var follower = new Follower();
        snapshot.all().forEach(object -> follower.objects.put(object.key().name(), object.revision()));
        follower.revision = snapshot.revision();
        store.watch(CONFIG_MAPS, snapshot.revision(), follower::accept);
        return follower;
    }
}
