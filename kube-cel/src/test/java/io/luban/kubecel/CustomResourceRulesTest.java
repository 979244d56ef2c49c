package io.luban.kubecel;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(Lifecycle.PER_CLASS)
final class CustomResourceRulesTest {
    private static final String DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    private static final String WIDGETS = "/apis/golden.io/v1/namespaces/default/widgets";
    private static final String SPEC = """
            size: {type: integer, maximum: 10}
            color: {type: string, enum: [red, blue], default: red}
            when: {type: string, format: date-time}
            odd-name: {type: string, maxLength: 20}
            namespace: {type: string, maxLength: 20}
            port: {x-kubernetes-int-or-string: true}
            tags: {type: array, maxItems: 5, x-kubernetes-list-type: set, items: {type: string, maxLength: 10}}
            limits:
              type: object
              maxProperties: 5
              additionalProperties: {type: integer, x-kubernetes-validations: [{rule: self < 100, message: too much}]}
            parts:
              type: array
              maxItems: 5
              x-kubernetes-list-type: map
              x-kubernetes-list-map-keys: [k]
              items:
                type: object
                required: [k]
                properties: {k: {type: string, maxLength: 10}, v: {type: integer}}
                x-kubernetes-validations:
                - {rule: self.v >= oldSelf.v, messageExpression: "'%s went from %d to %d'.format([self.k, oldSelf.v, self.v])"}
            """;
    private static final String RULES = """
            - {rule: self.size != 7, message: seven is out}
            - {rule: self.size >= oldSelf.size, message: no shrinking}
            - {rule: "!has(self.odd__dash__name) || self.odd__dash__name != 'x'", fieldPath: ".odd-name", reason: FieldValueForbidden}
            - {rule: "!has(self.__namespace__) || self.__namespace__ == 'here'"}
            - {rule: "!has(self.when) || self.when > timestamp('2020-01-01T00:00:00Z')", message: too old}
            - {rule: "!has(self.port) || type(self.port) != int || self.port < 100", message: port too large}
            - {rule: "!has(self.tags) || self.tags == ['b', 'a']", message: tags must be a and b}
            - {rule: "self.size < 9 || oldSelf.hasValue()", optionalOldSelf: true, message: cannot be born large}
            """;

    private LocalApi api;

    @BeforeAll
    void start(@TempDir Path directory) {
        api = new LocalApi(directory);
        assertThat(api.post(DEFINITIONS, definition("widgets", "Widget", SPEC, RULES))
                        .message())
                .isEmpty();
    }

    @AfterAll
    void stop() {
        api.close();
    }

    @Test
    void a_broken_rule_is_told_with_its_message() {
        var refused = api.post(WIDGETS, widget("b-m", "{size: 7}"));

        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.message())
                .isEqualTo("Widget.golden.io \"b-m\" is invalid: spec: Invalid value: \"object\": seven is out");
        assertThat(refused.body().at("/details/causes/0/field").asText()).isEqualTo("spec");
        assertThat(refused.body().at("/details/causes/0/reason").asText()).isEqualTo("FieldValueInvalid");
    }

    @Test
    void transition_rules_hold_against_changes_only() {
        assertThat(api.post(WIDGETS, widget("grows", "{size: 3}")).status()).isEqualTo(201);

        assertThat(api.patch(WIDGETS + "/grows", "{\"spec\":{\"size\":1}}").message())
                .contains("spec: Invalid value: \"object\": no shrinking");
        assertThat(api.patch(WIDGETS + "/grows", "{\"spec\":{\"size\":4}}").status())
                .isEqualTo(200);
    }

    @Test
    void items_are_found_again_by_their_keys() {
        api.post(WIDGETS, widget("parts", "{size: 1, parts: [{k: a, v: 1}, {k: b, v: 5}]}"));

        var refused =
                api.patch(WIDGETS + "/parts", "{\"spec\":{\"parts\":[{\"k\":\"b\",\"v\":4},{\"k\":\"a\",\"v\":2}]}}");

        assertThat(refused.message())
                .contains("spec.parts[0]: Invalid value: \"object\": b went from 5 to 4")
                .doesNotContain("parts[1]");
    }

    @Test
    void odd_names_are_spelled_out_and_field_path_and_reason_shape_the_error() {
        assertThat(api.post(WIDGETS, widget("odd", "{size: 1, odd-name: x}")).message())
                .contains("spec.odd-name: Forbidden: failed rule: !has(self.odd__dash__name)");
        assertThat(api.post(WIDGETS, widget("odd", "{size: 1, namespace: there}"))
                        .message())
                .contains("failed rule: !has(self.__namespace__) || self.__namespace__ == 'here'");
    }

    @Test
    void values_have_the_types_of_the_schema() {
        assertThat(api.post(WIDGETS, widget("old", "{size: 1, when: '2001-01-01T00:00:00Z'}"))
                        .message())
                .contains("too old");
        assertThat(api.post(WIDGETS, widget("port", "{size: 1, port: 200}")).message())
                .contains("port too large");
        assertThat(api.post(WIDGETS, widget("named", "{size: 1, port: http}")).status())
                .isEqualTo(201);
        assertThat(api.post(WIDGETS, widget("tags", "{size: 1, tags: [a, b]}")).status())
                .isEqualTo(201);
        assertThat(api.post(WIDGETS, widget("map", "{size: 1, limits: {cpu: 100}}"))
                        .message())
                .contains("spec.limits[cpu]: Invalid value: \"integer\": too much");
    }

    @Test
    void an_optional_old_value_is_there_on_creation_too() {
        assertThat(api.post(WIDGETS, widget("large", "{size: 9}")).message()).contains("cannot be born large");
        api.post(WIDGETS, widget("becomes", "{size: 1}"));
        assertThat(api.patch(WIDGETS + "/becomes", "{\"spec\":{\"size\":9}}").status())
                .isEqualTo(200);
    }

    @Test
    void rules_wait_until_the_object_fits_its_schema() {
        assertThat(api.post(WIDGETS, widget("green", "{size: 7, color: green}")).message())
                .contains("some validation rules were not checked because the object was invalid")
                .doesNotContain("seven is out");
    }

    @Test
    void expressions_over_unknown_fields_do_not_compile() {
        var refused = api.post(DEFINITIONS, definition("bads", "Bad", SPEC, "- {rule: self.sizes == 1}"));

        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.message())
                .contains(
                        "spec.validation.openAPIV3Schema.properties[spec].x-kubernetes-validations[0].rule: Invalid value:"
                                + " apiextensions.ValidationRule{Rule:\"self.sizes == 1\", Message:\"\"")
                .contains(
                        "compilation failed: ERROR: <input>:1:5: undefined field 'sizes'\n | self.sizes == 1\n | ....^");
    }

    @Test
    void rules_must_be_conditions_and_compare_only_what_can_be_found_again() {
        assertThat(api.post(DEFINITIONS, definition("bads", "Bad", SPEC, "- {rule: self.size}"))
                        .message())
                .contains("cel expression must evaluate to a bool");
        var atomic = "list: {type: array, maxItems: 3, items: {type: integer, x-kubernetes-validations:"
                + " [{rule: self == oldSelf}]}}";
        assertThat(api.post(DEFINITIONS, definition("bads", "Bad", atomic, "[]"))
                        .message())
                .contains("oldSelf cannot be used on the uncorrelatable portion of the schema within"
                        + " spec.validation.openAPIV3Schema.properties[spec].properties[list]");
    }

    @Test
    void rules_that_could_keep_the_server_busy_are_refused() {
        var unbounded = "list: {type: array, items: {type: string}}";
        var nested = "- {rule: 'self.list.all(a, self.list.all(b, a == b))'}";

        assertThat(api.post(DEFINITIONS, definition("bads", "Bad", unbounded, nested))
                        .message())
                .contains("x-kubernetes-validations[0].rule: Forbidden: estimated rule cost exceeds budget by factor of"
                        + " more than 100x");
    }

    private static String definition(String plural, String kind, String properties, String rules) {
        return """
                apiVersion: apiextensions.k8s.io/v1
                kind: CustomResourceDefinition
                metadata: {name: %s.golden.io}
                spec:
                  group: golden.io
                  scope: Namespaced
                  names: {plural: %s, kind: %s}
                  versions:
                  - name: v1
                    served: true
                    storage: true
                    schema:
                      openAPIV3Schema:
                        type: object
                        properties:
                          spec:
                            type: object
                            properties:
                %s
                            x-kubernetes-validations:
                %s
                """.formatted(plural, plural, kind, properties.indent(14), rules.indent(14));
    }

    private static String widget(String name, String spec) {
        return "{apiVersion: golden.io/v1, kind: Widget, metadata: {name: %s}, spec: %s}".formatted(name, spec);
    }
}
