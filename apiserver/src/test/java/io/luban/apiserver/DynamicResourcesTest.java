package io.luban.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.Json;
import io.luban.model.Yaml;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Custom resources without an API of their own are listed, read and written under /kapis. */
class DynamicResourcesTest {
    private static final String DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    private static final String THINGS = "/apis/shop.io/v1/things";
    private static final String EXTENSIONS = "/apis/kubesphere.io/v1alpha1/extensions";
    private static GatewayFixture fixture;
    private static String admin;
    private static String bob;

    @BeforeAll
    static void start() throws IOException {
        fixture = new GatewayFixture();
        fixture.kubernetes.serve(DEFINITIONS, THINGS, "/apis/shop.io/v1/secrets");
        fixture.apply("/apis/shop.io", """
                metadata: {name: v1}
                resources:
                - {name: things, kind: Thing, namespaced: false}
                - {name: secrets, kind: Secret, namespaced: false}
                """);
        fixture.apply(DEFINITIONS, """
                metadata: {name: things.shop.io, labels: {kubesphere.io/resource-served: "true"}}
                """);
        fixture.apply(DEFINITIONS, "metadata: {name: secrets.shop.io}");
        for (int i = 0; i < 25; i++) {
            fixture.kubernetes.put(THINGS, thing("thing-%02d".formatted(i), i % 5 == 0 ? "gold" : "tin"));
        }
        fixture.kubernetes.serve(EXTENSIONS, "/api/v1/pods");
        fixture.apply("/apis/kubesphere.io", """
                metadata: {name: v1alpha1}
                resources: [{name: extensions, kind: Extension, namespaced: false}]
                """);
        fixture.apply("/api", """
                metadata: {name: v1}
                resources: [{name: nodes, kind: Node, namespaced: false}]
                """);
        fixture.apply(EXTENSIONS, "{metadata: {name: devops}, spec: {displayName: {en: Pipelines, zh: 流水线}}}");
        fixture.apply(EXTENSIONS, """
                metadata: {name: monitor}
                spec: {displayName: {en: Metrics}}
                status: {state: Installed, enabled: true}
                """);
        fixture.apply(EXTENSIONS, """
                metadata: {name: logs}
                spec: {displayName: {en: Logging}}
                status: {state: UpgradeFailed}
                """);
        fixture.apply("/api/v1/nodes", "metadata: {name: n1}");
        admin = fixture.token("admin", GatewayFixture.ADMIN_PASSWORD);
        bob = fixture.token("bob", GatewayFixture.BOB_PASSWORD);
    }

    @AfterAll
    static void stop() {
        fixture.close();
    }

    private static ObjectNode thing(String name, String workspace) {
        return (ObjectNode) Yaml.parse("""
                apiVersion: shop.io/v1
                kind: Thing
                metadata: {name: %s, labels: {kubesphere.io/workspace: %s}}
                spec: {metal: %s}
                """.formatted(name, workspace, workspace));
    }

    private static JsonNode list(String target) {
        var answer = fixture.get("/kapis/shop.io/v1/" + target, admin);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return Json.parse(answer.body());
    }

    private static List<String> names(JsonNode list) {
        var names = new ArrayList<String>();
        list.path("items").forEach(item -> names.add(item.at("/metadata/name").asText()));
        return names;
    }

    @Test
    void cuts_pages_and_tells_the_total_and_what_remains() {
        var page = list("things?sortBy=name&ascending=true&page=2&limit=10&name=thing-");
        assertThat(names(page)).first().isEqualTo("thing-10");
        assertThat(names(page)).hasSize(10).last().isEqualTo("thing-19");
        assertThat(page.path("kind").asText()).isEqualTo("ThingList");
        assertThat(page.at("/metadata/remainingItemCount").asInt(-1)).isEqualTo(5);
        assertThat(page.at("/metadata/continue").asText()).isEqualTo("25");
        assertThat(page.has("totalItems")).isFalse();

        assertThat(names(list("things?sortBy=name&limit=1&name=thing-"))).containsExactly("thing-24");
        var outside = list("things?page=9&limit=10&name=thing-");
        assertThat(outside.path("items")).isEmpty();
        assertThat(outside.at("/metadata/remainingItemCount").asInt()).isEqualTo(25);
    }

    @Test
    void filters_by_name_labels_and_fields() {
        assertThat(names(list("things?name=ng-03"))).containsExactly("thing-03");
        assertThat(names(list("things?names=thing-01,thing-02&ascending=true")))
                .containsExactly("thing-01", "thing-02");
        assertThat(list("things?labelSelector=kubesphere.io/workspace%3Dgold&name=thing-")
                        .path("items"))
                .hasSize(5);
        assertThat(list("things?fieldSelector=spec.metal%3D~GOLD&name=thing-").path("items"))
                .hasSize(5);
        assertThat(list("things?nonsense=1&name=thing-").path("items")).hasSize(25);
        assertThat(fixture.get("/kapis/shop.io/v1/things?labelSelector=%3D%3D", admin)
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void shows_in_a_workspace_only_what_belongs_to_it() {
        assertThat(list("workspaces/gold/things?name=thing-").path("items")).hasSize(5);
        assertThat(fixture.get("/kapis/shop.io/v1/workspaces/gold/things/thing-05", admin)
                        .statusCode())
                .isEqualTo(200);
        assertThat(fixture.get("/kapis/shop.io/v1/workspaces/gold/things/thing-06", admin)
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void shows_changes_without_listing_kubernetes_again() {
        list("things");
        int before = fixture.kubernetes.lists(THINGS);
        fixture.kubernetes.put(THINGS, thing("late", "tin"));
        await().untilAsserted(() -> assertThat(names(list("things?name=late"))).containsExactly("late"));
        fixture.kubernetes.remove(THINGS, "late");
        await().untilAsserted(() -> assertThat(names(list("things?name=late"))).isEmpty());
        assertThat(fixture.kubernetes.lists(THINGS)).isEqualTo(before);
    }

    @Test
    void answers_as_if_unknown_what_its_definition_does_not_open() {
        var closed = fixture.get("/kapis/shop.io/v1/secrets", admin);
        assertThat(closed.statusCode()).isEqualTo(404);
        assertThat(closed.body()).isEqualTo("404: Page Not Found");
        assertThat(fixture.get("/kapis/nowhere.io/v1/things", admin).statusCode())
                .isEqualTo(404);
        assertThat(fixture.get("/kapis/iam.kubesphere.io/v1beta1/users", admin).statusCode())
                .isEqualTo(404);
        assertThat(fixture.get("/kapis/shop.io/v1/things", bob).statusCode()).isEqualTo(403);
    }

    @Test
    void writes_objects_of_the_paths_type_and_workspace() {
        var wrong = post("things", "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"x\"}}");
        assertThat(wrong.statusCode()).isEqualTo(400);
        assertThat(wrong.body()).isEqualTo("wrong resource GroupVersionKind\n");

        var made = post("workspaces/gold/things", Json.text(thing("made", "tin")));
        assertThat(made.statusCode()).isEqualTo(201);
        assertThat(fixture.kubernetes
                        .object(THINGS + "/made")
                        .at("/metadata/labels")
                        .path("kubesphere.io/workspace")
                        .asText())
                .isEqualTo("gold");

        var path = "/kapis/shop.io/v1/things/made";
        var patched = fixture.send(fixture.request(path)
                .header("Authorization", "Bearer " + admin)
                .header("Content-Type", "application/merge-patch+json")
                .method("PATCH", BodyPublishers.ofString("{\"spec\":{\"size\":3}}")));
        assertThat(Json.parse(patched.body()).at("/spec/size").asInt()).isEqualTo(3);
        assertThat(Json.parse(patched.body()).at("/spec/metal").asText()).isEqualTo("tin");

        var replacement = thing("made", "gold");
        replacement.withObject("/spec").put("size", 4);
        var replaced = send("PUT", "things/made", Json.text(replacement));
        assertThat(replaced.statusCode()).as(replaced.body()).isEqualTo(200);
        assertThat(Json.parse(replaced.body()).at("/spec/size").asInt()).isEqualTo(4);
        assertThat(fixture.kubernetes.object(THINGS + "/made").at("/spec/size").asInt())
                .isEqualTo(4);

        var gone = fixture.send(
                fixture.request(path).header("Authorization", "Bearer " + admin).DELETE());
        assertThat(gone.statusCode()).isEqualTo(200);
        assertThat(fixture.get(path, admin).statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({
        "q=pipe, devops",
        "q=流水, devops",
        "q=LOGS, logs",
        "status=installed, monitor",
        "status=notInstalled, devops",
        "status=upgradefailed, logs",
        "enabled=true, monitor",
        "enabled=false, logs",
        "available=true&sortBy=name&ascending=true&limit=2&page=2, monitor",
        "status=installed&enabled=false, ''"
    })
    void finds_extensions_as_the_market_does(String query, String expected) {
        var answer = fixture.get(
                "/kapis/kubesphere.io/v1alpha1/extensions?" + query.replace("流水", "%E6%B5%81%E6%B0%B4"), admin);
        var list = Json.parse(answer.body());
        assertThat(String.join(" ", names(list))).isEqualTo(expected);
        assertThat(list.at("/metadata/remainingItemCount").asInt(-1)).isZero();
        assertThat(list.at("/metadata/continue").isTextual()).isTrue();
    }

    @Test
    void serves_kinds_of_kubernetes_and_the_core_group() {
        var nodes = Json.parse(fixture.get("/kapi/v1/nodes", admin).body());
        assertThat(names(nodes)).containsExactly("n1");
        assertThat(nodes.path("kind").asText()).isEqualTo("NodeList");
        assertThat(nodes.path("apiVersion").asText()).isEqualTo("v1");
        assertThat(Json.parse(fixture.get("/kapi/v1/nodes/n1", admin).body())
                        .at("/metadata/name")
                        .asText())
                .isEqualTo("n1");
        assertThat(fixture.get("/kapi/v1/secrets", "").statusCode()).isEqualTo(403);

        var schemas = "/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas";
        fixture.kubernetes.serve(schemas);
        fixture.apply("/apis/flowcontrol.apiserver.k8s.io", """
                metadata: {name: v1}
                resources: [{name: flowschemas, kind: FlowSchema, namespaced: false}]
                """);
        fixture.apply(schemas, "metadata: {name: exempt}");
        var flows = fixture.get(schemas.replace("/apis", "/kapis"), admin);
        assertThat(names(Json.parse(flows.body()))).containsExactly("exempt");
    }

    @Test
    void refuses_verbs_and_places_that_make_no_sense() {
        assertThat(send("DELETE", "things", "").body()).isEqualTo("not supported verb\n");
        assertThat(send("DELETE", "things", "").statusCode()).isEqualTo(400);
        assertThat(send("PUT", "things", Json.text(thing("x", "tin"))).statusCode())
                .isEqualTo(400);
        assertThat(send("GET", "namespaces/default/things", "").statusCode()).isEqualTo(404);
        assertThat(send("GET", "things/none", "").statusCode()).isEqualTo(404);
        assertThat(send("DELETE", "things/none", "").statusCode()).isEqualTo(404);
        assertThat(send("GET", "things/thing-01/status", "").statusCode()).isEqualTo(404);
        var other = send("PUT", "things/thing-01", Json.text(thing("thing-02", "tin")));
        assertThat(other.statusCode()).isEqualTo(400);
        assertThat(other.body()).contains("metadata.name is thing-02, but the path names thing-01");
        assertThat(send("DELETE", "workspaces/gold/things/thing-06", "").statusCode())
                .isEqualTo(404);
    }

    @Test
    void refuses_bodies_that_are_too_large_too_deep_or_of_another_form() {
        var large = thing("large", "tin");
        large.withObject("/spec").put("text", "x".repeat(4 * 1024 * 1024));
        var refused = post("things", Json.text(large));
        assertThat(refused.statusCode()).isEqualTo(413);
        assertThat(refused.body()).contains("limit is 3145728");

        var bomb = "{\"apiVersion\":\"shop.io/v1\",\"kind\":\"Thing\",\"spec\":" + "[".repeat(100_000)
                + "]".repeat(100_000) + "}";
        assertThat(post("things", bomb).statusCode()).isEqualTo(400);

        var form = fixture.send(fixture.request("/kapis/shop.io/v1/things")
                .header("Authorization", "Bearer " + admin)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("a=b")));
        assertThat(form.statusCode()).isEqualTo(415);
        assertThat(form.body()).isEqualTo("415: Unsupported Media Type");
    }

    @Test
    void takes_whole_objects_in_yaml_as_kubernetes_does() {
        var made = sendAs("Application/YAML; charset=utf-8", "POST", "workspaces/gold/things", """
                apiVersion: shop.io/v1
                kind: Thing
                # as written by hand
                metadata:
                  name: by-hand
                spec: {size: 0x10, on: yes}
                """);
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        var stored = fixture.kubernetes.object(THINGS + "/by-hand");
        assertThat(stored.at("/spec/size").asInt()).isEqualTo(16);
        assertThat(stored.at("/metadata/labels/kubesphere.io~1workspace").asText())
                .isEqualTo("gold");

        var changed = sendAs(
                "application/yaml", "PUT", "things/by-hand", "{apiVersion: shop.io/v1, kind: Thing, spec: {size: 2}}");
        assertThat(changed.statusCode()).as(changed.body()).isEqualTo(200);
        assertThat(Json.parse(changed.body()).at("/spec/size").asInt()).isEqualTo(2);
        send("DELETE", "things/by-hand", "");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/yaml|'- a'|400|the body is not a YAML object: a mapping is expected",
                "application/yaml|'a: [b'|400|the body is not a YAML object",
                "application/yaml|'a: &a [*a]'|400|the body is not a YAML object",
                "application/yaml|'{apiVersion: v1, kind: Pod}'|400|wrong resource GroupVersionKind",
                "application/x-yaml|'{apiVersion: shop.io/v1, kind: Thing}'|415|415: Unsupported Media Type",
                "application/json|{\"apiVersion\":\"shop.io/v1\",\"kind\":\"Thing\",\"metadata\":\"x\"}|400|metadata of the object",
                "application/json|{\"apiVersion\":\"shop.io/v1\",\"kind\":\"Thing\",\"metadata\":{\"labels\":[]}}|400|labels of the object",
                "Application/JSON|{\"apiVersion\":\"v1\"}|400|wrong resource GroupVersionKind"
            })
    void says_what_is_wrong_with_a_body(String type, String body, int status, String message) {
        var answer = sendAs(type, "POST", "workspaces/gold/things", body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.body()).contains(message);
    }

    @Test
    void who_may_create_in_every_namespace_may_name_one_in_the_object() {
        fixture.kubernetes.serve("/apis/shop.io/v1/namespaces/default/boxes");
        fixture.apply("/apis/shop.io", """
                metadata: {name: v1}
                resources:
                - {name: things, kind: Thing, namespaced: false}
                - {name: secrets, kind: Secret, namespaced: false}
                - {name: boxes, kind: Box, namespaced: true}
                """);
        fixture.apply(DEFINITIONS, """
                metadata: {name: boxes.shop.io, labels: {kubesphere.io/resource-served: "true"}}
                """);
        var box =
                "{\"apiVersion\":\"shop.io/v1\",\"kind\":\"Box\",\"metadata\":{\"name\":\"b\",\"namespace\":\"default\"}}";
        await().untilAsserted(() -> assertThat(post("boxes", box).statusCode()).isIn(201, 409));
        assertThat(fixture.kubernetes
                        .object("/apis/shop.io/v1/namespaces/default/boxes/b")
                        .at("/metadata/name")
                        .asText())
                .isEqualTo("b");
    }

    @Test
    void failures_of_kubernetes_are_told_as_text_unless_json_is_asked_for() {
        assertThat(post("things", Json.text(thing("thing-01", "tin"))).body()).isEqualTo("AlreadyExists\n");
        var answer = fixture.send(fixture.request("/kapis/shop.io/v1/things")
                .header("Authorization", "Bearer " + admin)
                .header("Accept", "application/json")
                .POST(BodyPublishers.ofString(Json.text(thing("thing-01", "tin")))));
        assertThat(answer.statusCode()).isEqualTo(409);
        assertThat(Json.parse(answer.body()).path("reason").asText()).isEqualTo("AlreadyExists");
    }

    @Test
    void a_plain_json_patch_is_the_whole_object_as_it_shall_be() {
        var whole = thing("whole", "tin");
        whole.withObject("/spec").put("size", 7);
        assertThat(post("things", Json.text(whole)).statusCode()).isEqualTo(201);
        var wished = thing("whole", "tin");

        var patched = send("PATCH", "things/whole", Json.text(wished));

        assertThat(patched.statusCode()).as(patched.body()).isEqualTo(200);
        assertThat(Json.parse(patched.body()).path("spec").has("size")).isFalse();
        assertThat(Json.parse(patched.body()).at("/spec/metal").asText()).isEqualTo("tin");
        send("DELETE", "things/whole", "");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "merge-patch+json|{\"metadata\":{\"labels\":{\"kubesphere.io/workspace\":\"tin\"}}}|400",
                "merge-patch+json|{\"metadata\":{\"labels\":{\"kubesphere.io\\u002fworkspace\":null}}}|400",
                "merge-patch+json|{\"metadata\":{\"labels\":{\"kubesphere.io/workspace\":\"gold\",\"a\":\"b\"}}}|200",
                "apply-patch+yaml|metadata: {labels: {kubesphere.io/workspace: tin}}|400",
                "json-patch+json|[{\"op\":\"replace\",\"path\":\"/metadata/labels/kubesphere.io~1workspace\",\"value\":\"tin\"}]|400",
                "json-patch+json|[{\"op\":\"remove\",\"path\":\"/metadata/labels/kubesphere.io~1workspace\"}]|400",
                "json-patch+json|[{\"op\":\"add\",\"path\":\"/metadata/labels\",\"value\":{\"kubesphere.io/workspace\":\"x\"}}]|400",
                "json-patch+json|[{\"op\":\"copy\",\"from\":\"/metadata/annotations\",\"path\":\"/metadata/labels\"}]|400",
                "merge-patch+json|{\"metadata\":{\"labels\":null}}|400",
                "json-patch+json|[{\"op\":\"move\",\"from\":\"/metadata/labels/kubesphere.io~1workspace\",\"path\":\"/spec/x\"}]|400",
                "json-patch+json|[{\"op\":\"move\",\"from\":\"/metadata/labels\",\"path\":\"/spec/x\"}]|400",
                "strategic-merge-patch+json|{\"metadata\":{\"labels\":{\"$patch\":\"replace\",\"a\":\"b\"}}}|400",
                "strategic-merge-patch+json|{\"metadata\":{\"$retainKeys\":[\"name\"]}}|400",
                "strategic-merge-patch+json|{\"$patch\":\"replace\",\"metadata\":{\"name\":\"thing-10\"}}|400",
                "merge-patch+json|{|400"
            })
    void a_patch_takes_nothing_out_of_its_workspace(String type, String patch, int status) {
        var answer = fixture.send(fixture.request("/kapis/shop.io/v1/workspaces/gold/things/thing-10")
                .header("Authorization", "Bearer " + admin)
                .header("Content-Type", "application/" + type)
                .method("PATCH", BodyPublishers.ofString(patch)));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(fixture.kubernetes
                        .object(THINGS + "/thing-10")
                        .at("/metadata/labels")
                        .path("kubesphere.io/workspace")
                        .asText())
                .isEqualTo("gold");
    }

    @Test
    void what_is_applied_in_a_workspace_names_it() {
        var applied = sendAs(
                "application/apply-patch+yaml",
                "PATCH",
                "workspaces/gold/things/thing-15?fieldManager=me",
                "{apiVersion: shop.io/v1, kind: Thing, metadata: {labels: {a: b}}, spec: {size: 5}}");
        assertThat(applied.statusCode()).as(applied.body()).isEqualTo(200);
        assertThat(fixture.kubernetes
                        .received(THINGS + "/thing-15")
                        .at("/metadata/labels")
                        .toString())
                .isEqualTo("{\"a\":\"b\",\"kubesphere.io/workspace\":\"gold\"}");
        assertThat(sendAs("application/apply-patch+yaml", "PATCH", "workspaces/gold/things/thing-15", "{metadata: x}")
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void watches_stream_and_stay_in_the_workspace_of_the_path() throws Exception {
        try (var client = java.net.http.HttpClient.newHttpClient()) {
            var request = fixture.request("/kapis/shop.io/v1/workspaces/gold/things?watch=true&resourceVersion=0")
                    .header("Authorization", "Bearer " + admin)
                    .build();
            var stream = client.send(request, java.net.http.HttpResponse.BodyHandlers.ofInputStream());
            assertThat(stream.statusCode()).isEqualTo(200);
            try (var lines = new java.io.BufferedReader(
                    new java.io.InputStreamReader(stream.body(), java.nio.charset.StandardCharsets.UTF_8))) {
                for (int i = 0; i < 5; i++) {
                    var event = Json.parse(lines.readLine());
                    assertThat(event.path("type").asText()).isEqualTo("ADDED");
                    assertThat(event.at("/object/spec/metal").asText()).isEqualTo("gold");
                }
            }
        }
    }

    private static java.net.http.HttpResponse<String> send(String method, String target, String body) {
        return sendAs("application/json", method, target, body);
    }

    private static java.net.http.HttpResponse<String> sendAs(String type, String method, String target, String body) {
        return fixture.send(fixture.request("/kapis/shop.io/v1/" + target)
                .header("Authorization", "Bearer " + admin)
                .header("Content-Type", type)
                .method(method, BodyPublishers.ofString(body)));
    }

    private static java.net.http.HttpResponse<String> post(String target, String body) {
        return fixture.send(fixture.request("/kapis/shop.io/v1/" + target)
                .header("Authorization", "Bearer " + admin)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)));
    }
}
