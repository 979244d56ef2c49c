package io.luban.embeddedkube.store;

import static io.luban.embeddedkube.store.StoreFixture.CONFIG_MAPS;
import static io.luban.embeddedkube.store.StoreFixture.delete;
import static io.luban.embeddedkube.store.StoreFixture.insert;
import static io.luban.embeddedkube.store.StoreFixture.key;
import static io.luban.embeddedkube.store.StoreFixture.put;
import static io.luban.embeddedkube.store.StoreFixture.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Objects whose bytes stay in the database. */
class LargeValuesTest {
    private static final String FIRST = "a".repeat(200_000);
    private static final String SECOND = "b".repeat(300_000);

    @TempDir
    private Path directory;

    private SqliteStore store;

    @BeforeEach
    void open() {
        store = StoreFixture.open(directory);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private StoredObject current() {
        return store.get(key("big")).orElseThrow();
    }

    private long rows() throws SQLException {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve(Database.FILE))) {
            return Long.parseLong(Connections.text(connection, "SELECT count(*) FROM large"));
        }
    }

    @Test
    void are_read_by_key_also_after_a_restart() {
        var created = insert(store, "big", FIRST);

        for (int round = 0; round < 2; round++) {
            assertThat(current().isLarge()).isTrue();
            assertThat(current().heldBytes()).isZero();
            assertThat(current().json())
                    .isEqualTo(created.json())
                    .hasSize(current().size());
            assertThat(value(current())).isEqualTo(FIRST);
            close();
            open();
        }
    }

    @Test
    void a_replaced_version_stays_readable_for_who_holds_it() {
        insert(store, "big", FIRST);
        var before = store.snapshot(CONFIG_MAPS);
        put(store, "big", SECOND, Change.ANY);
        put(store, "big", "small", Change.ANY);
        delete(store, "big");
        for (int i = 0; i < 100; i++) {
            insert(store, "other" + i, FIRST);
        }

        assertThat(value(before.get("ns", "big").orElseThrow())).isEqualTo(FIRST);
        assertThat(value(store.snapshotAt(CONFIG_MAPS, 2)
                        .orElseThrow()
                        .get("ns", "big")
                        .orElseThrow()))
                .isEqualTo(SECOND);
    }

    @Test
    void are_told_by_watches_with_their_revisions_also_after_a_restart() {
        insert(store, "big", FIRST);
        put(store, "big", SECOND, Change.ANY);
        delete(store, "big");

        for (int round = 0; round < 2; round++) {
            var events = new CopyOnWriteArrayList<Event>();
            store.watch(CONFIG_MAPS, 0, events::add);
            await().until(() -> events.size() == 3);
            assertThat(value(events.get(0).object())).isEqualTo(FIRST);
            assertThat(value(events.get(1).object())).isEqualTo(SECOND);
            assertThat(value(events.get(2).object())).isEqualTo(SECOND);
            assertThat(events.get(2)
                            .object()
                            .tree()
                            .at("/metadata/resourceVersion")
                            .asText())
                    .isEqualTo("3");
            assertThat(events.get(2).object().size())
                    .isEqualTo(events.get(2).object().json().length);
            close();
            open();
        }
    }

    @Test
    void rows_go_once_nothing_refers_to_them() throws Exception {
        close();
        var options = new StoreOptions(
                StoreOptions.Durability.GROUP, Optional.empty(), 64 * 1024, 1 << 20, 2, Duration.ofMinutes(-1));
        store = SqliteStore.open(directory, Clock.systemUTC(), options);
        for (int i = 0; i < 20; i++) {
            put(store, "big", FIRST + i, Change.ANY);
        }
        assertThat(rows()).isPositive();

        await().atMost(Duration.ofSeconds(60)).until(() -> {
            System.gc();
            put(store, "small", "1", Change.ANY);
            put(store, "small", "2", Change.ANY);
            return rows() == 1;
        });
        assertThat(value(current())).isEqualTo(FIRST + 19);
    }
}
