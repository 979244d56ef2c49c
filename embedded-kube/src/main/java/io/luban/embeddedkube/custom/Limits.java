package io.luban.embeddedkube.custom;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a value must fulfil beyond its type.
 *
 * @param allowed the enumeration, empty for none
 * @param pattern to be found in strings
 * @param format name of a well-known format, empty for none
 */
record Limits(
        List<String> required,
        List<JsonNode> allowed,
        NumberRange range,
        Sizes sizes,
        @Nullable Pattern pattern,
        String format,
        Alternatives alternatives) {

    /** Bounds of numbers. */
    record NumberRange(
            @Nullable BigDecimal minimum,
            boolean aboveMinimum,
            @Nullable BigDecimal maximum,
            boolean belowMaximum,
            @Nullable BigDecimal multipleOf) {}

    /** Bounds of lengths; 0 and the largest number when there are none. */
    record Sizes(
            long minLength, long maxLength, long minItems, long maxItems, long minProperties, long maxProperties) {}

    /** Further schemas that the value is held against. */
    record Alternatives(
            List<Structural> allOf,
            List<Structural> anyOf,
            List<Structural> oneOf,
            @Nullable Structural not) {}

    static Limits parse(JsonNode schema) {
        var required = new ArrayList<String>();
        schema.path("required").forEach(name -> required.add(name.asText()));
        var allowed = new ArrayList<JsonNode>();
        schema.path("enum").forEach(allowed::add);
        return new Limits(
                List.copyOf(required),
                List.copyOf(allowed),
                range(schema),
                sizes(schema),
                pattern(schema.path("pattern").asText("")),
                schema.path("format").asText(""),
                alternatives(schema));
    }

    private static NumberRange range(JsonNode schema) {
        return new NumberRange(
                decimal(schema.path("minimum")),
                schema.path("exclusiveMinimum").asBoolean(),
                decimal(schema.path("maximum")),
                schema.path("exclusiveMaximum").asBoolean(),
                decimal(schema.path("multipleOf")));
    }

    private static @Nullable BigDecimal decimal(JsonNode number) {
        return number.isNumber() ? number.decimalValue() : null;
    }

    private static Sizes sizes(JsonNode schema) {
        return new Sizes(
                schema.path("minLength").asLong(0),
                schema.path("maxLength").asLong(Long.MAX_VALUE),
                schema.path("minItems").asLong(0),
                schema.path("maxItems").asLong(Long.MAX_VALUE),
                schema.path("minProperties").asLong(0),
                schema.path("maxProperties").asLong(Long.MAX_VALUE));
    }

    private static @Nullable Pattern pattern(String text) {
        try {
            return text.isEmpty() ? null : Pattern.compile(text);
        } catch (PatternSyntaxException e) {
            // refused when the definition is written; one that is stored all the same must not take its kind down
            return null;
        }
    }

    private static Alternatives alternatives(JsonNode schema) {
        return new Alternatives(
                Structural.parseAll(schema.path("allOf")),
                Structural.parseAll(schema.path("anyOf")),
                Structural.parseAll(schema.path("oneOf")),
                schema.path("not").isObject() ? Structural.parse(schema.get("not")) : null);
    }
}
