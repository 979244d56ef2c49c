package io.luban.embeddedkube.custom;

import static org.assertj.core.api.Assertions.assertThat;

import io.luban.embeddedkube.configuration.Expressions;
import io.luban.embeddedkube.expression.ExpressionSupport;
import io.luban.model.StatusCause;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Runs where nothing evaluates expressions. */
final class SchemaExpressionsTest {
    @Test
    void rules_are_accepted_unless_they_are_required_to_hold() {
        assertThat(problems(Expressions.AUTO)).isEmpty();
        assertThat(problems(Expressions.OFF)).isEmpty();
        assertThat(problems(Expressions.REQUIRED))
                .singleElement()
                .satisfies(problem -> assertThat(problem.message()).contains("cannot be enforced"));
    }

    private static List<StatusCause> problems(Expressions mode) {
        var problems = new ArrayList<StatusCause>();
        SchemaExpressions.check(new Definition(Widgets.definition()), ExpressionSupport.of(mode), problems);
        return problems;
    }
}
