package io.luban.embeddedkube.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.GroupResource;
import io.luban.model.Json;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Words that the store's tests share. */
final class StoreFixture {
    static final GroupResource CONFIG_MAPS = new GroupResource("", "configmaps");

    private StoreFixture() {}

    static SqliteStore open(Path directory) {
        return SqliteStore.open(directory, Clock.systemUTC());
    }

    static ObjectKey key(String name) {
        return new ObjectKey(CONFIG_MAPS, "ns", name);
    }

    static ObjectNode configMap(String name, String value) {
        var object = Json.object();
        object.put("apiVersion", "v1").put("kind", "ConfigMap");
        object.putObject("metadata")
                .put("name", name)
                .put("namespace", "ns")
                .put("uid", new UUID(0, name.hashCode()).toString());
        object.putObject("data").put("value", value);
        return object;
    }

    static StoredObject insert(Store store, String name, String value) {
        return put(store, name, value, Change.ABSENT);
    }

    static StoredObject put(Store store, String name, String value, long expected) {
        return store.commit(List.of(new Change.Put(key(name), expected, configMap(name, value))))
                .getFirst();
    }

    static StoredObject delete(Store store, String name) {
        return store.commit(List.of(new Change.Delete(key(name), Change.ANY))).getFirst();
    }

    static String value(StoredObject object) {
        return object.tree().path("data").path("value").asText();
    }

    static List<String> names(Iterable<StoredObject> objects) {
        var names = new ArrayList<String>();
        objects.forEach(object -> names.add(object.key().name()));
        return names;
    }
}
