package io.luban.embeddedkube.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.embeddedkube.registry.BuiltInRegistry;
import io.luban.embeddedkube.registry.Conversion;
import io.luban.embeddedkube.registry.MutableRegistry;
import io.luban.embeddedkube.registry.ResourceType;
import io.luban.embeddedkube.schema.SchemaLibrary;
import io.luban.http.Headers;
import io.luban.http.LocalRequest;
import io.luban.http.Reply;
import io.luban.model.ApiException;
import io.luban.model.GroupResource;
import io.luban.model.GroupVersionKind;
import io.luban.model.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class DiscoveryTest {
    private static final String V2 = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
    private static final String KUBECTL = "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=Other," + V2
            + ",application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json";

    private final MutableRegistry registry = new MutableRegistry(BuiltInRegistry.of(SchemaLibrary.load()));
    private final Discovery discovery = Discovery.of(registry);

    @Test
    void lists_groups_in_the_order_in_which_bare_names_are_resolved() {
        var groups = new ArrayList<String>();
        json("/apis")
                .path("groups")
                .forEach(group -> groups.add(group.path("name").asText()));

        assertThat(groups)
                .startsWith("apiregistration.k8s.io", "apps", "events.k8s.io", "authentication.k8s.io")
                .endsWith("discovery.k8s.io", "flowcontrol.apiserver.k8s.io")
                .doesNotContain("");
    }

    @Test
    void the_first_version_of_a_group_is_preferred() {
        var group = json("/apis/autoscaling");

        assertThat(group.path("preferredVersion").path("version").asText()).isEqualTo("v2");
        assertThat(group.path("versions").get(1).path("groupVersion").asText()).isEqualTo("autoscaling/v1");
    }

    @Test
    void the_core_group_tells_where_it_is_reached() {
        var request = LocalRequest.of("GET", "/api", Headers.of("Host", "kube.example:6443"));
        var body = Json.parse(((Reply.Content) discovery.answer(request).orElseThrow()).body());

        assertThat(body.path("serverAddressByClientCIDRs")
                        .get(0)
                        .path("serverAddress")
                        .asText())
                .isEqualTo("kube.example:6443");
    }

    @Test
    void subresources_are_entries_of_their_own_with_foreign_kinds_named() {
        var scale = entry(json("/apis/apps/v1"), "deployments/scale");
        var status = entry(json("/apis/apps/v1"), "deployments/status");

        assertThat(scale.path("group").asText()).isEqualTo("autoscaling");
        assertThat(scale.path("kind").asText()).isEqualTo("Scale");
        assertThat(status.has("group")).isFalse();
        assertThat(status.path("singularName").asText()).isEmpty();
        assertThat(entry(json("/api/v1"), "pods").path("shortNames").get(0).asText())
                .isEqualTo("po");
    }

    @Test
    void aggregated_discovery_echoes_its_parameters_and_is_tagged() {
        var first = content("/apis", KUBECTL);
        var etag = first.headers().first("ETag").orElseThrow();
        var again = (Reply.Content) discovery
                .answer(LocalRequest.of("GET", "/apis", Headers.of("Accept", KUBECTL, "If-None-Match", etag)))
                .orElseThrow();

        assertThat(first.headers().first("Content-Type")).contains(V2);
        assertThat(first.headers().first("Vary")).contains("Accept");
        assertThat(etag).matches("\"[0-9A-F]{128}\"");
        assertThat(again.status()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
        var apps = Json.parse(first.body()).path("items").get(1);
        assertThat(apps.at("/metadata/name").asText()).isEqualTo("apps");
        assertThat(apps.at("/versions/0/freshness").asText()).isEqualTo("Current");
        assertThat(apps.at("/versions/0/resources/0/responseKind/kind").asText())
                .isEqualTo("ControllerRevision");
    }

    @Test
    void the_core_group_is_one_unnamed_item() {
        var items = Json.parse(content("/api", V2).body()).path("items");

        assertThat(items).hasSize(1);
        assertThat(items.get(0).path("metadata").has("name")).isFalse();
    }

    @Test
    void a_new_resource_is_visible_at_once_and_changes_the_tag() {
        var before = content("/apis", V2).headers().first("ETag");

        registry.replaceCustom(List.of(custom()));

        assertThat(content("/apis", V2).headers().first("ETag")).isNotEqualTo(before);
        assertThat(json("/apis").path("groups").findValuesAsText("name")).endsWith("golden.io");
        assertThat(entry(json("/apis/golden.io/v1"), "widgets").path("kind").asText())
                .isEqualTo("Widget");
    }

    @Test
    void what_is_not_served_is_left_to_others() {
        for (var path : List.of("/apis/none", "/apis/apps/v9", "/api/v2", "/apix", "/version", "/apis//v1")) {
            assertThat(discovery.answer(LocalRequest.of("GET", path, Headers.EMPTY)))
                    .as(path)
                    .isEmpty();
        }
    }

    @Test
    void other_methods_and_other_forms_are_refused() {
        assertThatThrownBy(() -> discovery.answer(LocalRequest.of("POST", "/apis", Headers.EMPTY)))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(405));
        assertThatThrownBy(() -> content("/apis", "application/vnd.kubernetes.protobuf"))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(406));
    }

    private static ResourceType custom() {
        var kind = new GroupVersionKind("golden.io", "v1", "Widget");
        var template = BuiltInRegistry.of(SchemaLibrary.load())
                .find("", "v1", "configmaps")
                .orElseThrow();
        return new ResourceType(
                kind,
                new ResourceType.Names("widgets", "widget", "Widget", "WidgetList", List.of("wg"), List.of()),
                true,
                template.verbs(),
                List.of(),
                new GroupResource("golden.io", "widgets"),
                true,
                Set.of(),
                template.schema(),
                template.rules(),
                List.of(),
                List.of(),
                Conversion.none("golden.io/v1", "golden.io/v1", "Widget"),
                "");
    }

    private static JsonNode entry(JsonNode list, String name) {
        for (var resource : list.path("resources")) {
            if (resource.path("name").asText().equals(name)) {
                return resource;
            }
        }
        throw new AssertionError(name + " is not in " + list);
    }

    private JsonNode json(String path) {
        return Json.parse(content(path, "application/json").body());
    }

    private Reply.Content content(String path, String accept) {
        return (Reply.Content) discovery
                .answer(LocalRequest.of("GET", path, Headers.of("Accept", accept)))
                .orElseThrow();
    }
}
