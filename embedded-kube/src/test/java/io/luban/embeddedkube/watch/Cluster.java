package io.luban.embeddedkube.watch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.registry.BuiltInRegistry;
import io.luban.embeddedkube.registry.ResourceType;
import io.luban.embeddedkube.schema.SchemaLibrary;
import io.luban.embeddedkube.store.Change;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.store.SqliteStore;
import io.luban.embeddedkube.store.Store;
import io.luban.embeddedkube.store.StoreOptions;
import io.luban.http.Headers;
import io.luban.http.LocalRequest;
import io.luban.http.Reply;
import io.luban.http.Request;
import io.luban.model.Json;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** A store with a reader, and words to fill and ask them. */
final class Cluster implements AutoCloseable {
    static final BuiltInRegistry REGISTRY = BuiltInRegistry.of(SchemaLibrary.load());
    static final ResourceType CONFIG_MAPS =
            REGISTRY.find("", "v1", "configmaps").orElseThrow();

    final Store store;
    final Reader reader;
    volatile Instant now = Instant.parse("2026-11-21T02:00:00Z");

    Cluster(Path directory) {
        this(directory, StoreOptions.defaults());
    }

    Cluster(Path directory, StoreOptions options) {
        store = SqliteStore.open(directory, Clock.systemUTC(), options);
        reader = new Reader(store, new MovableClock());
    }

    private final class MovableClock extends Clock {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }

    static ObjectNode configMap(String namespace, String name, String... labels) {
        var object = Json.object();
        object.put("apiVersion", "v1").put("kind", "ConfigMap");
        var metadata = object.putObject("metadata");
        metadata.put("name", name).put("namespace", namespace);
        metadata.put("uid", new UUID(namespace.hashCode(), name.hashCode()).toString());
        metadata.put("creationTimestamp", "2026-11-21T01:00:00Z");
        for (int i = 0; i < labels.length; i += 2) {
            metadata.withObjectProperty("labels").put(labels[i], labels[i + 1]);
        }
        object.putObject("data").put("k", "v");
        return object;
    }

    long put(ResourceType type, String namespace, ObjectNode object) {
        var key = new ObjectKey(
                type.storage(), namespace, object.at("/metadata/name").asText());
        return store.commit(List.of(new Change.Put(key, Change.ANY, object)))
                .getFirst()
                .revision();
    }

    long put(String namespace, String name, String... labels) {
        return put(CONFIG_MAPS, namespace, configMap(namespace, name, labels));
    }

    long delete(String namespace, String name) {
        return store.commit(
                        List.of(new Change.Delete(new ObjectKey(CONFIG_MAPS.storage(), namespace, name), Change.ANY)))
                .getFirst()
                .revision();
    }

    /** A request with query parameters given as name, value, name, value … */
    static Request request(String... parameters) {
        var query = new StringBuilder();
        for (int i = 0; i < parameters.length; i += 2) {
            query.append(i == 0 ? "?" : "&")
                    .append(parameters[i])
                    .append('=')
                    .append(URLEncoder.encode(parameters[i + 1], StandardCharsets.UTF_8));
        }
        return LocalRequest.of("GET", "/x" + query, Headers.EMPTY);
    }

    JsonNode list(String namespace, String... parameters) {
        return body(reader.list(request(parameters), CONFIG_MAPS, namespace, Form.OBJECT));
    }

    RecordingSink watch(String namespace, String... parameters) {
        return RecordingSink.of(reader.watch(request(parameters), CONFIG_MAPS, namespace, Form.OBJECT));
    }

    static JsonNode body(Reply.Content content) {
        return Json.parse(content.body());
    }

    static List<String> names(JsonNode list) {
        var names = new ArrayList<String>();
        list.path("items").forEach(item -> names.add(item.at("/metadata/name").asText()));
        return names;
    }

    @Override
    public void close() {
        reader.close();
        store.close();
    }
}
