package io.luban.embeddedkube.openapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.embeddedkube.registry.BuiltInRegistry;
import io.luban.embeddedkube.registry.Conversion;
import io.luban.embeddedkube.registry.MutableRegistry;
import io.luban.embeddedkube.registry.ResourceType;
import io.luban.embeddedkube.schema.Schema;
import io.luban.embeddedkube.schema.SchemaLibrary;
import io.luban.http.Headers;
import io.luban.http.LocalRequest;
import io.luban.http.Reply;
import io.luban.model.ApiException;
import io.luban.model.GroupResource;
import io.luban.model.GroupVersionKind;
import io.luban.model.Json;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class OpenApiTest {
    private static final String DEPLOYMENT = "io.k8s.api.apps.v1.Deployment";

    private final SchemaLibrary library = SchemaLibrary.load();
    private final MutableRegistry registry = new MutableRegistry(BuiltInRegistry.of(library));
    private final OpenApi openApi = OpenApi.of(registry, library, Clock.systemUTC());

    @Test
    void the_index_leads_to_immutable_documents() {
        var index = Json.parse(get("/openapi/v3").body());
        var url = index.at("/paths/apis~1apps~1v1/serverRelativeURL").asText();
        var document = get(url);

        assertThat(url).startsWith("/openapi/v3/apis/apps/v1?hash=");
        assertThat(index.path("paths").has("api/v1")).isTrue();
        assertThat(document.status()).isEqualTo(200);
        assertThat(document.headers().first("Cache-Control")).contains("public, immutable");
        assertThat(document.headers().first("Expires")).isPresent();
        assertThat(Json.parse(document.body()).path("openapi").asText()).isEqualTo("3.0.0");
    }

    @Test
    void a_wrong_hash_is_redirected_to_the_right_one() {
        var moved = get("/openapi/v3/apis/apps/v1?hash=OLD");

        assertThat(moved.status()).isEqualTo(301);
        assertThat(get(moved.headers().first("Location").orElseThrow()).status())
                .isEqualTo(200);
        assertThat(get("/openapi/v3/apis/apps/v1").headers().first("Cache-Control"))
                .contains("no-cache, private");
    }

    @Test
    void roots_name_their_kind_and_members_are_explained() {
        var schemas = document("apis/apps/v1").at("/components/schemas");
        var root = schemas.path(DEPLOYMENT);
        var spec = schemas.path("io.k8s.api.apps.v1.DeploymentSpec");

        assertThat(root.path("x-kubernetes-group-version-kind").toString())
                .isEqualTo("[{\"group\":\"apps\",\"kind\":\"Deployment\",\"version\":\"v1\"}]");
        assertThat(root.at("/properties/spec/allOf/0/$ref").asText())
                .isEqualTo("#/components/schemas/io.k8s.api.apps.v1.DeploymentSpec");
        assertThat(spec.at("/properties/replicas/description").asText()).contains("pods");
        assertThat(spec.at("/properties/replicas/format").asText()).isEqualTo("int32");
        assertThat(spec.path("required").toString()).contains("selector", "template");
    }

    @Test
    void merge_keys_and_list_types_are_told() {
        var containers =
                document("apis/apps/v1").at("/components/schemas/io.k8s.api.core.v1.PodSpec/properties/containers");

        assertThat(containers.path("x-kubernetes-patch-merge-key").asText()).isEqualTo("name");
        assertThat(containers.path("x-kubernetes-patch-strategy").asText()).isEqualTo("merge");
        assertThat(containers.path("x-kubernetes-list-type").asText()).isEqualTo("map");
        assertThat(containers.at("/x-kubernetes-list-map-keys/0").asText()).isEqualTo("name");
    }

    @Test
    void every_reference_leads_somewhere_in_every_document() {
        var index = Json.parse(get("/openapi/v3").body());
        index.path("paths").fieldNames().forEachRemaining(name -> {
            var document = document(name);
            var known = new HashSet<String>();
            document.at("/components/schemas").fieldNames().forEachRemaining(known::add);
            assertThat(references(document)).as(name).isSubsetOf(known);
        });
    }

    @Test
    void built_in_kinds_take_strategic_patches_and_validation_and_custom_ones_no_strategic_patch() {
        registry.replaceCustom(List.of(custom()));

        var builtIn =
                document("apis/apps/v1").path("paths").path("/apis/apps/v1/namespaces/{namespace}/deployments/{name}");
        var defined = document("apis/golden.io/v1")
                .path("paths")
                .path("/apis/golden.io/v1/namespaces/{namespace}/widgets/{name}");

        assertThat(names(builtIn.at("/patch/requestBody/content"))).contains("application/strategic-merge-patch+json");
        assertThat(names(defined.at("/patch/requestBody/content")))
                .contains("application/merge-patch+json", "application/apply-patch+yaml")
                .doesNotContain("application/strategic-merge-patch+json");
        for (var path : List.of(builtIn, defined)) {
            assertThat(path.at("/patch/parameters").findValuesAsText("name")).contains("fieldValidation");
            assertThat(path.at("/patch/x-kubernetes-group-version-kind/kind").asText())
                    .isIn("Deployment", "Widget");
        }
    }

    @Test
    void a_custom_kind_is_described_by_its_own_structure() {
        registry.replaceCustom(List.of(custom()));

        var widget = document("apis/golden.io/v1").at("/components/schemas/io.golden.v1.Widget");

        assertThat(widget.at("/properties/metadata/allOf/0/$ref").asText()).endsWith("ObjectMeta");
        assertThat(widget.at("/properties/spec/properties/size/type").asText()).isEqualTo("integer");
        assertThat(widget.at("/x-kubernetes-group-version-kind/0/kind").asText())
                .isEqualTo("Widget");
    }

    @Test
    void version_2_is_empty_as_protobuf_and_complete_as_json() {
        var protobuf =
                get("/openapi/v2", Headers.of("Accept", "application/com.github.proto-openapi.spec.v2@v1.0+protobuf"));
        var json = Json.parse(get("/openapi/v2").body());

        assertThat(protobuf.body()).isEmpty();
        assertThat(protobuf.headers().first("Content-Type"))
                .contains("application/com.github.proto-openapi.spec.v2.v1.0+protobuf");
        assertThat(json.path("swagger").asText()).isEqualTo("2.0");
        assertThat(json.path("definitions").has(DEPLOYMENT)).isTrue();
        assertThat(json.path("paths").has("/api/v1/namespaces/{namespace}/pods/{name}"))
                .isTrue();
        assertThat(json.toString()).doesNotContain("#/components/");
    }

    @Test
    void gzip_tags_and_forms_are_negotiated() {
        var packed = get("/openapi/v3/api/v1", Headers.of("Accept-Encoding", "gzip"));
        var etag = packed.headers().first("ETag").orElseThrow();

        assertThat(packed.headers().first("Content-Encoding")).contains("gzip");
        assertThat(get("/openapi/v3/api/v1", Headers.of("If-None-Match", etag)).status())
                .isEqualTo(304);
        assertThatThrownBy(() -> get(
                        "/openapi/v3/api/v1",
                        Headers.of("Accept", "application/com.github.proto-openapi.spec.v3.v1.0+protobuf")))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(406));
        assertThat(openApi.answer(LocalRequest.of("GET", "/openapi/v3/apis/none/v1", Headers.EMPTY)))
                .isEmpty();
    }

    private ResourceType custom() {
        var template = registry.find("", "v1", "configmaps").orElseThrow();
        Schema size = new Schema.Scalar(Schema.ScalarType.INTEGER, "");
        Schema spec = new Schema.Struct("", "wish", Map.of("size", field("size", size)), false, false);
        var root = new Schema.Struct("", "a widget", Map.of("spec", field("spec", spec)), false, false);
        return new ResourceType(
                new GroupVersionKind("golden.io", "v1", "Widget"),
                new ResourceType.Names("widgets", "widget", "Widget", "WidgetList", List.of(), List.of()),
                true,
                template.verbs(),
                List.of(),
                new GroupResource("golden.io", "widgets"),
                true,
                Set.of(),
                root,
                template.rules(),
                List.of(),
                List.of(),
                Conversion.none("golden.io/v1", "golden.io/v1", "Widget"),
                "");
    }

    private static Schema.Field field(String name, Schema schema) {
        return new Schema.Field(name, "", () -> schema, false, false, Schema.PatchStrategy.DEFAULT, Optional.empty());
    }

    private static List<String> references(JsonNode json) {
        var found = new ArrayList<String>();
        var member = json.get("$ref");
        if (member != null && member.isTextual()) {
            found.add(member.asText().substring("#/components/schemas/".length()));
        }
        json.forEach(child -> found.addAll(references(child)));
        return found;
    }

    private static List<String> names(JsonNode object) {
        var found = new ArrayList<String>();
        object.fieldNames().forEachRemaining(found::add);
        return found;
    }

    private JsonNode document(String groupVersion) {
        return Json.parse(get("/openapi/v3/" + groupVersion).body());
    }

    private Reply.Content get(String target) {
        return get(target, Headers.EMPTY);
    }

    private Reply.Content get(String target, Headers headers) {
        return (Reply.Content)
                openApi.answer(LocalRequest.of("GET", target, headers)).orElseThrow();
    }
}
