package io.luban.embeddedkube.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.GroupVersionKind;
import io.luban.model.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Wrong manifests of every kind and what Kubernetes says about them, from {@code wrong-objects.json}. */
class WrongObjectsTest {
    private static final SchemaLibrary LIBRARY = SchemaLibrary.load();

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void every_problem_is_named_in_the_words_of_kubernetes(String name, ObjectNode object, List<String> problems) {
        assertThat(problemsOf(object)).containsExactlyElementsOf(problems);
    }

    static Stream<Arguments> cases() throws IOException {
        try (var file = WrongObjectsTest.class.getResourceAsStream("wrong-objects.json")) {
            assertThat(file).isNotNull();
            var cases = Json.parse(file.readAllBytes());
            return StreamSupport.stream(cases.spliterator(), false)
                    .map(each -> Arguments.of(
                            each.path("case").asText(), each.path("object"), texts(each.path("problems"))));
        }
    }

    private static List<String> texts(JsonNode list) {
        var texts = new ArrayList<String>();
        list.forEach(item -> texts.add(item.asText()));
        return texts;
    }

    private static List<String> problemsOf(ObjectNode object) {
        var kind = GroupVersionKind.of(
                object.path("apiVersion").asText(), object.path("kind").asText());
        var rules = BuiltInRules.of(LIBRARY, kind);
        rules.canonicalize(object, unknown -> {});
        rules.setDefaults(object);
        return rules.validate(object).stream()
                .map(cause -> cause.field() + ": " + cause.message())
                .toList();
    }
}
