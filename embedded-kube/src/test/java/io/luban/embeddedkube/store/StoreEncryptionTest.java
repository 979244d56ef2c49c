package io.luban.embeddedkube.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luban.model.GroupResource;
import io.luban.model.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Secrets at rest. */
class StoreEncryptionTest {
    private static final GroupResource SECRETS = new GroupResource("", "secrets");
    private static final ObjectKey SECRET = new ObjectKey(SECRETS, "ns", "login");
    private static final ObjectKey LARGE = new ObjectKey(SECRETS, "ns", "release");
    private static final String KEY = "0f".repeat(32);
    private static final String OTHER = "1e".repeat(32);

    @TempDir
    private Path directory;

    @TempDir
    private Path elsewhere;

    private Path keys(String... lines) throws IOException {
        return Files.writeString(elsewhere.resolve("keys"), String.join("\n", lines));
    }

    private SqliteStore open(String... lines) throws IOException {
        return SqliteStore.open(
                directory, Clock.systemUTC(), StoreOptions.defaults().encryptedBy(keys(lines)));
    }

    private static void put(Store store, ObjectKey key, String value) {
        var object = Json.object().put("apiVersion", "v1").put("kind", "Secret");
        object.putObject("metadata").put("name", key.name()).put("uid", key.name());
        object.putObject("data").put("value", value);
        store.commit(List.of(new Change.Put(key, Change.ANY, object)));
    }

    private static String value(Store store, ObjectKey key) {
        return store.get(key).orElseThrow().tree().at("/data/value").asText();
    }

    private static void write(Store store) {
        put(store, SECRET, "former-password");
        put(store, SECRET, "open-sesame");
        put(store, LARGE, "open-sesame".repeat(20_000));
    }

    private void assertReadable(Store store) {
        assertThat(value(store, SECRET)).isEqualTo("open-sesame");
        assertThat(value(store, LARGE)).hasSize(220_000);
        assertThat(store.snapshotAt(SECRETS, 1)
                        .orElseThrow()
                        .get("ns", "login")
                        .orElseThrow()
                        .tree()
                        .at("/data/value")
                        .asText())
                .isEqualTo("former-password");
    }

    private boolean isOnDisk(String text) throws IOException {
        try (var files = Files.newDirectoryStream(directory, "state.db*")) {
            for (var file : files) {
                if (new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(text)) {
                    return true;
                }
            }
        }
        return false;
    }

    @Test
    void values_of_secrets_are_not_to_be_found_on_the_disk() throws Exception {
        try (var store = open(KEY)) {
            write(store);
            assertThat(isOnDisk("open-sesame")).isFalse();
        }
        assertThat(isOnDisk("open-sesame")).isFalse();
        assertThat(isOnDisk("former-password")).isFalse();
        try (var store = open(KEY)) {
            assertReadable(store);
        }
    }

    @Test
    void without_the_key_or_with_another_one_it_is_refused() throws Exception {
        try (var store = open(KEY)) {
            write(store);
        }

        assertThatThrownBy(() -> StoreFixture.open(directory))
                .isInstanceOf(StoreOpenException.class)
                .hasMessageContaining("encrypted with the key of fingerprint");
        assertThatThrownBy(() -> open(OTHER))
                .isInstanceOf(StoreOpenException.class)
                .hasMessageContaining("has only")
                .message()
                .doesNotContain(OTHER)
                .doesNotContain(KEY);
        try (var store = open(KEY)) {
            assertReadable(store);
        }
    }

    @Test
    void turning_it_on_changing_the_key_and_turning_it_off_rewrites_what_is_there() throws Exception {
        try (var store = StoreFixture.open(directory)) {
            write(store);
        }
        assertThat(isOnDisk("open-sesame")).isTrue();
        try (var store = open(KEY)) {
            assertReadable(store);
        }
        assertThat(isOnDisk("open-sesame")).isFalse();
        assertThat(isOnDisk("former-password")).isFalse();
        try (var store = open(OTHER, KEY)) {
            assertReadable(store);
        }
        try (var store = open(OTHER)) {
            assertReadable(store);
        }
        try (var store = open("plain", OTHER)) {
            assertReadable(store);
        }
        try (var store = StoreFixture.open(directory)) {
            assertReadable(store);
        }
    }

    @Test
    void a_file_without_a_proper_key_is_refused_without_showing_it() {
        for (var lines : List.of("", "short", "zz".repeat(32))) {
            assertThatThrownBy(() -> open(lines))
                    .isInstanceOf(StoreOpenException.class)
                    .hasMessageContaining("encryption key file")
                    .message()
                    .doesNotContain("zz");
        }
    }
}
