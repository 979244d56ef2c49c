package io.luban.embeddedkube.store;

import static io.luban.embeddedkube.store.StoreFixture.CONFIG_MAPS;
import static io.luban.embeddedkube.store.StoreFixture.delete;
import static io.luban.embeddedkube.store.StoreFixture.insert;
import static io.luban.embeddedkube.store.StoreFixture.key;
import static io.luban.embeddedkube.store.StoreFixture.names;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.luban.model.ApiException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stores whose disk refuses, loses or cuts off what they write. */
class FailingDiskIT {
    private static final int OBJECTS = 20;

    @TempDir
    private Path directory;

    @FunctionalInterface
    private interface Fault {
        /** Breaks the file and answers how it is repaired. */
        AutoCloseable in(Path file) throws IOException;
    }

    /** A store that is being written when its disk fails. */
    private final class Victim implements AutoCloseable {
        private final Path folder;
        private final SqliteStore store;
        private final List<Event> events = new CopyOnWriteArrayList<>();

        Victim(String name) {
            folder = directory.resolve(name);
            store = StoreFixture.open(folder);
            store.watch(CONFIG_MAPS, 0, events::add);
            IntStream.range(0, OBJECTS).forEach(i -> insert(store, "n" + i, "v"));
        }

        void suffer(Fault fault) throws Exception {
            try (var repair = fault.in(folder.resolve(Database.FILE + "-wal"))) {
                assertThatThrownBy(() -> insert(store, "lost", "x".repeat(30_000)))
                        .isInstanceOfSatisfying(ApiException.class, e -> {
                            assertThat(e.code()).isEqualTo(503);
                            assertThat(e).hasMessageStartingWith("storage is not writable: ");
                            assertThat(e.status().details().retryAfterSeconds()).isEqualTo(5);
                        });
                assertThat(repair).isNotNull();
            }
            assertThat(store.readOnlyReason()).isPresent();
            assertThat(store.revision()).isEqualTo(OBJECTS);
            assertThat(store.get(key("n7"))).isPresent();
            assertThatThrownBy(() -> delete(store, "n7")).isInstanceOf(ApiException.class);
            assertThat(store.get(key("lost"))).isEmpty();
        }

        void recover() {
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> store.readOnlyReason().isEmpty());
            assertThat(insert(store, "after", "v").revision()).isEqualTo(OBJECTS + 1);
            await().until(() -> events.size() == OBJECTS + 1);
            assertThat(names(store.snapshot(CONFIG_MAPS).all())).hasSize(OBJECTS + 1);
        }

        void comeBack() {
            try (var again = StoreFixture.open(folder)) {
                assertThat(names(again.snapshot(CONFIG_MAPS).all()))
                        .hasSize(OBJECTS + 1)
                        .contains("n0", "n" + (OBJECTS - 1), "after")
                        .doesNotContain("lost");
                assertThat(again.revision()).isEqualTo(OBJECTS + 1);
            }
        }

        @Override
        public void close() {
            store.close();
        }
    }

    @Test
    void writes_that_the_disk_fails_are_refused_and_nothing_acknowledged_is_lost() throws Exception {
        assumeThat(FailingDisk.isPossible())
                .as("descriptors can be replaced here")
                .isTrue();
        var refusing = new Victim("refusing");
        var losing = new Victim("losing");
        var cutting = new Victim("cutting");
        try (refusing;
                losing;
                cutting) {
            refusing.suffer(file -> {
                FailingDisk.refuseWrites(file);
                return () -> {};
            });
            losing.suffer(file -> {
                FailingDisk.loseWrites(file);
                return () -> {};
            });
            cutting.suffer(file -> FailingDisk.limitFiles(Files.size(file) + 10_000));

            refusing.recover();
            losing.recover();
            cutting.recover();
        }
        refusing.comeBack();
        losing.comeBack();
        cutting.comeBack();
    }
}
