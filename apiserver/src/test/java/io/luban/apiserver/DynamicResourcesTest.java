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

/** Custom resources without an API of their own are listed, read and written under /kapis. */
class DynamicResourcesTest {
    private static final String DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    private static final String THINGS = "/apis/shop.io/v1/things";
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
        int before = fixture.kubernetes.lists();
        fixture.kubernetes.put(THINGS, thing("late", "tin"));
        await().untilAsserted(() -> assertThat(names(list("things?name=late"))).containsExactly("late"));
        fixture.kubernetes.remove(THINGS, "late");
        await().untilAsserted(() -> assertThat(names(list("things?name=late"))).isEmpty());
        assertThat(fixture.kubernetes.lists()).isEqualTo(before);
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
        assertThat(wrong.body()).isEqualTo("wrong resource GroupVersionKind");

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

        var gone = fixture.send(
                fixture.request(path).header("Authorization", "Bearer " + admin).DELETE());
        assertThat(gone.statusCode()).isEqualTo(200);
        assertThat(fixture.get(path, admin).statusCode()).isEqualTo(404);
    }

    private static java.net.http.HttpResponse<String> post(String target, String body) {
        return fixture.send(fixture.request("/kapis/shop.io/v1/" + target)
                .header("Authorization", "Bearer " + admin)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)));
    }
}
