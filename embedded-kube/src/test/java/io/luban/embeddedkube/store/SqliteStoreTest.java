package io.luban.embeddedkube.store;

import static io.luban.embeddedkube.store.StoreFixture.CONFIG_MAPS;
import static io.luban.embeddedkube.store.StoreFixture.configMap;
import static io.luban.embeddedkube.store.StoreFixture.delete;
import static io.luban.embeddedkube.store.StoreFixture.insert;
import static io.luban.embeddedkube.store.StoreFixture.key;
import static io.luban.embeddedkube.store.StoreFixture.names;
import static io.luban.embeddedkube.store.StoreFixture.put;
import static io.luban.embeddedkube.store.StoreFixture.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luban.model.ApiException;
import io.luban.model.GroupResource;
import io.luban.model.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteStoreTest {
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

    private void reopen() {
        store.close();
        open();
    }

    @Test
    void a_committed_object_is_visible_with_its_revision() {
        var created = insert(store, "a", "1");

        var read = store.get(key("a")).orElseThrow();
        assertThat(read).isEqualTo(created);
        assertThat(read.tree().at("/metadata/resourceVersion").asText()).isEqualTo(Long.toString(store.revision()));
        assertThat(new String(read.json(), StandardCharsets.UTF_8))
                .startsWith("{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"a\"");
    }

    @Test
    void the_head_comes_first_and_the_old_version_is_replaced_whatever_the_order_of_the_tree() {
        var object = Json.object();
        object.putObject("spec").put("resourceVersion", "7");
        object.putObject("metadata")
                .put("resourceVersion", "7")
                .put("name", "a")
                .putObject("labels")
                .put("resourceVersion", "7");
        object.put("kind", "Odd").put("apiVersion", "v9");

        var stored = store.commit(List.of(new Change.Put(key("a"), Change.ABSENT, object)))
                .getFirst();

        assertThat(new String(stored.json(), StandardCharsets.UTF_8))
                .isEqualTo(
                        "{\"apiVersion\":\"v9\",\"kind\":\"Odd\",\"metadata\":{\"resourceVersion\":\"1\","
                                + "\"name\":\"a\",\"labels\":{\"resourceVersion\":\"7\"}},\"spec\":{\"resourceVersion\":\"7\"}}");
    }

    @Test
    void a_stale_revision_is_a_conflict_that_names_the_actual_one() {
        long first = insert(store, "a", "1").revision();
        long second = put(store, "a", "2", first).revision();

        assertThatThrownBy(() -> put(store, "a", "3", first))
                .isInstanceOfSatisfying(
                        StoreConflictException.class,
                        conflict -> assertThat(conflict.actualRevision()).isEqualTo(second));
        assertThatThrownBy(() -> insert(store, "a", "3")).isInstanceOf(StoreConflictException.class);
        assertThatThrownBy(() -> delete(store, "missing"))
                .isInstanceOfSatisfying(
                        StoreConflictException.class,
                        conflict -> assertThat(conflict.actualRevision()).isZero());
        assertThat(value(store.get(key("a")).orElseThrow())).isEqualTo("2");
    }

    @Test
    void a_transaction_is_written_as_a_whole_or_not_at_all() {
        insert(store, "taken", "1");
        long before = store.revision();

        assertThatThrownBy(() -> store.commit(List.of(
                        new Change.Put(key("new"), Change.ABSENT, configMap("new", "1")),
                        new Change.Put(key("taken"), Change.ABSENT, configMap("taken", "2")))))
                .isInstanceOf(StoreConflictException.class);

        assertThat(store.revision()).isEqualTo(before);
        assertThat(store.get(key("new"))).isEmpty();
    }

    @Test
    void changes_of_one_transaction_see_those_before_them() {
        var states = store.commit(List.of(
                new Change.Put(key("a"), Change.ABSENT, configMap("a", "1")),
                new Change.Put(key("a"), Change.ANY, configMap("a", "2")),
                new Change.Delete(key("a"), Change.ANY),
                new Change.Put(key("a"), Change.ABSENT, configMap("a", "3"))));

        assertThat(states).extracting(StoredObject::revision).containsExactly(1L, 2L, 3L, 4L);
        assertThat(store.get(key("a")).orElseThrow().createRevision()).isEqualTo(4);
    }

    @Test
    void a_deletion_answers_the_last_state_under_a_revision_of_its_own() {
        long created = insert(store, "a", "1").revision();

        var deleted = delete(store, "a");

        assertThat(deleted.revision()).isEqualTo(created + 1);
        assertThat(deleted.tree().at("/metadata/resourceVersion").asText()).isEqualTo(Long.toString(created + 1));
        assertThat(value(deleted)).isEqualTo("1");
        assertThat(store.get(key("a"))).isEmpty();
    }

    @Test
    void lists_are_sorted_by_the_bytes_of_namespace_and_name() {
        for (var path : List.of("b/x", "a/z", "a-b/x", "a/y", "a0/x")) {
            var key = StoreKeys.parse("configmaps/" + path);
            store.commit(List.of(new Change.Put(key, Change.ABSENT, configMap(key.name(), ""))));
        }
        var snapshot = store.snapshot(CONFIG_MAPS);

        assertThat(snapshot.all())
                .extracting(
                        object -> object.key().namespace() + "/" + object.key().name())
                .containsExactly("a-b/x", "a/y", "a/z", "a0/x", "b/x");
        assertThat(names(snapshot.inNamespace("a"))).containsExactly("y", "z");
        assertThat(snapshot.size("a")).isEqualTo(2);
        assertThat(snapshot.after("a", "y"))
                .extracting(
                        object -> object.key().namespace() + "/" + object.key().name())
                .containsExactly("a/z", "a0/x", "b/x");
    }

    @Test
    void a_snapshot_stays_as_it_was() {
        insert(store, "a", "1");
        var snapshot = store.snapshot(CONFIG_MAPS);

        put(store, "a", "2", Change.ANY);
        insert(store, "b", "1");

        assertThat(names(snapshot.all())).containsExactly("a");
        assertThat(value(snapshot.get("ns", "a").orElseThrow())).isEqualTo("1");
    }

    @Test
    void the_view_at_any_retained_revision_can_be_had_also_after_a_restart() {
        insert(store, "a", "1");
        insert(store, "b", "1");
        long revision = store.revision();
        put(store, "a", "2", Change.ANY);
        put(store, "a", "3", Change.ANY);
        delete(store, "b");
        insert(store, "c", "1");

        for (int round = 0; round < 2; round++) {
            var snapshot = store.snapshotAt(CONFIG_MAPS, revision).orElseThrow();
            assertThat(snapshot.revision()).isEqualTo(revision);
            assertThat(names(snapshot.all())).containsExactly("a", "b");
            assertThat(value(snapshot.get("ns", "a").orElseThrow())).isEqualTo("1");
            reopen();
        }
        assertThat(store.snapshotAt(CONFIG_MAPS, store.revision() + 1)).isEmpty();
    }

    @Test
    void everything_is_there_after_a_restart_and_revisions_go_on() {
        insert(store, "a", "1");
        put(store, "a", "2", Change.ANY);
        insert(store, "gone", "1");
        delete(store, "gone");
        long revision = store.revision();
        var before = store.get(key("a")).orElseThrow();

        reopen();

        assertThat(store.revision()).isEqualTo(revision);
        assertThat(store.get(key("a")).orElseThrow()).usingRecursiveComparison().isEqualTo(before);
        assertThat(store.get(key("gone"))).isEmpty();
        assertThat(insert(store, "next", "1").revision()).isEqualTo(revision + 1);
    }

    @Test
    void finds_objects_by_uid_and_by_owner() {
        var owner = insert(store, "owner", "1");
        var child = configMap("child", "1");
        child.withObject("/metadata")
                .putArray("ownerReferences")
                .addObject()
                .put("kind", "ConfigMap")
                .put("uid", owner.uid());
        store.commit(List.of(new Change.Put(key("child"), Change.ABSENT, child)));

        for (int round = 0; round < 2; round++) {
            assertThat(store.byUid(owner.uid()))
                    .hasValueSatisfying(found -> assertThat(found.key().name()).isEqualTo("owner"));
            assertThat(names(store.dependents(owner.uid()))).containsExactly("child");
            reopen();
        }

        put(store, "child", "without owner", Change.ANY);
        assertThat(store.dependents(owner.uid())).isEmpty();
        delete(store, "owner");
        assertThat(store.byUid(owner.uid())).isEmpty();
    }

    @Test
    void names_the_resources_that_have_objects() {
        insert(store, "a", "1");
        var roles = new GroupResource("rbac.authorization.k8s.io", "roles");
        store.commit(List.of(new Change.Put(new ObjectKey(roles, "ns", "r"), Change.ABSENT, configMap("r", ""))));
        delete(store, "a");

        reopen();

        assertThat(store.resources()).containsExactly(roles);
        assertThat(store.get(new ObjectKey(roles, "ns", "r"))).isPresent();
    }

    @Test
    void an_index_fed_by_every_event_is_up_to_date_when_the_commit_returns() throws Exception {
        var seen = new ArrayList<Long>();
        var subscription = store.watchAll(event -> seen.add(event.revision()));
        for (int i = 0; i < 100; i++) {
            long revision = insert(store, "n" + i, "").revision();
            assertThat(seen).last().isEqualTo(revision);
        }
        subscription.close();
        insert(store, "after", "");
        assertThat(seen).hasSize(100);
    }

    @Test
    void a_second_opener_is_told_who_holds_the_directory() {
        assertThatThrownBy(() -> StoreFixture.open(directory))
                .isInstanceOf(StoreOpenException.class)
                .hasMessage(
                        "%s is in use by process %d",
                        directory, ProcessHandle.current().pid());
    }

    @Test
    void a_damaged_file_is_refused_by_name() throws Exception {
        for (int i = 0; i < 500; i++) {
            insert(store, "n" + i, "x".repeat(500));
        }
        store.close();
        var file = directory.resolve(Database.FILE);
        var bytes = Files.readAllBytes(file);
        for (int i = 8192 * 4; i < 8192 * 5; i++) {
            bytes[i] ^= 0x5a;
        }
        Files.write(file, bytes);

        assertThatThrownBy(this::open).isInstanceOf(StoreOpenException.class).hasMessageContaining(file.toString());
        Files.delete(file);
        open();
    }

    @Test
    void a_backup_opens_as_a_store_of_its_own(@TempDir Path elsewhere) {
        insert(store, "a", "1");

        store.copyTo(elsewhere.resolve(Database.FILE), Map.of()).run();
        insert(store, "b", "1");

        try (var copy = StoreFixture.open(elsewhere)) {
            assertThat(names(copy.snapshot(CONFIG_MAPS).all())).containsExactly("a");
        }
        assertThatThrownBy(() ->
                        store.copyTo(elsewhere.resolve(Database.FILE), Map.of()).run())
                .isInstanceOf(StoreOpenException.class)
                .hasMessageContaining("exists already");
    }

    @Test
    void writes_after_closing_are_refused_as_unavailable() {
        store.close();

        assertThatThrownBy(() -> insert(store, "a", "1"))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(503));
    }
}
