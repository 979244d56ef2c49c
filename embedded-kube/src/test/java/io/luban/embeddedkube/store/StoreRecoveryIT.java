package io.luban.embeddedkube.store;

import static io.luban.embeddedkube.store.StoreFixture.CONFIG_MAPS;
import static io.luban.embeddedkube.store.StoreFixture.configMap;
import static io.luban.embeddedkube.store.StoreFixture.insert;
import static io.luban.embeddedkube.store.StoreFixture.key;
import static io.luban.embeddedkube.store.StoreFixture.names;
import static io.luban.embeddedkube.store.StoreFixture.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.luban.model.ApiException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreRecoveryIT {
    /** 1 cuts at every byte. */
    private static final int STEP = Integer.getInteger("luban.cut.step", 83);

    @TempDir
    private Path directory;

    private Connection intruder() throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + directory.resolve(Database.FILE));
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static void awaitWritable(Store store) {
        await().atMost(Duration.ofSeconds(60))
                .until(() -> store.readOnlyReason().isEmpty());
    }

    @Test
    void a_refused_write_makes_the_store_read_only_until_writes_are_possible_again() throws Exception {
        try (var store = StoreFixture.open(directory);
                var intruder = intruder()) {
            insert(store, "a", "1");
            execute(intruder, "BEGIN IMMEDIATE");

            assertThatThrownBy(() -> insert(store, "b", "1")).isInstanceOfSatisfying(ApiException.class, e -> {
                assertThat(e.code()).isEqualTo(503);
                assertThat(e).hasMessageStartingWith("storage is not writable: ");
                assertThat(e.status().details().retryAfterSeconds()).isEqualTo(5);
            });
            assertThat(store.readOnlyReason()).isPresent();
            assertThat(store.get(key("a"))).isPresent();
            assertThat(store.get(key("b"))).isEmpty();

            execute(intruder, "ROLLBACK");
            awaitWritable(store);
            assertThat(insert(store, "b", "1").revision()).isEqualTo(2);
        }
    }

    @Test
    void a_commit_that_reached_the_disk_although_it_failed_becomes_visible_on_recovery() throws Exception {
        try (var store = StoreFixture.open(directory);
                var intruder = intruder()) {
            var events = new CopyOnWriteArrayList<Event>();
            store.watch(CONFIG_MAPS, 0, events::add);
            insert(store, "a", "1");
            execute(intruder, "BEGIN IMMEDIATE");
            assertThatThrownBy(() -> insert(store, "b", "1")).isInstanceOf(ApiException.class);

            var landed = EncodedObject.of(key("b"), configMap("b", "1")).at(2, 2);
            var event = new Event(Event.Type.ADDED, landed, Optional.empty());
            new DatabaseWriter(intruder, new RowCodec(Optional.empty())).write(List.of(event), List.of(), List.of(), 0);
            execute(intruder, "COMMIT");
            awaitWritable(store);

            assertThat(store.revision()).isEqualTo(2);
            assertThat(names(store.snapshot(CONFIG_MAPS).all())).containsExactly("a", "b");
            await().until(() -> events.size() == 2);
            assertThat(insert(store, "c", "1").revision()).isEqualTo(3);
        }
    }

    /** What a power cut may leave of the last transaction: any beginning of what was appended to the log. */
    @Test
    void a_log_cut_anywhere_in_the_last_transaction_loses_that_transaction_at_most(@TempDir Path elsewhere)
            throws Exception {
        byte[] before;
        byte[] after;
        byte[] database;
        try (var store = StoreFixture.open(directory)) {
            for (int i = 0; i < 20; i++) {
                insert(store, "n" + i, "1");
            }
            before = Files.readAllBytes(directory.resolve("state.db-wal"));
            store.commit(List.of(
                    new Change.Put(key("n3"), Change.ANY, configMap("n3", "x".repeat(9_000))),
                    new Change.Put(key("last"), Change.ABSENT, configMap("last", "1"))));
            after = Files.readAllBytes(directory.resolve("state.db-wal"));
            database = Files.readAllBytes(directory.resolve(Database.FILE));
        }
        assertThat(after.length).isGreaterThan(before.length);

        boolean seenWhole = false;
        var copy = elsewhere;
        for (int length = before.length; length < after.length + STEP; length += STEP) {
            Files.deleteIfExists(copy.resolve("state.db-shm"));
            Files.write(copy.resolve(Database.FILE), database);
            Files.write(copy.resolve("state.db-wal"), Arrays.copyOf(after, Math.min(length, after.length)));
            try (var store = StoreFixture.open(copy)) {
                boolean whole = store.get(key("last")).isPresent();
                assertThat(store.revision()).as("cut at %d", length).isEqualTo(whole ? 22 : 20);
                assertThat(store.get(key("n3")).orElseThrow().revision()).isEqualTo(whole ? 21 : 4);
                assertThat(put(store, "n0", "2", 1).revision()).isEqualTo(whole ? 23 : 21);
                seenWhole = whole;
            }
        }
        assertThat(seenWhole).isTrue();
    }
}
