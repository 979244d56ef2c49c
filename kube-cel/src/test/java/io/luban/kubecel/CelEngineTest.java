package io.luban.kubecel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.embeddedkube.expression.CostBudget;
import io.luban.embeddedkube.expression.EvaluationException;
import io.luban.embeddedkube.expression.Expression;
import io.luban.embeddedkube.expression.Expression.ResultKind;
import io.luban.embeddedkube.expression.ExpressionEngine.Variable;
import io.luban.embeddedkube.expression.InvalidExpressionException;
import io.luban.embeddedkube.expression.Value;
import io.luban.embeddedkube.expression.ValueType;
import io.luban.embeddedkube.expression.ValueType.Kind;
import io.luban.embeddedkube.expression.ValueType.ListKind;
import io.luban.model.Yaml;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CelEngineTest {
    private static final CelEngine ENGINE = new CelEngine();
    private static final ValueType TEXT = new ValueType.Scalar(Kind.STRING, 40);
    private static final JsonNode SELF = Yaml.parse("""
            {a-b: x, __odd: 1, n: 5, set: [p, q], namespace: here, took: 1h, at: '2024-02-03T04:05:06Z',
             raw: aGk=, free: {x: [1, 2, {z: 1.5}], s: text}, keyed: [{k: a, v: 1}, {k: b, v: 2}]}
            """);
    private static final ValueType TYPE = new ValueType.Struct(
            "selfType",
            Map.ofEntries(
                    Map.entry("a-b", TEXT),
                    Map.entry("__odd", new ValueType.Scalar(Kind.INT, 1)),
                    Map.entry("n", new ValueType.Scalar(Kind.INT, 1)),
                    Map.entry("set", new ValueType.ListOf(TEXT, 10, ListKind.SET, List.of())),
                    Map.entry("namespace", TEXT),
                    Map.entry("took", new ValueType.Scalar(Kind.DURATION, 10)),
                    Map.entry("at", new ValueType.Scalar(Kind.TIMESTAMP, 10)),
                    Map.entry("raw", new ValueType.Scalar(Kind.BYTES, 10)),
                    Map.entry("free", ValueType.ANY),
                    Map.entry(
                            "keyed",
                            new ValueType.ListOf(
                                    new ValueType.Struct(
                                            "selfType.keyed.@idx",
                                            Map.of("k", TEXT, "v", new ValueType.Scalar(Kind.INT, 1))),
                                    10,
                                    ListKind.MAP,
                                    List.of("k")))));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "self.n == 5 && self.n < 5.5",
                "self.a__dash__b == 'x' && self.__underscores__odd == 1 && self.__namespace__ == 'here'",
                "self.set == ['q', 'p'] && self.set + ['q', 'r'] == ['p', 'q', 'r']",
                "self.keyed + [self.keyed[0]] == self.keyed",
                "self.took == duration('60m') && self.at.getFullYear() == 2024 && self.raw == b'hi'",
                "self.free.x[2].z > 1 && !has(self.free.y) && self.?free.?y.orValue(3) == 3",
                "self.free.x.exists(i, type(i) == int && i == 2) && self.free.s == 'text'",
                "[1, 2, 3].sum() == 6 && [2.5, 1.5].min() == 1.5 && ['a', 'c', 'b'].max() == 'c'",
                "[1, 2, 2].isSorted() && [1, 2, 2].lastIndexOf(2) == 2 && [1, 2].indexOf(9) == -1",
                "'abc 123 45'.find('[0-9]+') == '123' && 'a1b22'.findAll('[0-9]+') == ['1', '22']",
                "'a1b22'.findAll('[0-9]+', 1) == ['1']",
                "url('https://user@host:80/p%20q?a=1&b=2&a=3').getPort() == '80'",
                "url('https://host/p%20q?a=1&a=3').getQuery()['a'] == ['1', '3'] && !isURL('../x')",
                "url('https://[::1]:80/').getHostname() == '::1' && url('/x').getEscapedPath() == '/x'",
                "ip('::1').isLoopback() && ip('10.0.0.1').family() == 4 && !isIP('10.0.0.01')",
                "string(ip('2001:DB8:0:0:0:0:0:1')) == '2001:db8::1' && ip.isCanonical('127.0.0.1')",
                "cidr('10.0.0.0/8').containsIP('10.1.1.1') && !cidr('10.0.0.0/8').containsIP(ip('::1'))",
                "cidr('10.0.0.0/8').containsCIDR('10.1.0.0/16') && string(cidr('10.1.2.3/8').masked()) == '10.0.0.0/8'",
                "quantity('1Ki').isGreaterThan(quantity('1k')) && quantity('1.5Gi').sub(quantity('512Mi')).compareTo(quantity('1Gi')) == 0",
                "quantity('50k').add(20).asInteger() == 50020 && !isQuantity('5x')",
                "semver('1.2.3-rc.1').isLessThan(semver('1.2.3')) && semver('v1.2', true).patch() == 0 && !isSemver('1.2')",
                "format.dns1123Label().validate('A_b').hasValue() && !format.named('uuid').value().validate('6d9c1f2e-0000-4000-8000-000000000000').hasValue()",
                "'%d of %s is %.2f'.format([3, ['a', true], 1.0]) == '3 of [a, true] is 1.00'",
                "sets.contains([1, 2], [2]) && {'a': 1}.transformMap(k, v, v + 1)['a'] == 2",
                "'a,b'.split(',').join('-') == 'a-b' && ' x '.trim() == 'x' && 'abc'.substring(1) == 'bc'",
                "base64.encode(b'x') == 'eA==' && dyn(1) == 1.0 && {'a': [1]} == {'a': [1]}",
            })
    void functions_and_values_are_those_of_kubernetes(String text) throws Exception {
        assertThat(evaluate(text)).isEqualTo(true);
    }

    @Test
    void failures_are_told_in_the_words_of_kubernetes() {
        assertFails("self.free.y == 1", "no such key: y");
        assertFails("self.free['y'] == 1", "no such key: y");
        assertFails("self.free.x[7] == 1", "index out of bounds: 7");
        assertFails("1 / 0 == 1", "division by zero");
        assertFails("dyn('a') + 1 == 2", "no such overload");
        assertFails("9223372036854775807 + self.n > 0", "integer overflow");
        assertFails(
                "ip('x').family() == 4",
                "IP Address \"x\" parse error during conversion from string: ParseAddr(\"x\"):"
                        + " unable to parse IP");
        assertFails("[''].filter(x, x != '').min() == ''", "min called on empty list");
    }

    @Test
    void what_does_not_fit_the_types_does_not_compile() {
        assertInvalid("self.sizes", "ERROR: <input>:1:5: undefined field 'sizes'\n | self.sizes\n | ....^");
        assertInvalid(
                "self.n + 'a' == 'x'",
                "ERROR: <input>:1:8: found no matching overload for '_+_' applied to '(int, string)'\n"
                        + " | self.n + 'a' == 'x'\n | .......^");
        assertInvalid(
                "other == 1",
                "ERROR: <input>:1:1: undeclared reference to 'other' (in container '')\n | other == 1\n | ^");
    }

    @Test
    void an_expression_knows_its_result_and_its_variables() throws Exception {
        assertThat(compile("self.n == 5").resultKind()).isEqualTo(ResultKind.BOOL);
        assertThat(compile("self.a__dash__b").resultKind()).isEqualTo(ResultKind.STRING);
        assertThat(compile("self.free").resultKind()).isEqualTo(ResultKind.ANY);
        assertThat(compile("self.n").resultKind()).isEqualTo(ResultKind.OTHER);
        assertThat(compile("self.n == 5").mentions("self")).isTrue();
        assertThat(compile("1 == 1").mentions("self")).isFalse();
    }

    @Test
    void evaluation_ends_at_its_cost_limit() throws Exception {
        var list = "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]";
        var bomb = "%1$s.all(a, %1$s.all(b, %1$s.all(c, %1$s.all(d, %1$s.all(e, a + b + c + d + e >= 0)))))"
                .formatted(list);
        var expression = compile(bomb);
        var budget = new CostBudget(CostBudget.PER_OBJECT);

        assertThatExceptionOfType(EvaluationException.class)
                .isThrownBy(() -> expression.evaluate(name -> new Value.Tree(SELF), budget))
                .matches(EvaluationException::isCostly)
                .withMessage("operation cancelled: actual cost limit exceeded");
        assertThat(expression.estimatedCost()).isGreaterThan(1_000_000);
    }

    @Test
    void estimates_grow_with_the_sizes_that_types_allow() throws Exception {
        assertThat(compile("self.n == 5").estimatedCost()).isBetween(1L, 10L);
        assertThat(compile("self.set.all(a, a.startsWith('x'))").estimatedCost())
                .isBetween(30L, 200L);
        assertThat(compile("self.set.all(a, self.set.all(b, a == b))").estimatedCost())
                .isBetween(300L, 3000L);
    }

    private static Expression compile(String text) throws InvalidExpressionException {
        return ENGINE.compile(text, List.of(new Variable("self", TYPE)));
    }

    private static Object evaluate(String text) throws InvalidExpressionException, EvaluationException {
        return compile(text).evaluate(name -> new Value.Tree(SELF), new CostBudget(CostBudget.PER_OBJECT));
    }

    private static void assertFails(String text, String message) {
        assertThatThrownBy(() -> evaluate(text))
                .isInstanceOf(EvaluationException.class)
                .hasMessage(message);
    }

    private static void assertInvalid(String text, String message) {
        assertThatThrownBy(() -> compile(text))
                .isInstanceOf(InvalidExpressionException.class)
                .hasMessage(message);
    }
}
