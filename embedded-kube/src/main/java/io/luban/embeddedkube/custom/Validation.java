package io.luban.embeddedkube.custom;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.Json;
import io.luban.model.StatusCause;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Holds a value against a structural schema and gathers every problem, in the order and words of the reference. */
final class Validation {
    private static final int LARGEST_LENGTH = Integer.MAX_VALUE;

    private final List<StatusCause> problems = new ArrayList<>();

    private Validation() {}

    static List<StatusCause> validate(JsonNode value, Structural schema, FieldPath path) {
        var validation = new Validation();
        validation.value(value, null, schema, path);
        return validation.problems;
    }

    /** The problems of a change: what stands as it stood before is not held against the writer. */
    static List<StatusCause> validateChange(ObjectNode object, ObjectNode old, Structural schema) {
        var validation = new Validation();
        validation.value(object, old, schema, FieldPath.ROOT);
        return validation.problems;
    }

    private void value(JsonNode value, @Nullable JsonNode old, Structural schema, FieldPath path) {
        if (old != null && old.equals(value)) {
            return;
        }
        type(value, schema, path);
        if (!value.isNull()) {
            alternatives(value, schema.limits().alternatives(), path);
            switch (value.getNodeType()) {
                case STRING -> string(value.textValue(), value, schema.limits(), path);
                case NUMBER -> number(value, schema.limits(), path);
                case ARRAY -> array((ArrayNode) value, old, schema, path);
                case OBJECT -> size(value.size(), schema.limits(), path);
                default -> {}
            }
        }
        allowed(value, schema, path);
        if (value instanceof ObjectNode object) {
            object(object, old, schema, path);
        }
    }

    private void type(JsonNode value, Structural schema, FieldPath path) {
        var marks = schema.marks();
        var expected = marks.intOrString() ? "integer,string" : schema.type();
        if (expected.isEmpty() || (value.isNull() && marks.nullable())) {
            return;
        }
        var found = Values.typeOf(value);
        boolean fits = marks.intOrString()
                ? value.isTextual() || Values.isWhole(value)
                : expected.equals(found)
                        || (expected.equals("number") && value.isNumber())
                        || (expected.equals("integer") && Values.isWhole(value));
        if (!fits) {
            problems.add(Values.wrongType(path.text(), marks.nullable() ? expected + ",null" : expected, found));
        }
    }

    private void alternatives(JsonNode value, Limits.Alternatives alternatives, FieldPath path) {
        if (!alternatives.anyOf().isEmpty()) {
            var results = results(value, alternatives.anyOf(), path);
            if (results.stream().noneMatch(List::isEmpty)) {
                composite(path, "must validate at least one schema (anyOf)");
                addBest(results);
            }
        }
        if (!alternatives.oneOf().isEmpty()) {
            oneOf(results(value, alternatives.oneOf(), path), path);
        }
        if (!alternatives.allOf().isEmpty()) {
            var results = results(value, alternatives.allOf(), path);
            results.forEach(problems::addAll);
            if (results.stream().anyMatch(result -> !result.isEmpty())) {
                boolean none = results.stream().noneMatch(List::isEmpty);
                composite(path, "must validate all the schemas (allOf)" + (none ? ". None validated" : ""));
            }
        }
        var not = alternatives.not();
        if (not != null && validate(value, not, path).isEmpty()) {
            composite(path, "must not validate the schema (not)");
        }
    }

    private void oneOf(List<List<StatusCause>> results, FieldPath path) {
        long valid = results.stream().filter(List::isEmpty).count();
        if (valid == 1) {
            return;
        }
        var found = valid == 0 ? "Found none valid" : "Found " + valid + " valid alternatives";
        composite(path, "must validate one and only one schema (oneOf). " + found);
        if (valid == 0) {
            addBest(results);
        }
    }

    private void addBest(List<List<StatusCause>> results) {
        results.stream().min(Comparator.comparingInt(List::size)).ifPresent(problems::addAll);
    }

    private void composite(FieldPath path, String rule) {
        problems.add(Values.unplaced('"' + path.text() + "\" " + rule));
    }

    private static List<List<StatusCause>> results(JsonNode value, List<Structural> schemas, FieldPath path) {
        return schemas.stream().map(schema -> validate(value, schema, path)).toList();
    }

    private void string(String text, JsonNode value, Limits limits, FieldPath path) {
        var sizes = limits.sizes();
        boolean isBounded = sizes.maxLength() < Long.MAX_VALUE || sizes.minLength() > 0;
        int length = isBounded ? text.codePointCount(0, text.length()) : 0;
        if (length > sizes.maxLength()) {
            problems.add(StatusCause.tooLong(path.text(), (int) Math.min(sizes.maxLength(), LARGEST_LENGTH)));
        }
        if (length < sizes.minLength()) {
            broken(path, value, "should be at least " + sizes.minLength() + " chars long");
        }
        var pattern = limits.pattern();
        if (pattern != null && !pattern.matcher(text).find()) {
            broken(path, value, "should match '" + pattern.pattern() + "'");
        }
        if (!Formats.accepts(limits.format(), text)) {
            problems.add(Values.wrongType(path.text(), limits.format(), text));
        }
    }

    private void number(JsonNode value, Limits limits, FieldPath path) {
        var number = value.decimalValue();
        var range = limits.range();
        var maximum = range.maximum();
        if (maximum != null && exceeds(number.compareTo(maximum), range.belowMaximum())) {
            var rule = range.belowMaximum() ? "should be less than " : "should be less than or equal to ";
            broken(path, value, rule + Values.number(maximum));
        }
        var minimum = range.minimum();
        if (minimum != null && exceeds(minimum.compareTo(number), range.aboveMinimum())) {
            var rule = range.aboveMinimum() ? "should be greater than " : "should be greater than or equal to ";
            broken(path, value, rule + Values.number(minimum));
        }
        var divisor = range.multipleOf();
        if (divisor != null
                && divisor.signum() != 0
                && number.remainder(divisor).signum() != 0) {
            broken(path, value, "should be a multiple of " + Values.number(divisor));
        }
        if (limits.format().equals("int32") && number.abs().compareTo(BigDecimal.valueOf(1L << 31)) > 0) {
            problems.add(Values.wrongType(path.text(), "int32", Json.text(value)));
        }
    }

    private static boolean exceeds(int comparison, boolean isExclusive) {
        return isExclusive ? comparison >= 0 : comparison > 0;
    }

    private void array(ArrayNode array, @Nullable JsonNode old, Structural schema, FieldPath path) {
        var sizes = schema.limits().sizes();
        var items = schema.items();
        if (items != null) {
            for (int i = 0; i < array.size(); i++) {
                var item = array.get(i);
                value(item, Correlation.item(old, item, schema.marks().list()), items, path.item(i));
            }
        }
        if (array.size() < sizes.minItems()) {
            broken(path, LongNode.valueOf(array.size()), "should have at least " + sizes.minItems() + " items");
        }
        if (array.size() > sizes.maxItems()) {
            problems.add(StatusCause.tooMany(path.text(), array.size(), (int) sizes.maxItems()));
        }
    }

    private void size(int size, Limits limits, FieldPath path) {
        var sizes = limits.sizes();
        if (size < sizes.minProperties()) {
            broken(path, LongNode.valueOf(size), "should have at least " + sizes.minProperties() + " properties");
        }
        if (size > sizes.maxProperties()) {
            problems.add(StatusCause.tooMany(path.text(), size, (int) sizes.maxProperties()));
        }
    }

    private void allowed(JsonNode value, Structural schema, FieldPath path) {
        var allowed = schema.limits().allowed();
        if (allowed.isEmpty() || (value.isNull() && schema.marks().nullable())) {
            return;
        }
        for (var each : allowed) {
            if (Json.sameValue(each, value)) {
                return;
            }
        }
        problems.add(Values.notAllowed(path.text(), value, allowed));
    }

    private void object(ObjectNode object, @Nullable JsonNode old, Structural schema, FieldPath path) {
        for (var name : schema.limits().required()) {
            if (!object.has(name)) {
                problems.add(StatusCause.required(path.member(name).text(), ""));
            }
        }
        for (var member : object.properties()) {
            var below = schema.member(member.getKey());
            if (below != null) {
                var before = Correlation.member(old, member.getKey());
                value(member.getValue(), before, below, path.member(member.getKey()));
            }
        }
    }

    private void broken(FieldPath path, JsonNode value, String rule) {
        var field = path.text();
        problems.add(StatusCause.invalid(field, value, field + " in body " + rule));
    }
}
