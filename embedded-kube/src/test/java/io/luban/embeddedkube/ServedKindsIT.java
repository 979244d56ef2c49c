package io.luban.embeddedkube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.Json;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds the served kinds against the table of what Kubernetes serves. */
class ServedKindsIT {
    private static final Set<String> VERSION_NEEDED = Set.of(
            "apiextensions.k8s.io/v1",
            "apiregistration.k8s.io/v1",
            "admissionregistration.k8s.io/v1",
            "coordination.k8s.io/v1",
            "node.k8s.io/v1",
            "policy/v1");

    @TempDir
    static Path directory;

    private static TestCluster cluster;
    private static JsonNode samples;

    @BeforeAll
    static void start() {
        cluster = TestCluster.start(directory, false);
        samples = ServedKind.samples();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    static List<ServedKind> all() {
        return ServedKind.all();
    }

    static Stream<ServedKind> stored() {
        return all().stream().filter(kind -> kind.verbs().contains("delete"));
    }

    static Stream<ServedKind> listed() {
        return all().stream().filter(kind -> kind.verbs().contains("list"));
    }

    @ParameterizedTest
    @MethodSource("all")
    void discovery_names_it_as_the_table_does(ServedKind kind) {
        var entries = new TreeMap<String, JsonNode>();
        get(kind.root())
                .path("resources")
                .forEach(entry -> entries.put(entry.path("name").asText(), entry));
        var entry = entries.getOrDefault(kind.resource(), Json.object());

        assertThat(entry.path("kind").asText()).isEqualTo(kind.kind());
        assertThat(entry.path("namespaced").asBoolean()).isEqualTo(kind.namespaced());
        assertThat(texts(entry.path("verbs"))).containsExactlyInAnyOrderElementsOf(kind.verbs());
        assertThat(texts(entry.path("shortNames"))).isEqualTo(kind.shortNames());
        assertThat(texts(entry.path("categories"))).isEqualTo(kind.categories());
        var parts = entries.keySet().stream()
                .filter(name -> name.startsWith(kind.resource() + "/"))
                .collect(Collectors.toMap(
                        name -> name.substring(kind.resource().length() + 1),
                        name -> texts(entries.getOrDefault(name, Json.object()).path("verbs")).stream()
                                .sorted()
                                .toList()));
        assertThat(parts).isEqualTo(kind.subresources());
    }

    @ParameterizedTest
    @MethodSource("listed")
    void its_table_has_these_columns(ServedKind kind) {
        var answer = cluster.send(cluster.request(kind.path())
                .header("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"));

        var columns = new ArrayList<String>();
        json(answer.body()).path("columnDefinitions").forEach(column -> columns.add(shown(column)));
        assertThat(String.join(", ", columns)).isEqualTo(kind.columns());
    }

    private static String shown(JsonNode column) {
        var type = switch (column.path("type").asText()) {
            case "integer" -> "#";
            case "boolean" -> "?";
            default -> "";
        };
        return column.path("name").asText() + type + (column.path("priority").asInt() > 0 ? "*" : "");
    }

    @ParameterizedTest
    @MethodSource("stored")
    void a_put_of_a_missing_name_creates_only_where_it_may(ServedKind kind) {
        var answer = send("PUT", kind.path() + "/" + name(kind), "application/json", object(kind));

        assertThat(answer.code()).as(answer.text()).isIn(kind.has("U") ? List.of(201) : List.of(404, 422));
        if (kind.has("U")) {
            delete(kind);
        }
    }

    @ParameterizedTest
    @MethodSource("stored")
    void its_life_follows_its_flags(ServedKind kind) {
        var sample = samples.path(kind.key());
        var body = object(kind);
        if (sample.has("status")) {
            body.set("status", sample.path("status"));
        }
        var created = send("POST", kind.path(), "application/json", body);
        assertThat(created.code()).as(created.text()).isEqualTo(201);
        assertThat(created.generation()).isEqualTo(kind.has("G") ? 1 : 0);

        var path = kind.path() + "/" + name(kind);
        var changed = patch(path, sample.path("change"));
        assertThat(changed.code()).as(changed.text()).isEqualTo(200);
        boolean isSpec = !sample.path("change").has("metadata");
        assertThat(changed.generation()).isEqualTo(kind.has("G") ? isSpec ? 2 : 1 : 0);

        leavesTheSameAlone(path, sample.path("change"));
        updates(kind, path);
        if (kind.has("S")) {
            separates(path, sample.path("status"), changed.generation());
        }
        var deleted = delete(kind);
        boolean isStatus = deleted.body().path("kind").asText().equals("Status");
        // A definition of custom resources is held by its finalizer, so there is an object left to answer.
        assertThat(isStatus).isEqualTo(!kind.has("Obj") && !kind.kind().equals("CustomResourceDefinition"));
    }

    /** Controllers write as well, so what stays is only seen once they are done. */
    private static void leavesTheSameAlone(String path, JsonNode change) {
        await().untilAsserted(() -> {
            var before = get(path);
            var version = before.at("/metadata/resourceVersion").asText();
            assertThat(patch(path, change).version()).isEqualTo(version);
            assertThat(send("PUT", path, "application/json", before).version()).isEqualTo(version);
        });
    }

    private static void updates(ServedKind kind, String path) {
        var unconditional = get(path);
        unconditional.withObjectProperty("metadata").remove("resourceVersion");
        var answer = send("PUT", path, "application/json", unconditional);
        boolean needsVersion = VERSION_NEEDED.contains(kind.groupVersion())
                || (kind.groupVersion().startsWith("storage") && !kind.kind().equals("StorageClass"));
        assertThat(answer.code()).as(answer.text()).isEqualTo(needsVersion ? 422 : 200);
    }

    private static void separates(String path, JsonNode status, long generation) {
        if (status.isEmpty()) {
            return;
        }
        var patch = Json.object().<ObjectNode>set("status", status);
        assertThat(patch(path, patch).body().path("status").properties())
                .doesNotContainAnyElementsOf(status.properties());
        var written = patch(path + "/status", patch);
        assertThat(written.code()).as(written.text()).isEqualTo(200);
        assertThat(written.generation()).isEqualTo(generation);
        status.properties()
                .forEach(member -> assertThat(written.body()
                                .path("status")
                                .path(member.getKey())
                                .toString())
                        .contains(firstText(member.getValue())));
    }

    private static String firstText(JsonNode value) {
        return value.isContainerNode() ? firstText(value.elements().next()) : value.asText();
    }

    private record Answer(int code, String text) {
        ObjectNode body() {
            return json(text);
        }

        long generation() {
            return body().path("metadata").path("generation").asLong();
        }

        String version() {
            return body().path("metadata").path("resourceVersion").asText();
        }
    }

    private static String name(ServedKind kind) {
        return samples.path(kind.key()).path("name").asText("row");
    }

    private static ObjectNode object(ServedKind kind) {
        var object = Json.object().put("apiVersion", kind.groupVersion()).put("kind", kind.kind());
        object.putObject("metadata").put("name", name(kind));
        return object.setAll((ObjectNode) samples.path(kind.key()).path("object"));
    }

    private static Answer patch(String path, JsonNode patch) {
        return send("PATCH", path, "application/merge-patch+json", patch);
    }

    private static Answer delete(ServedKind kind) {
        return send("DELETE", kind.path() + "/" + name(kind), "application/json", Json.object());
    }

    private static Answer send(String method, String path, String type, JsonNode body) {
        var answer = cluster.send(cluster.request(path)
                .header("Content-Type", type)
                .method(method, BodyPublishers.ofByteArray(Json.bytes(body))));
        return new Answer(answer.statusCode(), answer.body());
    }

    private static ObjectNode get(String path) {
        return json(cluster.send(cluster.request(path)).body());
    }

    private static ObjectNode json(String text) {
        return Json.parseObject(text.getBytes(StandardCharsets.UTF_8));
    }

    private static List<String> texts(JsonNode list) {
        var texts = new ArrayList<String>();
        list.forEach(item -> texts.add(item.asText()));
        return texts;
    }
}
