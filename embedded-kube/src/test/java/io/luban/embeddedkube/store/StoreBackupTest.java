package io.luban.embeddedkube.store;

import static io.luban.embeddedkube.store.StoreFixture.CONFIG_MAPS;
import static io.luban.embeddedkube.store.StoreFixture.configMap;
import static io.luban.embeddedkube.store.StoreFixture.insert;
import static io.luban.embeddedkube.store.StoreFixture.key;
import static io.luban.embeddedkube.store.StoreFixture.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luban.model.ApiException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreBackupTest {
    private static final Map<String, byte[]> FILES = Map.of("pki/ca.key", new byte[] {1, 2, 3});

    @TempDir
    private Path directory;

    @TempDir
    private Path elsewhere;

    private SqliteStore store;

    @BeforeEach
    void open() {
        store = StoreFixture.open(directory);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private Path backup() {
        return elsewhere.resolve("backup");
    }

    @Test
    void a_restored_store_has_every_object_and_goes_on_far_beyond() {
        insert(store, "a", "1");
        insert(store, "big", "x".repeat(100_000));
        store.copyTo(backup(), FILES).run();

        var files = StoreBackup.verify(backup());
        StoreBackup.restore(backup(), elsewhere.resolve("kube"));

        assertThat(files).containsOnlyKeys("pki/ca.key");
        try (var restored = StoreFixture.open(elsewhere.resolve("kube"))) {
            assertThat(restored.revision()).isEqualTo(1_000_000_002L);
            assertThat(restored.get(key("a")).orElseThrow().revision()).isEqualTo(1);
            assertThat(value(restored.get(key("big")).orElseThrow())).hasSize(100_000);
            for (long revision : new long[] {1, 2, 500, 1_000_000_001L}) {
                assertThatThrownBy(() -> restored.watch(CONFIG_MAPS, revision, event -> {}))
                        .isInstanceOfSatisfying(
                                ApiException.class, e -> assertThat(e.code()).isEqualTo(410));
            }
            assertThat(insert(restored, "b", "1").revision()).isEqualTo(1_000_000_003L);
        }
    }

    @Test
    void is_one_state_of_the_store_while_writes_go_on() throws Exception {
        for (int i = 0; i < 2_000; i++) {
            store.commit(List.of(
                    new Change.Put(key("left" + i), Change.ANY, configMap("left" + i, "0".repeat(500))),
                    new Change.Put(key("right" + i), Change.ANY, configMap("right" + i, "0".repeat(500)))));
        }
        var done = new AtomicBoolean();
        var writer = Thread.ofVirtual().start(() -> {
            for (int i = 0; !done.get(); i++) {
                var number = Integer.toString(i).repeat(100);
                store.commit(List.of(
                        new Change.Put(key("left7"), Change.ANY, configMap("left7", number)),
                        new Change.Put(key("right7"), Change.ANY, configMap("right7", number))));
            }
        });
        try {
            for (int round = 0; round < 3; round++) {
                var target = elsewhere.resolve("backup" + round);
                store.copyTo(target, FILES).run();
                StoreBackup.verify(target);
                StoreBackup.restore(target, elsewhere.resolve("kube" + round));
                try (var restored = StoreFixture.open(elsewhere.resolve("kube" + round))) {
                    assertThat(value(restored.get(key("left7")).orElseThrow()))
                            .isEqualTo(value(restored.get(key("right7")).orElseThrow()));
                    assertThat(restored.snapshot(CONFIG_MAPS).size()).isEqualTo(4_000);
                }
            }
        } finally {
            done.set(true);
            writer.join();
        }
    }

    @Test
    void a_cancelled_one_leaves_nothing() {
        insert(store, "a", "1");
        var copy = store.copyTo(backup(), FILES);
        copy.cancel();

        assertThatThrownBy(copy::run).hasMessageContaining("cancelled");
        assertThat(elsewhere).isEmptyDirectory();
    }

    @Test
    void one_that_was_cut_or_changed_is_refused_before_anything_is_touched() throws IOException {
        for (int i = 0; i < 50; i++) {
            insert(store, "n" + i, "x".repeat(400));
        }
        store.copyTo(backup(), FILES).run();
        var whole = Files.readAllBytes(backup());
        var random = new Random(7);
        for (int round = 0; round < 30; round++) {
            Files.write(backup(), Arrays.copyOf(whole, random.nextInt(whole.length)));
            assertThatThrownBy(() -> StoreBackup.verify(backup())).isInstanceOf(StoreOpenException.class);
        }
        // one of the places that hold such text may be a leftover between rows, which means nothing
        var changed = new String(whole, StandardCharsets.ISO_8859_1)
                .replace("x".repeat(400), "y" + "x".repeat(399))
                .getBytes(StandardCharsets.ISO_8859_1);
        Files.write(backup(), changed);
        assertThatThrownBy(() -> StoreBackup.verify(backup())).isInstanceOf(StoreOpenException.class);
    }

    @Test
    void the_database_of_a_store_is_no_backup() {
        insert(store, "a", "1");
        store.close();

        assertThatThrownBy(() -> StoreBackup.verify(directory.resolve(Database.FILE)))
                .hasMessageContaining("no backup");
        assertThatThrownBy(() -> StoreBackup.verify(elsewhere.resolve("absent")))
                .hasMessageContaining("no file");
    }
}
