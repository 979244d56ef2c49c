package io.luban.embeddedkube.custom;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.configuration.ConversionFallback;
import io.luban.embeddedkube.expression.ExpressionSupport;
import io.luban.embeddedkube.memory.MemoryStore;
import io.luban.embeddedkube.registry.ResourceType;
import io.luban.embeddedkube.schema.SchemaLibrary;
import io.luban.embeddedkube.service.LocalServices;
import io.luban.embeddedkube.service.ServiceResolver;
import io.luban.embeddedkube.store.Store;
import io.luban.model.ApiException;
import io.luban.model.Ids;
import io.luban.model.Json;
import io.luban.model.StatusCause;
import io.luban.model.Yaml;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class InstanceRulesTest {
    private static final SchemaLibrary LIBRARY = SchemaLibrary.load();
    private static final ResourceType WIDGET = type(Widgets.definition());

    private final List<String> unknown = new ArrayList<>();

    static Stream<JsonNode> observedRequests() {
        return Widgets.cases();
    }

    @ParameterizedTest
    @MethodSource("observedRequests")
    void answers_as_the_reference_did(JsonNode observed) {
        var object = (ObjectNode) observed.get("body").deepCopy();
        WIDGET.rules().canonicalize(object, unknown::add);
        WIDGET.rules().setDefaults(object);
        var problems = WIDGET.rules().validate(object);

        var id = observed.get("id").asText();
        if (observed.get("code").asInt() != 422) {
            assertThat(problems).as(id).isEmpty();
            if (observed.has("spec")) {
                assertThat(object.get("spec")).as(id).isEqualTo(observed.get("spec"));
            }
            return;
        }
        assertThat(problems).as(id).isNotEmpty();
        if (observed.has("details.causes[]field")) {
            assertThat(problems.stream().map(StatusCause::field).sorted())
                    .as(id)
                    .containsExactlyElementsOf(texts(observed.get("details.causes[]field")));
            assertThat(problems.stream().map(StatusCause::reason).sorted())
                    .as(id)
                    .containsExactlyElementsOf(texts(observed.get("details.causes[]reason")));
        }
        if (observed.has("message")) {
            assertThat(ApiException.invalid("golden.io", "Widget", "b-m", problems))
                    .hasMessage(observed.get("message").asText());
        }
    }

    @Test
    void prunes_unknown_members_at_every_depth_and_reports_them() {
        var object = (ObjectNode) Json.parse("""
                {"apiVersion":"golden.io/v1","kind":"Widget","top":1,
                 "metadata":{"name":"w","odd":1,"labels":{},"creationTimestamp":null},
                 "spec":{"size":1,"x":1,"free":{"any":{"thing":1}},"map":[{"k":"a","z":1}],"color":null}}""");
        WIDGET.rules().canonicalize(object, unknown::add);
        assertThat(unknown).containsExactlyInAnyOrder("top", "metadata.odd", "spec.x", "spec.map[0].z");
        assertThat(object).isEqualTo(Json.parse("""
                {"apiVersion":"golden.io/v1","kind":"Widget","metadata":{"name":"w"},
                 "spec":{"size":1,"free":{"any":{"thing":1}},"map":[{"k":"a"}]}}"""));
    }

    @Test
    void defaults_fill_nested_values_items_and_nulls_and_members_get_sorted() {
        var type = typeOf("""
                type: object
                properties:
                  spec:
                    type: object
                    default: {}
                    properties:
                      b: {type: integer, default: 2}
                      a: {type: string, default: x}
                      n: {type: string, default: d, nullable: true}
                      list: {type: array, items: {type: object, properties: {p: {type: string, default: TCP}}}}
                      map: {type: object, additionalProperties: {type: object, properties: {q: {type: integer, default: 0}}}}
                """);
        var object = (ObjectNode) Json.parse("""
                {"kind":"Thing","apiVersion":"x.io/v1","metadata":{"name":"t"},
                 "spec":{"n":null,"map":{"k":{}},"list":[{},{"p":"UDP"}],"a":null}}""");
        type.rules().canonicalize(object, unknown::add);
        type.rules().setDefaults(object);
        assertThat(Json.text(object))
                .isEqualTo(
                        "{\"apiVersion\":\"x.io/v1\",\"kind\":\"Thing\",\"metadata\":{\"name\":\"t\"},\"spec\":{\"a\":\"x\",\"b\":2,"
                                + "\"list\":[{\"p\":\"TCP\"},{\"p\":\"UDP\"}],\"map\":{\"k\":{\"q\":0}},\"n\":null}}");

        var bare = (ObjectNode)
                Json.parse("{\"apiVersion\":\"x.io/v1\",\"kind\":\"Thing\",\"metadata\":{\"name\":\"t\"}}");
        type.rules().setDefaults(bare);
        assertThat(bare.at("/spec/b").asInt()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "{type: integer, exclusiveMinimum: true, minimum: 3}|3|Invalid value: 3: v in body should be greater than 3",
                "{type: number, multipleOf: 0.5}|1.25|Invalid value: 1.25: v in body should be a multiple of 0.5",
                "{type: number}|3|",
                "{type: integer}|3.0|",
                "{type: integer}|3.5|Invalid value: \"number\": v in body must be of type integer: \"number\"",
                "{type: string, minLength: 3}|\"é😀\"|Invalid value: \"é😀\": v in body should be at least 3 chars long",
                "{type: string, maxLength: 2}|\"é😀\"|",
                "{type: string, maxLength: 1}|\"ab\"|Too long: may not be more than 1 bytes",
                "{type: string, pattern: b+}|\"abc\"|",
                "{type: string, enum: [a, b]}|\"c\"|Unsupported value: \"c\": supported values: \"a\", \"b\"",
                "{type: integer, enum: [1, 2]}|3|Unsupported value: 3: supported values: \"1\", \"2\"",
                "{type: array, minItems: 2, items: {type: string}}|[\"a\"]"
                        + "|Invalid value: 1: v in body should have at least 2 items",
                "{type: array, maxItems: 1, items: {type: string}}|[\"a\",\"b\"]"
                        + "|Too many: 2: must have at most 1 items",
                "{type: object, minProperties: 1}|{}|Invalid value: 0: v in body should have at least 1 properties",
                "{type: object, additionalProperties: {type: string}, maxProperties: 1}|{\"a\":\"\",\"b\":\"\"}"
                        + "|Too many: 2: must have at most 1 items",
                "{x-kubernetes-int-or-string: true}|true"
                        + "|Invalid value: \"boolean\": v in body must be of type integer,string: \"boolean\"",
                "{x-kubernetes-int-or-string: true, anyOf: [{type: integer}, {type: string}]}|\"80\"|",
                "{type: string, format: ipv4}|\"1.2.3\""
                        + "|Invalid value: \"1.2.3\": v in body must be of type ipv4: \"1.2.3\"",
                "{type: string, format: made-up}|\"x\"|",
                "{type: string, nullable: true, enum: [a]}|null|",
                "{type: string, not: {enum: [a]}}|\"a\"|Invalid value: \"\": \"v\" must not validate the schema (not)",
                "{type: array, x-kubernetes-list-type: set, items: {type: string}}|[\"a\",\"b\",\"a\"]"
                        + "|Duplicate value: \"a\"",
                "{type: array, x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [k], items: {type: object,"
                        + " required: [k], properties: {k: {type: string}}}}|[{\"k\":\"a\"},{\"k\":\"a\"}]"
                        + "|Duplicate value: map[string]interface {}{\"k\":\"a\"}",
                "{type: object, x-kubernetes-embedded-resource: true, x-kubernetes-preserve-unknown-fields: true}"
                        + "|{\"apiVersion\":\"v1\"}|Required value: must not be empty"
            })
    void names_the_rule_that_a_value_breaks(
            String schema, String value, @org.jspecify.annotations.Nullable String problem) {
        var type = typeOf("{type: object, properties: {v: " + schema + "}}");
        var object = (ObjectNode) Json.parse("{\"apiVersion\":\"x.io/v1\",\"kind\":\"Thing\",\"v\":" + value + "}");
        var messages =
                type.rules().validate(object).stream().map(StatusCause::message).toList();
        if (problem == null) {
            assertThat(messages).isEmpty();
        } else {
            assertThat(messages).containsExactly(problem);
        }
    }

    @Test
    void the_metadata_of_an_object_within_an_object_keeps_what_metadata_has() {
        var type = typeOf("{type: object, properties: {v: {type: object, x-kubernetes-embedded-resource: true,"
                + " x-kubernetes-preserve-unknown-fields: true}}}");
        var object = (ObjectNode) Json.parse("""
                {"apiVersion":"x.io/v1","kind":"Thing","v":{"apiVersion":"v1","kind":"Pod","spec":{"bogus":1},
                 "metadata":{"name":"a","labels":{"a":"b"},"bogus":1}}}""");

        type.rules().canonicalize(object, unknown::add);

        assertThat(unknown).containsExactly("v.metadata.bogus");
        assertThat(object.at("/v/metadata")).isEqualTo(Json.parse("{\"name\":\"a\",\"labels\":{\"a\":\"b\"}}"));
        assertThat(object.at("/v/spec/bogus").asInt()).isEqualTo(1);
    }

    @Test
    void the_metadata_of_an_object_within_an_object_is_checked() {
        var type = typeOf("{type: object, properties: {v: {type: object, x-kubernetes-embedded-resource: true,"
                + " x-kubernetes-preserve-unknown-fields: true}}}");

        assertThat(
                        messages(
                                type,
                                "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"a/b\",\"labels\":{\"a b\":\"c\"}}}"))
                .hasSize(2)
                .anyMatch(text -> text.startsWith("v.metadata.name: Invalid value: \"a/b\": may not contain '/'"))
                .anyMatch(text -> text.startsWith("v.metadata.labels: Invalid value: \"a b\": name part must consist"));
        assertThat(messages(type, "{\"apiVersion\":\"v1\",\"kind\":\"a_b\"}"))
                .singleElement()
                .asString()
                .startsWith("v.kind: Invalid value: \"a_b\": a DNS-1035 label");
        assertThat(messages(type, "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{}}"))
                .isEmpty();
    }

    @Test
    void values_that_did_not_change_are_not_held_against_the_writer() {
        var old = (ObjectNode) Json.parse("""
                {"spec":{"size":99,"name":"ABC","map":[{"k":1,"v":"x"}],"tags":["a","b","c"]}}""");
        var status = old.deepCopy();
        status.putObject("status").put("size", 1);
        assertThat(WIDGET.rules().validate(status)).isNotEmpty();
        assertThat(WIDGET.rules().validateChange(status, old)).isEmpty();

        var worse = old.deepCopy();
        worse.withObject("/spec").put("size", 100);
        ((ObjectNode) worse.at("/spec/map/0")).put("v", 5);
        assertThat(WIDGET.rules().validateChange(worse, old))
                .extracting(StatusCause::field)
                .containsExactly("spec.size", "spec.map[0].v", "<nil>");
    }

    @Test
    void alternatives_are_reported_with_the_nearest_miss() {
        var type = typeOf("""
                type: object
                properties:
                  v:
                    type: object
                    properties: {a: {type: string}, b: {type: string}}
                    oneOf: [{required: [a]}, {required: [b]}]
                """);
        assertThat(messages(type, "{\"a\":\"1\"}")).isEmpty();
        assertThat(messages(type, "{\"a\":\"1\",\"b\":\"1\"}"))
                .containsExactly("<nil>: Invalid value: \"\": \"v\" must validate one and only one schema (oneOf)."
                        + " Found 2 valid alternatives");
        assertThat(messages(type, "{}"))
                .containsExactly(
                        "<nil>: Invalid value: \"\": \"v\" must validate one and only one schema (oneOf). Found none valid",
                        "v.a: Required value");
    }

    @Test
    void metadata_of_a_wrong_type_cannot_be_decoded() {
        for (var metadata : List.of("[]", "{\"name\":1}", "{\"labels\":{\"a\":1}}", "{\"finalizers\":\"x\"}")) {
            var object = (ObjectNode) Json.parse("{\"metadata\":" + metadata + "}");
            assertThatThrownBy(() -> WIDGET.rules().canonicalize(object, unknown::add))
                    .isInstanceOfSatisfying(
                            ApiException.class, e -> assertThat(e.code()).isEqualTo(400))
                    .hasMessageStartingWith(
                            "Widget in version \"v1\" cannot be handled as a Widget: json: cannot unmarshal");
        }
    }

    private static List<String> messages(ResourceType type, String value) {
        var object = (ObjectNode) Json.parse("{\"v\":" + value + "}");
        return type.rules().validate(object).stream()
                .map(problem -> problem.field() + ": " + problem.message())
                .toList();
    }

    private static ResourceType typeOf(String schemaYaml) {
        var definition = Widgets.definition();
        var version = Json.object().put("name", "v1").put("served", true).put("storage", true);
        version.putObject("schema").set("openAPIV3Schema", Yaml.parse(schemaYaml));
        definition.withObject("/spec").putArray("versions").add(version);
        return type(definition);
    }

    private static ResourceType type(ObjectNode definition) {
        new DefinitionStatus(List.of(), Instant.EPOCH).complete(definition);
        try (var store = new MemoryStore();
                var conversions = new Conversions(services(store), Ids.random(), ConversionFallback.ERROR)) {
            return new DefinedTypes(LIBRARY.type(SchemaLibrary.OBJECT_META), conversions, ExpressionSupport.off())
                    .of(new Definition(definition), 0)
                    .getFirst();
        }
    }

    private static List<String> texts(JsonNode array) {
        return array.valueStream().map(JsonNode::asText).sorted().toList();
    }

    private static ServiceResolver services(Store store) {
        return new ServiceResolver(store, new LocalServices(), Map.of());
    }
}
