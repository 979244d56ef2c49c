package io.luban.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class YamlTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "yes|true",
                "on|true",
                "Off|false",
                "NO|false",
                "true|true",
                "~|null",
                "0644|420",
                "0o17|15",
                "0x1F|31",
                "0b101|5",
                "1_000|1000",
                "-7|-7",
                "1.5|1.5",
                "1e3|1000",
                "9223372036854775807|9223372036854775807",
                "18446744073709551616|18446744073709551616",
                "2001-01-01|\"2001-01-01\"",
                "10:30|\"10:30\"",
                "1.2.3|\"1.2.3\"",
                "0899|899",
                "'yes'|\"yes\"",
                "\"5\"|\"5\"",
                "!!str 5|\"5\"",
                "!!binary aGk=|\"hi\"",
                "plain text|\"plain text\""
            })
    void reads_scalars_as_clients_written_in_go_do(String yaml, String json) {
        assertThat(numericallyEqual(Yaml.parse("v: " + yaml).get("v"), Json.parse(json)))
                .as(yaml)
                .isTrue();
    }

    @Test
    void keeps_member_names_as_written() {
        assertThat(Yaml.parse("on: 1\ny: 2\n010: 3")).isEqualTo(Json.parse("{\"on\":1,\"y\":2,\"010\":3}"));
    }

    @Test
    void reads_every_document_and_leaves_out_empty_ones() {
        assertThat(Yaml.parseAll("---\na: 1\n---\n# nothing\n---\nb: 2\n...\n"))
                .containsExactly(Json.parse("{\"a\":1}"), Json.parse("{\"b\":2}"));
        assertThat(Yaml.parse("").isNull()).isTrue();
        assertThatThrownBy(() -> Yaml.parse("a: 1\n---\nb: 1"))
                .isInstanceOf(ParseException.class)
                .hasMessageContaining("expected one document, found 2");
    }

    @Test
    void takes_an_escaped_single_quote_for_a_quote_as_clients_written_in_go_do() {
        var yaml = """
                first: "it\\'s \\"one\\" \\\\ and \\'two\\'"
                plain: it\\'s
                second: "ä😀\\'"
                """;
        assertThat(Yaml.parse(yaml))
                .isEqualTo(Json.object()
                        .put("first", "it's \"one\" \\ and 'two'")
                        .put("plain", "it\\'s")
                        .put("second", "ä😀'"));
        assertThatThrownBy(() -> Yaml.parse("a: \"\\q\""))
                .isInstanceOf(ParseException.class)
                .hasMessageContaining("unknown escape character");
    }

    @Test
    void reads_json_too() {
        assertThat(Yaml.parse("{\"a\":[1,\"x\",{\"b\":null}],\n\t\"c\":\"\\u00e9\"}"))
                .isEqualTo(Json.parse("{\"a\":[1,\"x\",{\"b\":null}],\"c\":\"é\"}"));
    }

    @Test
    void refuses_duplicate_members_with_their_place() {
        assertThatThrownBy(() -> Yaml.parse("a: 1\nb:\n  c: 1\n  d: 2\n  c: 3\n"))
                .isInstanceOf(ParseException.class)
                .hasMessage("yaml: line 5, column 3: key \"c\" already set in map");
    }

    @Test
    void merges_keys_below_explicit_ones() {
        var yaml = """
                base: &base {a: 1, b: 1}
                other: &other {c: 3, a: 9}
                one:
                  <<: *base
                  b: 2
                two:
                  <<: [*base, *other]
                """;
        assertThat(Yaml.parse(yaml).get("one")).isEqualTo(Json.parse("{\"b\":2,\"a\":1}"));
        assertThat(Yaml.parse(yaml).get("two")).isEqualTo(Json.parse("{\"a\":1,\"b\":1,\"c\":3}"));
    }

    @Test
    void copies_aliases_so_that_changing_one_place_leaves_the_other() {
        var tree = Yaml.parse("a: &x {k: 1}\nb: *x\n");
        ((com.fasterxml.jackson.databind.node.ObjectNode) tree.get("a")).put("k", 2);
        assertThat(tree.at("/b/k").intValue()).isEqualTo(1);
    }

    @Test
    void refuses_aliases_that_blow_the_document_up() {
        var bomb = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x]\n");
        for (int i = 1; i < 12; i++) {
            bomb.append("a%d: &a%d [".formatted(i, i))
                    .append("*a%d,".formatted(i - 1).repeat(9))
                    .append("]\n");
        }
        assertThatThrownBy(() -> Yaml.parse(bomb.toString()))
                .isInstanceOf(ParseException.class)
                .hasMessageContaining("excessive aliasing");
        assertThatThrownBy(() -> Yaml.parse("a: &a [*a]"))
                .isInstanceOf(ParseException.class)
                .hasMessageContaining("unknown anchor 'a'");
    }

    @Test
    void refuses_deep_nesting() {
        assertThatThrownBy(() -> Yaml.parse("[".repeat(300) + "]".repeat(300)))
                .isInstanceOf(ParseException.class)
                .hasMessageContaining("nested deeper than 200");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a: [1", "a: b: c", "a: .inf", "? [x]\n: 1", "\tx: 1", "a: \"\\q\"", "a: 'x", "<<: 5"})
    void tells_the_place_of_every_syntax_error(String yaml) {
        assertThatThrownBy(() -> Yaml.parse(yaml))
                .isInstanceOf(ParseException.class)
                .hasMessageContaining("line ");
    }

    @Test
    void writes_block_style_with_ambiguous_strings_quoted() {
        var tree = Json.parse("""
                {"a":"yes","b":"text","c":["1",2,{"k":"v","l":[]}],"d":{},"e":null,"f":"two\\nlines\\n","g":{"h":"x: y"},
                 "null":"~","i":[["n"]],"j":"2001-01-01"}""");
        assertThat(Yaml.write(tree)).isEqualTo("""
                a: "yes"
                b: text
                c:
                - "1"
                - 2
                - k: v
                  l: []
                d: {}
                e: null
                f: |
                  two
                  lines
                g:
                  h: "x: y"
                "null": "~"
                i:
                -
                  - "n"
                j: "2001-01-01"
                """);
    }

    @Test
    void reads_back_what_it_writes() {
        var random = new Random(42);
        for (int i = 0; i < 2000; i++) {
            var tree = randomTree(random, 4);
            var text = Yaml.write(tree);
            assertThat(Yaml.parse(text)).as(text).isEqualTo(tree);
        }
    }

    @Test
    void writes_several_documents() {
        var documents = List.of(Json.parse("{\"a\":1}"), Json.parse("{\"b\":\"c\"}"));
        assertThat(Yaml.parseAll(Yaml.writeAll(documents))).isEqualTo(documents);
    }

    private static JsonNode randomTree(Random random, int depth) {
        return switch (random.nextInt(depth == 0 ? 4 : 6)) {
            case 0 -> Json.parse(Integer.toString(random.nextInt(1000) - 500));
            case 1 -> Json.parse(random.nextBoolean() ? "true" : "null");
            case 2, 3 -> com.fasterxml.jackson.databind.node.TextNode.valueOf(randomText(random));
            case 4 -> {
                var object = Json.object();
                for (int i = random.nextInt(4); i > 0; i--) {
                    object.set(randomText(random), randomTree(random, depth - 1));
                }
                yield depth == 4 && object.isEmpty() ? object.put("k", 1) : object;
            }
            default -> {
                var array = Json.array();
                for (int i = random.nextInt(4); i > 0; i--) {
                    array.add(randomTree(random, depth - 1));
                }
                yield array;
            }
        };
    }

    private static String randomText(Random random) {
        var alphabet = "ab 0-:#\n'\"\\{}[],&*!|>%@`~<=.\té\u2028\u0085😀\u007f?\r/_yn";
        var text = new StringBuilder();
        for (int i = random.nextInt(6); i > 0; i--) {
            text.appendCodePoint(alphabet.codePointAt(
                    alphabet.offsetByCodePoints(0, random.nextInt(alphabet.codePointCount(0, alphabet.length())))));
        }
        return text.toString();
    }

    private static boolean numericallyEqual(JsonNode a, JsonNode b) {
        return (a.isNumber() && b.isNumber()) ? a.decimalValue().compareTo(b.decimalValue()) == 0 : a.equals(b);
    }
}
