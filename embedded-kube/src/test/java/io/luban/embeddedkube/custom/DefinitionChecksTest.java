package io.luban.embeddedkube.custom;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.StatusCause;
import io.luban.model.Yaml;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DefinitionChecksTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "{strategy: None, webhook: {}}|spec.conversion.webhook: Forbidden: should not be set when strategy is not",
                "{strategy: Webhook, webhook: {clientConfig: {}}}|clientConfig: Required value: exactly one of url or service",
                "{strategy: Webhook, webhook: {clientConfig: {url: 'http://x.io/c'}}}|'https' is the only allowed URL scheme",
                "{strategy: Webhook, webhook: {clientConfig: {url: 'https://x.io/c?a=b'}}}|query parameters are not permitted",
                "{strategy: Webhook, webhook: {clientConfig: {service: {name: a}}}}|service.namespace: Required value",
                "{strategy: Webhook, webhook: {clientConfig: {service: {name: a, namespace: b, path: c}}}}|start with a '/'",
                "{strategy: Webhook, webhook: {clientConfig: {service: {name: a, namespace: b, port: 0}}}}|port is not valid",
                "{strategy: Webhook, webhook: {clientConfig: {url: 'https://x.io'}}}|conversionReviewVersions: Required",
                "{strategy: Webhook, webhook: {clientConfig: {url: 'https://x.io'}, conversionReviewVersions: [v9]}}"
                        + "|must include at least one of v1, v1beta1"
            })
    void conversions_name_one_reachable_webhook_that_speaks_a_known_review(String conversion, String problem) {
        var definition = Widgets.definition();
        definition.withObject("/spec").set("conversion", Yaml.parse(conversion));

        assertThat(problems(definition)).anyMatch(text -> text.contains(problem));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "{url: 'https://x.io:8443/convert'}",
                "{url: 'http://127.0.0.1:8443/convert'}",
                "{url: 'http://localhost:8443/convert'}",
                "{service: {name: a, namespace: b, path: /convert, port: 9443}}"
            })
    void webhooks_are_services_or_addresses_and_need_no_certificate_on_the_same_machine(String client) {
        var definition = Widgets.definition();
        definition.withObject("/spec").set("conversion", Yaml.parse("""
                {strategy: Webhook, webhook: {clientConfig: %s, conversionReviewVersions: [v1]}}""".formatted(client)));

        assertThat(problems(definition)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "deprecationWarning|old|can only be set for deprecated versions",
                "selectableFields|[{jsonPath: spec.color}]|must be a simple json path starting with .",
                "selectableFields|[{jsonPath: .metadata.name}]|must not point to fields in metadata",
                "selectableFields|[{jsonPath: .spec.nothing}]|does not refer to a valid field",
                "selectableFields|[{jsonPath: .spec.tags}]|must point to a field of type boolean, integer, string",
                "selectableFields|[{jsonPath: .spec.color}, {jsonPath: .spec.color}]|Duplicate value: \".spec.color\"",
                "additionalPrinterColumns|[{name: A, type: string, format: odd, jsonPath: .a}]|format: Invalid value: \"odd\"",
                "subresources|{scale: {specReplicasPath: .spec.size}}|statusReplicasPath: Required value"
            })
    void versions_are_refused_for(String member, String value, String problem) {
        var definition = Widgets.definition();
        ((ObjectNode) definition.at("/spec/versions/0")).set(member, Yaml.parse(value));

        assertThat(problems(definition)).anyMatch(text -> text.contains(problem));
    }

    @Test
    void identity_keeps_its_types_and_defaults_are_known_to_the_schema() {
        assertThat(schemaProblems("{type: object, nullable: true}"))
                .contains("s.nullable: Forbidden: nullable cannot be true at the root");
        assertThat(schemaProblems("{type: object, properties: {kind: {type: integer}}}"))
                .contains("s.properties[kind].type: Invalid value: \"integer\": must be string");
        assertThat(schemaProblems("{type: object, properties: {metadata: {type: string}}}"))
                .contains("s.properties[metadata].type: Invalid value: \"string\": must be object");
        assertThat(schemaProblems("{type: object, properties: {a: {type: object, default: {b: 1}}}}"))
                .anyMatch(text -> text.contains("s.properties[a].default: ") && text.contains("unknown fields"));
    }

    @Test
    void schemas_have_a_limited_size() {
        var definition = Widgets.definition();
        var schema = (ObjectNode) definition.at("/spec/versions/0/schema/openAPIV3Schema");
        schema.put("description", "x".repeat(1024 * 1024));

        assertThat(problems(definition))
                .anyMatch(text -> text.contains("Too long: may not be more than 1048576 bytes"));
    }

    private static List<String> problems(ObjectNode definition) {
        var problems = new ArrayList<StatusCause>();
        DefinitionChecks.check(new Definition(definition), problems);
        return texts(problems);
    }

    private static List<String> schemaProblems(String schema) {
        var problems = new ArrayList<StatusCause>();
        StructuralRules.check(Yaml.parse(schema), "s", problems);
        return texts(problems);
    }

    private static List<String> texts(List<StatusCause> problems) {
        return problems.stream()
                .map(problem -> problem.field() + ": " + problem.message())
                .toList();
    }
}
