package io.luban.embeddedkube.store;

import static io.luban.embeddedkube.store.StoreFixture.CONFIG_MAPS;
import static io.luban.embeddedkube.store.StoreFixture.configMap;
import static io.luban.embeddedkube.store.StoreFixture.insert;
import static io.luban.embeddedkube.store.StoreFixture.key;
import static io.luban.embeddedkube.store.StoreFixture.names;
import static io.luban.embeddedkube.store.StoreFixture.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreFormatTest {
    private static final String LARGE = "x".repeat(100_000);

    @TempDir
    private Path directory;

    private Path file;

    @BeforeEach
    void name() {
        file = directory.resolve(Database.FILE);
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + file);
    }

    private static byte[] json(String name, String value, long revision) {
        return EncodedObject.of(key(name), configMap(name, value))
                .at(revision, revision)
                .json();
    }

    /** As the first version of this store left it: a changed object, a deleted one, a large one. */
    private void writeFormat1() throws SQLException {
        try (var connection = connect()) {
            for (var table : new String[] {
                "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)",
                "CREATE TABLE object (create_revision INTEGER PRIMARY KEY, mod_revision INTEGER NOT NULL,"
                        + " key TEXT NOT NULL, value BLOB NOT NULL)",
                "CREATE TABLE event (revision INTEGER PRIMARY KEY, key TEXT NOT NULL, type TEXT NOT NULL,"
                        + " create_revision INTEGER NOT NULL, previous_revision INTEGER NOT NULL, previous BLOB)",
                "CREATE TABLE floor (resource TEXT PRIMARY KEY, revision INTEGER NOT NULL)",
                "INSERT INTO meta VALUES ('format', '1'), ('created', '2026-01-01T00:00:00Z'), ('tokenKey', '"
                        + "ab".repeat(32) + "')",
                "INSERT INTO floor VALUES ('configmaps', 10)"
            }) {
                Connections.execute(connection, table);
            }
            insertObject(connection, 11, 13, json("changed", "new", 13));
            insertObject(connection, 12, 12, json("large", LARGE, 12));
            insertEvent(connection, 11, "changed", "ADDED", 11, 0, new byte[0]);
            insertEvent(connection, 12, "large", "ADDED", 12, 0, new byte[0]);
            insertEvent(connection, 13, "changed", "MODIFIED", 11, 11, json("changed", "old", 11));
            insertEvent(connection, 14, "gone", "DELETED", 9, 9, json("gone", "last", 9));
        }
    }

    private static void insertObject(Connection connection, long created, long revision, byte[] json)
            throws SQLException {
        var name = created == 11 ? "changed" : "large";
        try (var insert = connection.prepareStatement("INSERT INTO object VALUES (?, ?, ?, ?)")) {
            insert.setLong(1, created);
            insert.setLong(2, revision);
            insert.setString(3, "configmaps/ns/" + name);
            insert.setBytes(4, json);
            insert.execute();
        }
    }

    private static void insertEvent(
            Connection connection, long revision, String name, String type, long created, long before, byte[] previous)
            throws SQLException {
        try (var insert = connection.prepareStatement("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?)")) {
            insert.setLong(1, revision);
            insert.setString(2, "configmaps/ns/" + name);
            insert.setString(3, type);
            insert.setLong(4, created);
            insert.setLong(5, before);
            insert.setBytes(6, previous);
            insert.execute();
        }
    }

    @Test
    void a_database_of_the_first_format_is_upgraded_and_the_old_one_kept() throws Exception {
        writeFormat1();

        for (int round = 0; round < 2; round++) {
            try (var store = StoreFixture.open(directory)) {
                assertThat(store.revision()).isEqualTo(14);
                assertThat(names(store.snapshot(CONFIG_MAPS).all())).containsExactly("changed", "large");
                assertThat(value(store.get(key("changed")).orElseThrow())).isEqualTo("new");
                assertThat(store.get(key("large")).orElseThrow().isLarge()).isTrue();
                assertThat(value(store.get(key("large")).orElseThrow())).isEqualTo(LARGE);
                assertThat(value(store.snapshotAt(CONFIG_MAPS, 12)
                                .orElseThrow()
                                .get("ns", "changed")
                                .orElseThrow()))
                        .isEqualTo("old");
                var events = new CopyOnWriteArrayList<Event>();
                store.watch(CONFIG_MAPS, 10, events::add);
                await().until(() -> events.size() == 4);
                assertThat(value(events.get(3).object())).isEqualTo("last");
            }
        }

        try (var old = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("state.db.format-1"))) {
            assertThat(Connections.text(old, "SELECT value FROM meta WHERE key = 'format'"))
                    .isEqualTo("1");
            assertThat(Connections.text(old, "SELECT count(*) FROM object")).isEqualTo("2");
        }
    }

    @Test
    void an_upgrade_that_fails_leaves_the_old_file_as_it_was() throws Exception {
        writeFormat1();
        try (var connection = connect()) {
            Connections.execute(connection, "CREATE TABLE floor_1 (x INTEGER)");
        }

        assertThatThrownBy(() -> StoreFixture.open(directory)).isInstanceOf(StoreOpenException.class);

        try (var connection = connect()) {
            assertThat(Connections.text(connection, "SELECT value FROM meta WHERE key = 'format'"))
                    .isEqualTo("1");
            assertThat(Connections.text(connection, "SELECT count(*) FROM object"))
                    .isEqualTo("2");
        }
    }

    @Test
    void a_newer_format_is_refused_naming_both() throws Exception {
        StoreFixture.open(directory).close();
        try (var connection = connect()) {
            MetaTable.write(connection, MetaTable.FORMAT, "7");
        }
        var before = Files.readAllBytes(file);

        assertThatThrownBy(() -> StoreFixture.open(directory))
                .isInstanceOf(StoreOpenException.class)
                .hasMessageContaining("format 7")
                .hasMessageContaining("up to 2");
        assertThat(Arrays.equals(Files.readAllBytes(file), before)).isTrue();
    }

    @Test
    void a_database_of_something_else_is_refused() throws Exception {
        try (var connection = connect()) {
            Connections.execute(connection, "CREATE TABLE songs (title TEXT)");
        }

        assertThatThrownBy(() -> StoreFixture.open(directory)).hasMessageContaining("not one of Luban");
    }

    @Test
    void only_its_owner_may_read_the_file() throws Exception {
        try (var store = StoreFixture.open(directory)) {
            insert(store, "a", "1");
            for (var name : new String[] {Database.FILE, Database.FILE + "-wal"}) {
                assertThat(Files.getPosixFilePermissions(directory.resolve(name)))
                        .hasSize(2);
            }
        }
    }
}
