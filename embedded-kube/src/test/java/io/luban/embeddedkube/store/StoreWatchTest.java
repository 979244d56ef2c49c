package io.luban.embeddedkube.store;

import static io.luban.embeddedkube.store.StoreFixture.CONFIG_MAPS;
import static io.luban.embeddedkube.store.StoreFixture.configMap;
import static io.luban.embeddedkube.store.StoreFixture.delete;
import static io.luban.embeddedkube.store.StoreFixture.insert;
import static io.luban.embeddedkube.store.StoreFixture.key;
import static io.luban.embeddedkube.store.StoreFixture.put;
import static io.luban.embeddedkube.store.StoreFixture.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.luban.model.ApiException;
import io.luban.model.GroupResource;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreWatchTest {
    @TempDir
    private Path directory;

    private SqliteStore store;
    private StoreOptions options = StoreOptions.defaults();
    private final List<Event> events = new CopyOnWriteArrayList<>();

    @BeforeEach
    void open() {
        store = SqliteStore.open(directory, Clock.systemUTC(), options);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private List<String> story() {
        return events.stream()
                .map(event -> event.type() + " " + event.object().key().name() + " " + event.revision())
                .toList();
    }

    private void writeMany(GroupResource resource, int count) {
        var changes = new ArrayList<Change>();
        var key = new ObjectKey(resource, "ns", "busy");
        for (int i = 0; i < count; i++) {
            changes.add(new Change.Put(key, Change.ANY, configMap("busy", Integer.toString(i))));
        }
        store.commit(changes);
    }

    @Test
    void tells_retained_events_and_then_live_ones() {
        insert(store, "a", "1");
        insert(store, "b", "1");
        store.watch(CONFIG_MAPS, 1, events::add);
        put(store, "a", "2", Change.ANY);
        delete(store, "b");

        await().untilAsserted(() -> assertThat(story()).containsExactly("ADDED b 2", "MODIFIED a 3", "DELETED b 4"));
        assertThat(value(events.get(1).previous().orElseThrow())).isEqualTo("1");
        assertThat(value(events.get(2).object())).isEqualTo("1");
    }

    @Test
    void the_same_is_told_after_a_restart() {
        insert(store, "a", "1");
        insert(store, "b", "1");
        put(store, "a", "2", Change.ANY);
        delete(store, "b");
        insert(store, "b", "again");
        store.close();
        open();

        store.watch(CONFIG_MAPS, 0, events::add);

        await().untilAsserted(() -> assertThat(story())
                .containsExactly("ADDED a 1", "ADDED b 2", "MODIFIED a 3", "DELETED b 4", "ADDED b 5"));
        assertThat(value(events.get(0).object())).isEqualTo("1");
        assertThat(value(events.get(2).previous().orElseThrow())).isEqualTo("1");
        assertThat(value(events.get(4).object())).isEqualTo("again");
    }

    @Test
    void a_watch_of_one_resource_hears_nothing_of_others() {
        store.watch(new GroupResource("", "secrets"), 0, events::add);
        insert(store, "a", "1");
        var delivered = new AtomicLong();
        store.whenDelivered(delivered::set);

        await().until(() -> delivered.get() == 1);
        assertThat(events).isEmpty();
    }

    @Test
    void a_closed_watch_is_silent() {
        store.watch(CONFIG_MAPS, 0, events::add).close();
        insert(store, "a", "1");
        var other = new CopyOnWriteArrayList<Event>();
        store.watch(CONFIG_MAPS, 0, other::add);

        await().until(() -> other.size() == 1);
        assertThat(events).isEmpty();
    }

    @Test
    void a_watcher_that_fails_does_not_disturb_the_others() {
        store.watch(CONFIG_MAPS, 0, event -> {
            throw new IllegalStateException("broken watcher");
        });
        store.watch(CONFIG_MAPS, 0, events::add);
        insert(store, "a", "1");
        insert(store, "b", "1");

        await().untilAsserted(() -> assertThat(story()).containsExactly("ADDED a 1", "ADDED b 2"));
    }

    @Test
    void a_version_before_the_window_is_expired_also_after_a_restart() {
        store.close();
        options = new StoreOptions(
                StoreOptions.Durability.GROUP,
                Optional.empty(),
                64 * 1024,
                64L * 1024 * 1024,
                10_000,
                Duration.ofMinutes(-1));
        open();
        insert(store, "a", "1");
        writeMany(CONFIG_MAPS, 10_100);

        for (int round = 0; round < 2; round++) {
            assertThatThrownBy(() -> store.watch(CONFIG_MAPS, 1, events::add))
                    .isInstanceOfSatisfying(
                            ApiException.class, e -> assertThat(e.code()).isEqualTo(410));
            assertThat(store.snapshotAt(CONFIG_MAPS, 1)).isEmpty();
            assertThat(store.snapshotAt(CONFIG_MAPS, 102)).isPresent();
            insert(store, "more" + round, "1");
            store.close();
            open();
        }
        assertThat(value(store.get(key("busy")).orElseThrow())).isEqualTo("10099");
    }

    @Test
    void leases_have_a_small_window_of_their_own() {
        insert(store, "a", "1");
        var leases = new GroupResource("coordination.k8s.io", "leases");
        writeMany(leases, 600);

        assertThatThrownBy(() -> store.watch(leases, 1, events::add)).isInstanceOf(ApiException.class);
        store.watch(CONFIG_MAPS, 0, events::add);
        await().untilAsserted(() -> assertThat(story()).containsExactly("ADDED a 1"));
    }

    @Test
    void the_windows_together_keep_to_their_size() {
        var big = "x".repeat(1_000_000);
        insert(store, "a", big);
        for (int i = 0; i < 70; i++) {
            put(store, "a", big, Change.ANY);
        }

        assertThatThrownBy(() -> store.watch(CONFIG_MAPS, 1, events::add)).isInstanceOf(ApiException.class);
        store.watch(CONFIG_MAPS, store.revision() - 5, events::add);
        await().until(() -> events.size() == 5);
    }

    @Test
    void what_is_delivered_is_known_on_the_watching_thread() {
        store.watch(CONFIG_MAPS, 0, events::add);
        for (int i = 0; i < 50; i++) {
            insert(store, "n" + i, "1");
        }
        var told = new AtomicLong();
        store.whenDelivered(revision -> {
            if (events.size() == revision) {
                told.set(revision);
            }
        });

        await().until(() -> told.get() == 50);
    }
}
