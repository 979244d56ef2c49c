package io.luban.embeddedkube.custom;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.Json;
import io.luban.model.StatusCause;
import java.util.List;
import java.util.function.Consumer;

/** What a rule must fulfil before its expressions are looked at. */
final class RuleTexts {
    private static final List<String> REASONS =
            List.of("FieldValueRequired", "FieldValueForbidden", "FieldValueInvalid", "FieldValueDuplicate");

    private RuleTexts() {}

    /** Tells every problem; whether there is an expression to compile. */
    static boolean check(JsonNode rule, String field, Consumer<StatusCause> problems) {
        var text = Trees.text(rule, "rule").strip();
        if (text.isEmpty()) {
            problems.accept(StatusCause.required(field + ".rule", "rule is not specified"));
        }
        var message = Trees.text(rule, "message");
        if (!message.isEmpty() && message.isBlank()) {
            problems.accept(StatusCause.invalid(field + ".message", message, "message must be non-empty if specified"));
        } else if (message.strip().indexOf('\n') >= 0) {
            problems.accept(StatusCause.invalid(field + ".message", message, "message must not contain line breaks"));
        } else if (text.indexOf('\n') >= 0 && message.isEmpty()) {
            problems.accept(
                    StatusCause.required(field + ".message", "message must be specified if rule contains line breaks"));
        }
        var expression = Trees.text(rule, "messageExpression");
        if (!expression.isEmpty() && expression.isBlank()) {
            problems.accept(StatusCause.required(
                    field + ".messageExpression", "messageExpression must be non-empty if specified"));
        }
        var reason = Trees.text(rule, "reason");
        if (!reason.isEmpty() && !REASONS.contains(reason)) {
            problems.accept(StatusCause.notSupported(field + ".reason", reason, REASONS));
        }
        return !text.isEmpty();
    }

    /** A problem of a whole rule, which is shown as the reference prints it. */
    static StatusCause invalid(String field, JsonNode rule, String detail) {
        var reason = Trees.text(rule, "reason");
        var shown =
                "apiextensions.ValidationRule{Rule:%s, Message:%s, MessageExpression:%s, Reason:%s, FieldPath:%s, OptionalOldSelf:%s}"
                        .formatted(
                                quoted(Trees.text(rule, "rule")),
                                quoted(Trees.text(rule, "message")),
                                quoted(Trees.text(rule, "messageExpression")),
                                "(*apiextensions.FieldValueErrorReason)(" + (reason.isEmpty() ? "nil" : quoted(reason))
                                        + ")",
                                quoted(Trees.text(rule, "fieldPath")),
                                "(*bool)(" + rule.path("optionalOldSelf").asText("nil") + ")");
        return new StatusCause("FieldValueInvalid", "Invalid value: " + shown + ": " + detail, field);
    }

    private static String quoted(String text) {
        return Json.text(TextNode.valueOf(text));
    }
}
