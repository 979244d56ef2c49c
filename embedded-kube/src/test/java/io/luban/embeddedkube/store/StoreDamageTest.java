package io.luban.embeddedkube.store;

import static io.luban.embeddedkube.store.StoreFixture.CONFIG_MAPS;
import static io.luban.embeddedkube.store.StoreFixture.delete;
import static io.luban.embeddedkube.store.StoreFixture.insert;
import static io.luban.embeddedkube.store.StoreFixture.key;
import static io.luban.embeddedkube.store.StoreFixture.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is on the disk is not what was written there. */
class StoreDamageTest {
    private static final int FLIPS = Integer.getInteger("luban.flips", 150);

    @TempDir
    private Path directory;

    private Path file() {
        return directory.resolve(Database.FILE);
    }

    private void writeSome() {
        try (var store = StoreFixture.open(directory)) {
            for (int i = 0; i < 60; i++) {
                insert(store, "n" + i, "value-of-" + i + "-" + "y".repeat(300));
            }
            put(store, "n3", "z".repeat(80_000), Change.ANY);
            put(store, "n4", "second", Change.ANY);
            delete(store, "n5");
        }
    }

    private static int indexOf(byte[] bytes, String text) {
        var wanted = text.getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i + wanted.length <= bytes.length; i++) {
            if (Arrays.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length)) {
                return i;
            }
        }
        return fail("not in the file: " + text);
    }

    private void flip(Path target, int index, int bit) throws IOException {
        var bytes = Files.readAllBytes(target);
        bytes[index] ^= (byte) (1 << bit);
        Files.write(target, bytes);
    }

    /** Everything a reader could see: the objects and what a watch tells. */
    private List<String> story() {
        try (var store = StoreFixture.open(directory)) {
            var story = new ArrayList<String>();
            for (var object : store.snapshot(CONFIG_MAPS).all()) {
                story.add(new String(object.json(), StandardCharsets.UTF_8) + object.createRevision());
            }
            var events = new CopyOnWriteArrayList<String>();
            store.watch(
                    CONFIG_MAPS,
                    0,
                    event -> events.add(event.type()
                            + event.object().toString()
                            + new String(event.object().json(), StandardCharsets.UTF_8)));
            Awaitility.await().until(() -> events.size() == store.revision());
            story.addAll(events);
            return story;
        }
    }

    @Test
    void a_bit_flipped_in_a_value_is_found_and_its_object_named() throws Exception {
        writeSome();
        flip(file(), indexOf(Files.readAllBytes(file()), "value-of-17-"), 0);

        assertThatThrownBy(() -> StoreFixture.open(directory))
                .isInstanceOf(StoreOpenException.class)
                .hasMessageContaining(file().toString())
                .hasMessageContaining("configmaps/ns/n17")
                .hasMessageContaining("luban restore");
    }

    @Test
    void a_bit_flipped_in_a_large_value_is_found() throws Exception {
        writeSome();
        flip(file(), indexOf(Files.readAllBytes(file()), "z".repeat(200)) + 100, 3);

        assertThatThrownBy(() -> StoreFixture.open(directory)).hasMessageContaining("configmaps/ns/n3");
    }

    @Test
    void a_bit_flipped_anywhere_is_refused_or_means_nothing() throws Exception {
        writeSome();
        var whole = story();
        var intact = Files.readAllBytes(file());
        long seed = System.nanoTime();
        var random = new Random(seed);
        int refused = 0;
        for (int round = 0; round < FLIPS; round++) {
            int index = random.nextInt(intact.length);
            int bit = random.nextInt(8);
            Files.write(file(), intact);
            flip(file(), index, bit);
            try {
                assertThat(story())
                        .as("seed %d: bit %d of byte %d", seed, bit, index)
                        .isEqualTo(whole);
            } catch (StoreOpenException e) {
                assertThat(e).hasMessageContaining(file().toString());
                refused++;
            }
            Files.deleteIfExists(directory.resolve("state.db-wal"));
            Files.deleteIfExists(directory.resolve("state.db-shm"));
        }
        assertThat(refused).isPositive();
    }

    @Test
    void a_bit_flipped_in_the_log_before_the_last_transaction_is_not_taken_for_a_crash(@TempDir Path elsewhere)
            throws Exception {
        try (var store = StoreFixture.open(directory)) {
            for (int i = 0; i < 10; i++) {
                insert(store, "n" + i, "in-the-log-" + i);
            }
            for (var name : List.of("state.db", "state.db-wal")) {
                Files.copy(directory.resolve(name), elsewhere.resolve(name));
            }
        }
        var log = elsewhere.resolve("state.db-wal");
        flip(log, indexOf(Files.readAllBytes(log), "in-the-log-4"), 1);

        assertThatThrownBy(() -> StoreFixture.open(elsewhere))
                .isInstanceOf(StoreOpenException.class)
                .hasMessageContaining(log.toString());
        Files.delete(log);
        try (var store = StoreFixture.open(elsewhere)) {
            assertThat(store.get(key("n9"))).isEmpty();
        }
    }
}
