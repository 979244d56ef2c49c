package io.luban.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelSelectorTest {
    private static final Map<String, String> LABELS = Map.of("app", "web", "n", "5", "empty", "", "in", "x");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "app=web | true",
                "app == web | true",
                "app=db | false",
                "app!=db | true",
                "missing!=x | true",
                "app | true",
                "!app | false",
                "! missing | true",
                "app in (db, web) | true",
                "app in (db) | false",
                "app notin (db) | true",
                "missing notin (a) | true",
                "missing in (a) | false",
                "n>4 | true",
                "n > 5 | false",
                "n<6 | true",
                "app>4 | false",
                "app<4 | false",
                "empty= | true",
                "empty=,app=web | true",
                "empty in () | true",
                "app in (,web) | true",
                "in=x | true",
                "in in (in,x) | true",
                "app=web,n in (5),!missing | true",
                "app=web,n=6 | false",
                "'' | true",
            })
    void chooses_as_kubernetes_does(String selector, boolean expected) {
        assertThat(LabelSelector.parse(selector).matches(LABELS)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a b | unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt",
                "a===b | unable to parse requirement: found '=', expected: identifier",
                "=b | found '=', expected: !, identifier, or 'end of string'",
                "a=b, | found '', expected: identifier after ','",
                "a=b c | found 'c', expected: ',' or 'end of string'",
                "a in b | unable to parse requirement: found 'b', expected: '('",
                "a in (b | unable to parse requirement: found '', expected: ',' or ')'",
                "a>x | unable to parse requirement: values[0][a]: Invalid value: \"x\": for 'Gt', 'Lt' operators, the value must be an integer",
            })
    void explains_what_it_cannot_read(String selector, String message) {
        assertThatThrownBy(() -> LabelSelector.parse(selector))
                .isInstanceOf(ParseException.class)
                .hasMessage(message);
    }

    @Test
    void refuses_keys_and_values_that_no_label_can_have() {
        for (var selector : List.of("-a=b", "a/b/c", "A_/x=1", "a=b@c", "a=" + "x".repeat(64))) {
            assertThatThrownBy(() -> LabelSelector.parse(selector))
                    .isInstanceOf(ParseException.class)
                    .hasMessageContaining("Invalid value");
        }
    }

    @Test
    void reads_the_object_form() {
        var selector = LabelSelector.from(Json.parse("""
                        {"matchLabels":{"app":"web"},"matchExpressions":[
                          {"key":"n","operator":"In","values":["4","5"]},
                          {"key":"zone","operator":"DoesNotExist"},
                          {"key":"empty","operator":"Exists"},
                          {"key":"n","operator":"NotIn","values":["6"]}]}"""));

        assertThat(selector.matches(LABELS)).isTrue();
        assertThat(selector.matches(Map.of("app", "web", "n", "5"))).isFalse();
        assertThat(selector).hasToString("app=web,empty,n in (4,5),n notin (6),!zone");
    }

    @Test
    void an_empty_object_chooses_everything_and_a_missing_one_nothing() {
        assertThat(LabelSelector.from(Json.object()).matches(LABELS)).isTrue();
        assertThat(LabelSelector.from(Json.object().path("selector")).matches(LABELS))
                .isFalse();
    }

    @Test
    void refuses_an_unknown_operator() {
        assertThatThrownBy(() -> LabelSelector.from(
                        Json.parse("{\"matchExpressions\":[{\"key\":\"a\",\"operator\":\"Like\"}]}")))
                .isInstanceOf(ParseException.class)
                .hasMessage("\"Like\" is not a valid label selector operator");
    }

    @Test
    void its_text_chooses_the_same_objects() {
        long seed = 4711;
        var random = new Random(seed);
        for (int round = 0; round < 2_000; round++) {
            var selector = LabelSelector.parse(randomSelector(random));
            var again = LabelSelector.parse(selector.toString());
            for (int i = 0; i < 5; i++) {
                var labels = randomLabels(random);
                assertThat(again.matches(labels))
                        .as("seed %d, %s on %s", seed, selector, labels)
                        .isEqualTo(selector.matches(labels));
            }
        }
    }

    @Test
    void arbitrary_text_is_read_or_refused_but_never_breaks() {
        var random = new Random(99);
        var alphabet = "ab1 in notin=!<>(),-_./\\\u00e9\u0130";
        for (int round = 0; round < 20_000; round++) {
            var text = new StringBuilder();
            for (int i = random.nextInt(14); i > 0; i--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            try {
                assertThat(LabelSelector.parse(text.toString())).isNotNull();
            } catch (ParseException expected) {
                assertThat(expected.getMessage()).isNotBlank();
            }
        }
    }

    private static String randomSelector(Random random) {
        var parts = new ArrayList<String>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            var key = "k" + random.nextInt(3);
            var value = Integer.toString(random.nextInt(3));
            parts.add(
                    switch (random.nextInt(8)) {
                        case 0 -> key;
                        case 1 -> "!" + key;
                        case 2 -> key + "=" + value;
                        case 3 -> key + " != " + value;
                        case 4 -> key + " in (" + value + ",7)";
                        case 5 -> key + " notin (" + value + ")";
                        case 6 -> key + ">" + value;
                        default -> key + "<" + value;
                    });
        }
        return String.join(",", parts);
    }

    private static Map<String, String> randomLabels(Random random) {
        var labels = new HashMap<String, String>();
        for (int i = random.nextInt(4); i > 0; i--) {
            labels.put("k" + random.nextInt(3), Integer.toString(random.nextInt(3)));
        }
        return labels;
    }
}
