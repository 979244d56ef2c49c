package io.luban.embeddedkube;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.Json;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Writes of every form as clients send them. */
class WritesIT {
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final String DEPLOYMENTS = "/apis/apps/v1/namespaces/default/deployments";
    private static final String SERVICES = "/api/v1/namespaces/default/services";
    private static final String JSON = "application/json";
    private static final String MERGE = "application/merge-patch+json";
    private static final String APPLY = "application/apply-patch+yaml";

    @TempDir
    static Path directory;

    private static TestCluster cluster;

    @BeforeAll
    static void start() {
        cluster = TestCluster.start(directory, false);
        deploy("d", "");
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private static HttpResponse<String> deploy(String name, String container) {
        return send("POST", DEPLOYMENTS, JSON, """
                {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"%s"},"spec":{
                 "selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},
                 "spec":{"containers":[{"name":"c","image":"i:1"%s}]}}}}""".formatted(name, container));
    }

    @Test
    void a_scale_is_applied_and_shown_as_a_table() {
        var scale = """
                {"apiVersion":"autoscaling/v1","kind":"Scale","metadata":{"name":"d"},"spec":{"replicas":3}}""";

        var applied = send("PATCH", DEPLOYMENTS + "/d/scale?fieldManager=m&force=true", APPLY, scale);

        assertThat(body(applied).at("/spec/replicas").asInt())
                .as(applied.body())
                .isEqualTo(3);
        var fields = body(cluster.send(cluster.request(DEPLOYMENTS + "/d"))).at("/metadata/managedFields");
        assertThat(fields).anySatisfy(entry -> {
            assertThat(entry.path("manager").asText()).isEqualTo("m");
            assertThat(entry.path("subresource").asText()).isEqualTo("scale");
            assertThat(entry.path("fieldsV1")).hasToString("{\"f:spec\":{\"f:replicas\":{}}}");
        });
        var table = body(cluster.send(cluster.request(DEPLOYMENTS + "/d/scale")
                .header("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io,application/json")));
        assertThat(table.at("/rows/0/cells/0").asText()).isEqualTo("d");
        assertThat(table.at("/rows/0/cells/1").asInt()).isEqualTo(3);
    }

    @Test
    void the_uid_of_an_object_is_not_patched() {
        var answer = send("PATCH", DEPLOYMENTS + "/d", MERGE, "{\"metadata\":{\"uid\":\"other\"}}");

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.body()).contains("metadata.uid: Invalid value: \\\"other\\\": field is immutable");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            application/merge-patch+json           | {"spec":{"paused":true,"paused":true}} | duplicate field \\"spec.paused\\"
            application/strategic-merge-patch+json | {"spec":{"paused":true,"paused":true}} | duplicate field \\"spec.paused\\"
            application/strategic-merge-patch+json | {"spec":{"bogus":true}}                | unknown field \\"spec.bogus\\"
            """)
    void strict_patches_name_what_stands_twice_or_is_unknown(String type, String patch, String problem) {
        var strict = send("PATCH", DEPLOYMENTS + "/d?fieldValidation=Strict", type, patch);
        var warned = send("PATCH", DEPLOYMENTS + "/d?fieldValidation=Warn&dryRun=All", type, patch);

        assertThat(strict.statusCode()).isEqualTo(422);
        assertThat(strict.body()).contains("strict decoding error: " + problem);
        assertThat(warned.statusCode()).isEqualTo(200);
        assertThat(warned.headers().firstValue("Warning")).hasValue("299 - \"" + problem + "\"");
    }

    @Test
    void yaml_with_members_that_stand_twice_is_refused_only_when_strict() {
        var yaml = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: twice}\ndata: {a: '1', a: '2'}\n";

        var strict = send("POST", MAPS + "?fieldValidation=Strict", "application/yaml", yaml);
        var warned = send("POST", MAPS + "?fieldValidation=Warn", "application/yaml", yaml);

        assertThat(strict.statusCode()).isEqualTo(400);
        assertThat(strict.body())
                .contains(
                        "strict decoding error: yaml: unmarshal errors:\\n  line 4: key \\\"a\\\" already set in map");
        assertThat(warned.statusCode()).isEqualTo(201);
        assertThat(warned.headers().firstValue("Warning"))
                .hasValue("299 - \"line 4: key \\\"a\\\" already set in map\"");
        assertThat(body(warned).at("/data/a").asText()).isEqualTo("2");
    }

    @Test
    void a_template_with_a_variable_twice_brings_a_warning() {
        var answer = deploy("w", ",\"env\":[{\"name\":\"A\",\"value\":\"1\"},{\"name\":\"A\",\"value\":\"2\"}]");

        assertThat(answer.headers().firstValue("Warning").orElse(""))
                .contains("spec.template.spec.containers[0].env[1]: hides previous definition of \\\"A\\\"");
    }

    @Test
    void the_address_of_a_service_stays_until_its_type_needs_none() {
        send("POST", SERVICES, JSON, """
                {"apiVersion":"v1","kind":"Service","metadata":{"name":"s"},"spec":{"type":"NodePort",
                 "clusterIP":"10.96.77.7","ports":[{"port":80}]}}""");

        var moved = send("PATCH", SERVICES + "/s", MERGE, "{\"spec\":{\"clusterIP\":\"10.96.77.77\"}}");
        var external = send(
                "PATCH", SERVICES + "/s", MERGE, "{\"spec\":{\"type\":\"ExternalName\",\"externalName\":\"a.b\"}}");
        var back = send("PATCH", SERVICES + "/s", MERGE, "{\"spec\":{\"type\":\"ClusterIP\"}}");

        assertThat(moved.body())
                .contains("spec.clusterIPs[0]: Invalid value: []string{\\\"10.96.77.77\\\"}: may not change once set");
        assertThat(body(external).path("spec").has("clusterIP"))
                .as(external.body())
                .isFalse();
        assertThat(body(back).at("/spec/clusterIP").asText()).as(back.body()).startsWith("10.96.");
    }

    private static HttpResponse<String> send(String method, String path, String type, String body) {
        return cluster.send(
                cluster.request(path).header("Content-Type", type).method(method, BodyPublishers.ofString(body)));
    }

    private static ObjectNode body(HttpResponse<String> answer) {
        return Json.parseObject(answer.body().getBytes(StandardCharsets.UTF_8));
    }
}
