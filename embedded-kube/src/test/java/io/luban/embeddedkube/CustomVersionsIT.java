package io.luban.embeddedkube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.configuration.ApiSettings;
import io.luban.embeddedkube.configuration.ConversionFallback;
import io.luban.embeddedkube.service.ServicePort;
import io.luban.model.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A custom kind of two versions whose shapes differ, over the whole server. */
class CustomVersionsIT {
    private static final String DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    private static final String OLD = "/apis/x.io/v1/namespaces/default/gauges";
    private static final String NEW = "/apis/x.io/v2/namespaces/default/gauges";
    private static final String MERGE = "application/merge-patch+json";

    @TempDir
    Path directory;

    private TestCluster cluster;
    private Converter converter;

    @BeforeEach
    void start() throws IOException {
        converter = new Converter();
        cluster = TestCluster.start(directory, false);
    }

    @AfterEach
    void stop() {
        cluster.close();
        converter.close();
    }

    private HttpResponse<String> send(String method, String path, String type, String body) {
        var request = cluster.request(path).header("Content-Type", type);
        return cluster.send(request.method(method, BodyPublishers.ofString(body.replace('\'', '"'))));
    }

    private ObjectNode done(String method, String path, String type, String body) {
        var response = send(method, path, type, body);
        assertThat(response.statusCode()).as(response.body()).isLessThan(300);
        return (ObjectNode) Json.parse(response.body());
    }

    private ObjectNode get(String path) {
        return done("GET", path, "application/json", "");
    }

    private ObjectNode create(String path, String body) {
        return done("POST", path, "application/json", body);
    }

    private void define(String conversion) {
        create(DEFINITIONS, """
                {'apiVersion': 'apiextensions.k8s.io/v1', 'kind': 'CustomResourceDefinition',
                 'metadata': {'name': 'gauges.x.io'},
                 'spec': {'group': 'x.io', 'scope': 'Namespaced', 'names': {'plural': 'gauges', 'kind': 'Gauge'},
                  'conversion': %s, 'versions': [
                  {'name': 'v1', 'served': true, 'storage': true, 'subresources': {'status': {}},
                   'schema': {'openAPIV3Schema': {'type': 'object', 'properties': {
                    'status': {'type': 'object', 'properties': {'at': {'type': 'integer'}}},
                    'spec': {'type': 'object', 'properties': {'size': {'type': 'integer', 'maximum': 100},
                     'unit': {'type': 'string', 'default': 'l', 'enum': ['l', 'ml'], 'maxLength': 2}}}}}}},
                  {'name': 'v2', 'served': true, 'storage': false,
                   'subresources': {'status': {}, 'scale': {'specReplicasPath': '.spec.replicas',
                    'statusReplicasPath': '.status.at'}}, 'selectableFields': [{'jsonPath': '.spec.replicas'}],
                   'schema': {'openAPIV3Schema': {'type': 'object', 'properties': {
                    'status': {'type': 'object', 'properties': {'at': {'type': 'integer'}}},
                    'spec': {'type': 'object', 'properties': {'replicas': {'type': 'integer'},
                     'unit': {'type': 'string'}}}}}}}]}}""".formatted(conversion));
    }

    private void defineConverted(String client) {
        define("{'strategy': 'Webhook', 'webhook': {'clientConfig': %s, 'conversionReviewVersions': ['v1']}}"
                .formatted(client));
    }

    private static String gauge(String version, String name, String spec) {
        return "{'apiVersion': 'x.io/%s', 'kind': 'Gauge', 'metadata': {'name': '%s'}, 'spec': {%s}}"
                .formatted(version, name, spec);
    }

    @Test
    void each_version_reads_and_writes_its_own_shape() {
        defineConverted(converter.client());
        create(OLD, gauge("v1", "a", "'size': 3"));

        assertThat(get(NEW + "/a").path("spec")).isEqualTo(Json.parse("{\"replicas\":3,\"unit\":\"l\"}"));
        var patched = done("PATCH", NEW + "/a", MERGE, "{'spec': {'replicas': 5}}");
        assertThat(patched.at("/spec/replicas").asInt()).isEqualTo(5);
        assertThat(patched.at("/metadata/generation").asInt()).isEqualTo(2);
        done("PATCH", NEW + "/a/scale", MERGE, "{'spec': {'replicas': 6}}");
        done("PATCH", NEW + "/a/status", MERGE, "{'status': {'at': 4}}");

        var old = get(OLD + "/a");
        assertThat(old.at("/spec/size").asInt()).isEqualTo(6);
        assertThat(old.at("/status/at").asInt()).isEqualTo(4);
        assertThat(old.path("apiVersion").asText()).isEqualTo("x.io/v1");
        assertThat(get(NEW + "/a/scale").at("/spec/replicas").asInt()).isEqualTo(6);
        create(NEW, gauge("v2", "b", "'replicas': 9"));
        assertThat(get(OLD + "/b").at("/spec/size").asInt()).isEqualTo(9);
        assertThat(get(NEW + "?fieldSelector=spec.replicas%3D9").path("items")).hasSize(1);
    }

    @Test
    void managers_of_both_versions_keep_their_fields() {
        defineConverted(converter.client());
        var apply = "application/apply-patch+yaml";
        done("PATCH", OLD + "/a?fieldManager=old", apply, gauge("v1", "a", "'size': 3"));
        done("PATCH", NEW + "/a?fieldManager=new", apply, gauge("v2", "a", "'replicas': 3, 'unit': 'l'"));

        var refused = send("PATCH", NEW + "/a?fieldManager=new", apply, gauge("v2", "a", "'replicas': 4"));
        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body()).contains("conflict with \\\"old\\\"");

        var forced = done("PATCH", NEW + "/a?fieldManager=new&force=true", apply, gauge("v2", "a", "'replicas': 4"));
        assertThat(forced.at("/spec/replicas").asInt()).isEqualTo(4);
        assertThat(forced.at("/metadata/managedFields").findValuesAsText("manager"))
                .containsExactly("new");
    }

    @Test
    void a_list_asks_the_webhook_once_and_an_event_once_for_all_watchers() throws Exception {
        defineConverted(converter.client());
        for (int i = 0; i < 30; i++) {
            create(OLD, gauge("v1", "g" + i, "'size': " + i));
        }
        converter.asked.clear();

        var list = get(NEW);
        assertThat(list.path("items"))
                .hasSize(30)
                .allMatch(item -> item.at("/spec").has("replicas"));
        assertThat(converter.asked).hasSize(1);

        var revision = list.at("/metadata/resourceVersion").asText();
        var seen = new ArrayList<Queue<String>>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 5; i++) {
                var lines = new ConcurrentLinkedQueue<String>();
                seen.add(lines);
                var request = cluster.request(NEW + "?watch=1&timeoutSeconds=60&resourceVersion=" + revision)
                        .build();
                var stream = cluster.admin().send(request, BodyHandlers.ofLines());
                threads.execute(() -> {
                    try (var body = stream.body()) {
                        body.limit(2).forEach(lines::add);
                    }
                });
            }
            converter.asked.clear();
            done("PATCH", OLD + "/g1", MERGE, "{'spec': {'size': 77}}");
            done("PATCH", OLD + "/g1", MERGE, "{'spec': {'size': 78}}");
            await().atMost(Duration.ofSeconds(60)).until(() -> seen.stream().allMatch(lines -> lines.size() == 2));
        }
        assertThat(seen)
                .allSatisfy(lines -> assertThat(lines.stream().map(Json::parse))
                        .extracting(event -> event.at("/object/spec/replicas").asInt())
                        .containsExactly(77, 78));
        assertThat(converter.asked).hasSize(2);
    }

    @Test
    void answers_that_overstep_are_refused() {
        defineConverted(converter.client());
        create(OLD, gauge("v1", "a", "'size': 3"));
        refusedWith("expected response.uid=", response -> response.put("uid", "other"));
        refusedWith("returned 0 objects, expected 1", response -> {
            response.putArray("convertedObjects");
            return response;
        });
        refusedWith("at index 0: must have the same name: a != b", response -> {
            ((ObjectNode) response.at("/convertedObjects/0/metadata")).put("name", "b");
            return response;
        });
        refusedWith("failed: no way", response -> {
            response.putObject("result").put("status", "Failure").put("message", "no way");
            return response;
        });

        converter.response = response -> {
            var metadata = (ObjectNode) response.at("/convertedObjects/0/metadata");
            metadata.put("generation", 99).putObject("labels").put("made", "here");
            return response;
        };
        var answer = get(NEW + "/a").path("metadata");
        assertThat(answer.path("generation").asInt()).isEqualTo(1);
        assertThat(answer.at("/labels/made").asText()).isEqualTo("here");
    }

    private void refusedWith(String text, java.util.function.UnaryOperator<ObjectNode> spoiled) {
        converter.response = spoiled;
        var response = send("GET", NEW + "/a", "application/json", "");
        assertThat(response.statusCode()).isEqualTo(500);
        assertThat(Json.parse(response.body()).path("message").asText())
                .startsWith("conversion webhook for x.io/v1, Kind=Gauge ")
                .contains(text);
    }

    @Test
    void without_a_running_backend_objects_keep_their_shape_and_a_warning_tells_so() {
        defineConverted("{'service': {'namespace': 'default', 'name': 'nobody'}}");
        create(OLD, gauge("v1", "a", "'size': 3, 'unit': 'ml'"));

        var response = send("GET", NEW + "/a", "application/json", "");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(Json.parse(response.body()).path("spec")).isEqualTo(Json.parse("{\"unit\":\"ml\"}"));
        assertThat(response.headers().firstValue("Warning").orElse(""))
                .contains("nothing runs behind the conversion webhook of gauges.x.io");
    }

    @Test
    void without_a_running_backend_nothing_is_read_where_that_is_wanted() {
        cluster.close();
        var config = EmbeddedKubeConfig.of(directory).simulating(false, Duration.ZERO);
        var api = config.api();
        cluster = TestCluster.start(config.with(new ApiSettings(
                api.eventTtl(),
                api.cel(),
                ConversionFallback.ERROR,
                api.unreachableService(),
                api.workloadControllers())));
        defineConverted("{'service': {'namespace': 'default', 'name': 'nobody'}}");
        create(OLD, gauge("v1", "a", "'size': 3"));

        var response = send("GET", NEW + "/a", "application/json", "");

        assertThat(response.statusCode()).as(response.body()).isEqualTo(500);
        assertThat(response.body()).contains("conversion webhook for x.io/v1, Kind=Gauge failed");
        assertThat(get(OLD + "/a").at("/spec/size").asInt()).isEqualTo(3);
    }

    @Test
    void a_service_converts_in_the_words_of_the_older_review() {
        cluster.server()
                .localServices()
                .register(ServicePort.of("default", "converter", 443), URI.create(converter.url()));
        define("{'strategy': 'Webhook', 'webhook': {'clientConfig': {'service': {'namespace': 'default',"
                + " 'name': 'converter', 'path': '/convert'}}, 'conversionReviewVersions': ['v1beta1']}}");
        create(OLD, gauge("v1", "a", "'size': 3"));

        assertThat(get(NEW + "/a").at("/spec/replicas").asInt()).isEqualTo(3);
        assertThat(converter.reviews).contains("apiextensions.k8s.io/v1beta1");
    }

    @Test
    void reads_follow_a_changed_schema_and_writes_a_changed_storage_version() {
        define("{'strategy': 'None'}");
        create(OLD, gauge("v1", "a", "'size': 3"));
        var schema = "/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/";
        done("PATCH", DEFINITIONS + "/gauges.x.io", "application/json-patch+json", """
                [{'op': 'remove', 'path': '%1$ssize'},
                 {'op': 'add', 'path': '%1$scolor', 'value': {'type': 'string', 'default': 'red'}}]""".formatted(schema));

        var revision = get(OLD + "/a").at("/metadata/resourceVersion").asText();
        assertThat(get(OLD + "/a").path("spec")).isEqualTo(Json.parse("{\"color\":\"red\",\"unit\":\"l\"}"));
        assertThat(get(OLD).at("/items/0/spec/color").asText()).isEqualTo("red");

        done("PATCH", DEFINITIONS + "/gauges.x.io", "application/json-patch+json", """
                [{'op': 'replace', 'path': '/spec/versions/0/storage', 'value': false},
                 {'op': 'replace', 'path': '/spec/versions/1/storage', 'value': true}]""");
        assertThat(storedVersions()).containsExactly("v1", "v2");
        assertThat(get(OLD + "/a").at("/spec/color").asText()).isEqualTo("red");
        var rewritten = done("PUT", NEW + "/a", "application/json", Json.text(get(NEW + "/a")));
        assertThat(rewritten.at("/metadata/resourceVersion").asText()).isNotEqualTo(revision);
        var again = done("PUT", NEW + "/a", "application/json", Json.text(get(NEW + "/a")));
        assertThat(again.path("metadata")).isEqualTo(rewritten.path("metadata"));
        done("PATCH", DEFINITIONS + "/gauges.x.io/status", MERGE, "{'status': {'storedVersions': ['v2']}}");
        assertThat(storedVersions()).containsExactly("v2");
    }

    @Test
    void schemas_are_published_as_they_were_written() {
        define("{'strategy': 'None'}");

        var three = get("/openapi/v3/apis/x.io/v1").at("/components/schemas/io.x.v1.Gauge/properties/spec/properties");
        assertThat(three.path("unit")).isEqualTo(Json.parse("""
                {"type":"string","default":"l","enum":["l","ml"],"maxLength":2}"""));
        assertThat(three.path("size").path("maximum").asInt()).isEqualTo(100);
        var two = get("/openapi/v2").at("/definitions/io.x.v1.Gauge");
        assertThat(two.at("/properties/spec/properties/unit/enum")).hasSize(2);
        assertThat(two.at("/properties/metadata/$ref").asText()).startsWith("#/definitions/");
    }

    private List<String> storedVersions() {
        return get(DEFINITIONS + "/gauges.x.io")
                .at("/status/storedVersions")
                .valueStream()
                .map(JsonNode::asText)
                .toList();
    }
}
