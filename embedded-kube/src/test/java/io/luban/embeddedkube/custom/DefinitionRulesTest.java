package io.luban.embeddedkube.custom;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.expression.ExpressionSupport;
import io.luban.model.ApiException;
import io.luban.model.CustomResourceDefinitions;
import io.luban.model.Json;
import io.luban.model.StatusCause;
import io.luban.model.Yaml;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DefinitionRulesTest {
    @Test
    void accepts_the_observed_definition_and_those_of_the_product() {
        assertThatCode(() -> DefinitionRules.require(Widgets.definition(), Optional.empty(), ExpressionSupport.off()))
                .doesNotThrowAnyException();
        for (var definition : CustomResourceDefinitions.all()) {
            assertThatCode(() -> DefinitionRules.require(definition, Optional.empty(), ExpressionSupport.off()))
                    .as(definition.at("/metadata/name").asText())
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void fills_in_names_and_conversion() {
        var definition = (ObjectNode) Json.parse("{\"spec\":{\"names\":{\"kind\":\"ISSUE\"}}}");
        DefinitionRules.fill(definition);
        assertThat(definition).isEqualTo(Json.parse("""
                {"spec":{"names":{"kind":"ISSUE","singular":"issue","listKind":"ISSUEList"},
                 "conversion":{"strategy":"None"}}}"""));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "/metadata/name|\"wrong\"|metadata.name: Invalid value: \"wrong\": must be"
                        + " spec.names.plural+\".\"+spec.group",
                "/spec/group|\"x\"|spec.group: Invalid value: \"x\": should be a domain with at least one dot",
                "/spec/group|\"a.k8s.io\"|metadata.annotations[api-approved.kubernetes.io]: Required value",
                "/spec/scope|\"World\"|spec.scope: Unsupported value: \"World\": supported values: \"Cluster\","
                        + " \"Namespaced\"",
                "/spec/names/kind|\"\"|spec.names.kind: Required value",
                "/spec/names/shortNames/0|\"W d\"|spec.names.shortNames[0]: Invalid value: \"W d\"",
                "/spec/names/listKind|\"Widget\"|kind and listKind may not be the same",
                "/spec/versions/0/storage|false|must have exactly one version marked as storage version",
                "/spec/versions/0/name|\"V 1\"|spec.versions[0].name: Invalid value: \"V 1\"",
                "/spec/versions/0/schema|{}|spec.versions[0].schema.openAPIV3Schema: Required value: schemas are required",
                "/spec/versions/0/subresources/scale/specReplicasPath|\"size\"|should be a json path under .spec",
                "/spec/versions/0/additionalPrinterColumns/0/type|\"text\"|must be one of boolean,date,integer,number,string",
                "/spec/preserveUnknownFields|true|spec.preserveUnknownFields: Invalid value: true: must be false",
                "/spec/conversion/strategy|\"Magic\"|spec.conversion.strategy: Unsupported value",
                "/spec/conversion/strategy|\"Webhook\"|spec.conversion.webhook.clientConfig: Required value"
            })
    void refuses_definitions_that_break_a_rule(String pointer, String value, String message) {
        var definition = Widgets.definition();
        DefinitionRules.fill(definition);
        put(definition, pointer, value);
        assertThatThrownBy(() -> DefinitionRules.require(definition, Optional.empty(), ExpressionSupport.off()))
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.code()).isEqualTo(422))
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "{}|s.type: Required value: must not be empty at the root",
                "{type: string}|s.type: Invalid value: \"string\": must be object at the root",
                "{type: object, properties: {a: {}}}|s.properties[a].type: Required value: must not be empty for specified"
                        + " object fields",
                "{type: object, properties: {a: {type: array, items: {}}}}|s.properties[a].items.type: Required value: must"
                        + " not be empty for specified array items",
                "{type: object, properties: {a: {type: array}}}|s.properties[a].items: Required value: must be specified",
                "{type: object, properties: {a: {type: text}}}|s.properties[a].type: Unsupported value",
                "{type: object, $ref: x}|s.$ref: Forbidden: $ref is not supported",
                "{type: object, uniqueItems: true}|s.uniqueItems: Forbidden: uniqueItems cannot be set to true",
                "{type: object, additionalProperties: false}|s.additionalProperties: Forbidden: additionalProperties cannot"
                        + " be set to false",
                "{type: object, additionalProperties: {type: string}, properties: {a: {type: string}}}"
                        + "|s.additionalProperties: Forbidden: additionalProperties and properties are mutual exclusive",
                "{type: object, properties: {metadata: {type: object, properties: {labels: {type: object}}}}}"
                        + "|s.properties[metadata]: Forbidden: must not specify anything other than name and generateName",
                "{type: object, properties: {a: {type: string, x-kubernetes-int-or-string: true}}}"
                        + "|must be empty if x-kubernetes-int-or-string is true",
                "{type: object, properties: {a: {type: object, x-kubernetes-embedded-resource: true}}}"
                        + "|s.properties[a].properties: Required value: must not be empty if"
                        + " x-kubernetes-embedded-resource is true",
                "{type: object, properties: {a: {type: string, pattern: '('}}}|s.properties[a].pattern: Invalid value",
                "{type: object, properties: {a: {type: string, default: 5}}}|s.properties[a].default",
                "{type: object, properties: {a: {type: string}}, anyOf: [{properties: {b: {}}}]}"
                        + "|s.properties[b]: Required value: because it is defined in s.anyOf[0].properties[b]",
                "{type: object, properties: {metadata: {type: object}}, anyOf: [{properties: {metadata: {}}}]}"
                        + "|s.anyOf[0].properties[metadata]: Forbidden: must not be specified in a nested context",
                "{type: object, properties: {a: {type: object, x-kubernetes-embedded-resource: true,"
                        + " properties: {metadata: {type: string}}}}}"
                        + "|s.properties[a].properties[metadata].type: Invalid value: \"string\": must be object",
                "{type: object, allOf: [{type: object}]}|s.allOf[0].type: Forbidden: must be empty to be structural",
                "{type: object, properties: {a: {type: array, items: {type: object}, x-kubernetes-list-type: map,"
                        + " x-kubernetes-list-map-keys: [k]}}}|entries must all be names of item properties",
                "{type: object, properties: {a: {type: array, items: {type: object, properties: {k: {type: string}}},"
                        + " x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [k]}}}|must have a default or be a"
                        + " required property",
                "{type: object, properties: {a: {type: array, items: {type: object}, x-kubernetes-list-type: map}}}"
                        + "|must not be empty if x-kubernetes-list-type is map",
                "{type: object, properties: {a: {type: string, x-kubernetes-list-type: set}}}|must be array if"
                        + " x-kubernetes-list-type is specified",
                "{type: object, properties: {a: {type: array, items: {type: object}, x-kubernetes-list-type: set}}}"
                        + "|must be atomic as item of a list with x-kubernetes-list-type=set"
            })
    void refuses_schemas_without_definite_structure(String schema, String message) {
        assertThat(problems(schema)).anyMatch(problem -> problem.contains(message));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "{type: object, x-kubernetes-preserve-unknown-fields: true}|",
                "{type: object, properties: {a: {x-kubernetes-preserve-unknown-fields: true}}}|",
                "{type: object, properties: {a: {anyOf: [{type: integer}, {type: string}], pattern: '^[0-9]+$',"
                        + " x-kubernetes-int-or-string: true}}}|",
                "{type: object, properties: {a: {type: object, oneOf: [{required: [b]}, {required: [c]}], properties: {b:"
                        + " {type: string}, c: {type: string}}}}}|",
                "{type: object, properties: {metadata: {type: object, properties: {name: {type: string, maxLength: 9}}}}}|",
                "{type: object, properties: {a: {type: array, x-kubernetes-list-type: map, x-kubernetes-list-map-keys: [k,"
                        + " p], items: {type: object, required: [k], properties: {k: {type: string}, p: {type: string,"
                        + " default: TCP}}}}}}|"
            })
    void accepts_the_shapes_that_published_definitions_have(String schema) {
        assertThat(problems(schema)).isEmpty();
    }

    @Test
    void refuses_schemas_that_are_too_deep_or_too_large() {
        var deep = "{type: object, properties: {a: ".repeat(60) + "{type: string}" + "}}".repeat(60);
        assertThat(problems(deep.replace("properties", "additionalProperties")
                        .replace("{a: ", "")
                        .replace("}}", "}")))
                .isEmpty();
        var schema = Json.object().put("type", "object");
        var properties = schema.putObject("properties");
        for (int i = 0; i < 10_001; i++) {
            properties.putObject("p" + i).put("type", "string");
        }
        var problems = new ArrayList<StatusCause>();
        StructuralRules.check(schema, "s", problems);
        assertThat(problems).hasSize(1);
        assertThat(problems.getFirst().message()).contains("must not have more than 10000 fields");
    }

    @Test
    void identity_is_fixed_once_established_and_stored_versions_must_stay() {
        var old = Widgets.definition();
        new DefinitionStatus(List.of(), Instant.EPOCH).complete(old);
        for (var pointer : List.of("/spec/scope", "/spec/names/kind")) {
            var changed = old.deepCopy();
            put(changed, pointer, pointer.endsWith("scope") ? "\"Cluster\"" : "\"Gadget\"");
            assertThatThrownBy(() -> DefinitionRules.require(changed, Optional.of(old), ExpressionSupport.off()))
                    .hasMessageContaining("field is immutable");
        }
        var renamed = old.deepCopy();
        put(renamed, "/spec/versions/0/name", "\"v2\"");
        assertThatThrownBy(() -> DefinitionRules.require(renamed, Optional.of(old), ExpressionSupport.off()))
                .hasMessageContaining("status.storedVersions[0]: Invalid value: \"v1\": must appear in spec.versions");
    }

    private static List<String> problems(String schemaYaml) {
        var problems = new ArrayList<StatusCause>();
        StructuralRules.check(Yaml.parse(schemaYaml), "s", problems);
        return problems.stream()
                .map(problem -> problem.field() + ": " + problem.message())
                .toList();
    }

    private static void put(ObjectNode object, String pointer, String value) {
        int slash = pointer.lastIndexOf('/');
        var parent = object.at(pointer.substring(0, slash));
        var last = pointer.substring(slash + 1);
        if (parent instanceof ObjectNode holder) {
            holder.set(last, Json.parse(value));
        } else {
            ((com.fasterxml.jackson.databind.node.ArrayNode) parent).set(Integer.parseInt(last), Json.parse(value));
        }
    }
}
