package io.luban.embeddedkube.custom;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.embeddedkube.expression.Expression;
import io.luban.embeddedkube.tree.Trees;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The compiled {@code x-kubernetes-validations} of one part of a schema and of the parts below it.
 *
 * @param type JSON type of the values
 * @param members rules of single members
 * @param values rules of members that are not listed
 * @param items rules of array items
 * @param atomic parts cannot be found again in an older object
 */
record RuleNode(
        String type,
        List<Rule> rules,
        Map<String, RuleNode> members,
        @Nullable RuleNode values,
        @Nullable RuleNode items,
        Structural.ListMark list,
        boolean atomic) {

    /**
     * One rule.
     *
     * @param expression empty when it does not compile, {@code problem} tells why
     */
    record Rule(
            JsonNode source,
            Optional<Expression> expression,
            Optional<Expression> messageExpression,
            boolean comparesWithOld,
            String problem) {
        /** Runs on creation as well, with an absent old value. */
        boolean hasOptionalOld() {
            return source.path("optionalOldSelf").asBoolean();
        }

        String text() {
            return Trees.text(source, "rule").strip();
        }

        /** How errors refer to the rule. */
        String name() {
            var message = Trees.text(source, "message");
            return message.isEmpty() ? text() : message.strip();
        }

        /** What is said when the rule is broken. */
        String message() {
            var message = Trees.text(source, "message");
            return message.isEmpty() ? "failed rule: " + text() : message.strip();
        }

        /** Path below the value that the error is about, empty for the value itself. */
        String fieldPath() {
            var path = Trees.text(source, "fieldPath");
            return path.startsWith(".") ? path.substring(1) : path;
        }
    }
}
