package io.luban.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.google.re2j.Pattern;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.events.ScalarEvent;

/** What a YAML scalar means: the YAML 1.1 rules that Go's Kubernetes clients follow. */
final class YamlScalar {
    private static final String TAG = "tag:yaml.org,2002:";
    private static final Set<String> NULLS = Set.of("", "~", "null", "Null", "NULL");
    private static final Set<String> TRUE =
            Set.of("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON");
    private static final Set<String> FALSE =
            Set.of("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF");
    private static final Set<String> NOT_FINITE = Set.of(
            ".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF");
    private static final Pattern INTEGER =
            Pattern.compile("[-+]?(0[bB][01_]+|0[oO]?[0-7_]*|0[xX][0-9a-fA-F_]+|[1-9][0-9_]*)");
    private static final Pattern FLOAT = Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?");
    private static final int LONGEST_NUMBER = 400;
    private static final int LARGEST_EXPONENT = 400;

    private YamlScalar() {}

    static JsonNode resolve(ScalarEvent event) {
        var text = event.getValue();
        var tag = event.getTag().filter(t -> t.startsWith(TAG)).map(t -> t.substring(TAG.length()));
        if (tag.isPresent()) {
            return tagged(tag.get(), text);
        }
        return event.isPlain() && event.getTag().isEmpty() ? plain(text) : TextNode.valueOf(text);
    }

    /** Whether unquoted text would be read as something else than itself as a string. */
    static boolean isAmbiguous(String text) {
        return NULLS.contains(text)
                || TRUE.contains(text)
                || FALSE.contains(text)
                || NOT_FINITE.contains(text)
                || looksNumeric(text);
    }

    private static boolean looksNumeric(String text) {
        // dates and base-60 numbers are strings here, yet numbers or times to YAML 1.1 readers
        char first = text.charAt(0);
        return (first >= '0' && first <= '9') || ((first == '-' || first == '+' || first == '.') && text.length() > 1);
    }

    private static JsonNode tagged(String tag, String text) {
        return switch (tag) {
            case "null" -> NullNode.getInstance();
            case "bool", "int" -> plain(text);
            case "float" ->
                number(text).orElseThrow(() -> new ParseException("cannot decode \"" + text + "\" as a float"));
            case "binary" -> TextNode.valueOf(new String(Base64.getMimeDecoder().decode(text), StandardCharsets.UTF_8));
            default -> TextNode.valueOf(text);
        };
    }

    private static JsonNode plain(String text) {
        if (NULLS.contains(text)) {
            return NullNode.getInstance();
        }
        if (TRUE.contains(text)) {
            return BooleanNode.TRUE;
        }
        if (FALSE.contains(text)) {
            return BooleanNode.FALSE;
        }
        if (NOT_FINITE.contains(text)) {
            throw new ParseException(text + " has no JSON form");
        }
        return number(text).orElseGet(() -> TextNode.valueOf(text));
    }

    private static Optional<JsonNode> number(String text) {
        if (text.length() > LONGEST_NUMBER || !looksNumeric(text)) {
            return Optional.empty();
        }
        if (INTEGER.matches(text)) {
            return integer(text.replace("_", ""));
        }
        if (FLOAT.matches(text)) {
            var value = new BigDecimal(text);
            // an exponent of a billion is three bytes here and gigabytes once written out
            return Math.abs((long) value.scale()) > LARGEST_EXPONENT
                    ? Optional.empty()
                    : Optional.of(JsonNodeFactory.instance.numberNode(value));
        }
        return Optional.empty();
    }

    private static Optional<JsonNode> integer(String text) {
        boolean signed = text.startsWith("-") || text.startsWith("+");
        var digits = signed ? text.substring(1) : text;
        int radix = radix(digits);
        int prefix = radix == 10 ? 0 : radix == 8 && !digits.startsWith("0o") && !digits.startsWith("0O") ? 1 : 2;
        var magnitude = digits.substring(prefix);
        if (magnitude.isEmpty()) {
            return Optional.empty();
        }
        var value = new BigInteger(magnitude, radix);
        return Optional.of(compact(text.startsWith("-") ? value.negate() : value));
    }

    private static int radix(String digits) {
        if (digits.length() < 2 || digits.charAt(0) != '0') {
            return 10;
        }
        return switch (digits.charAt(1)) {
            case 'x', 'X' -> 16;
            case 'b', 'B' -> 2;
            default -> 8;
        };
    }

    private static JsonNode compact(BigInteger value) {
        int bits = value.bitLength();
        if (bits < Integer.SIZE) {
            return JsonNodeFactory.instance.numberNode(value.intValueExact());
        }
        return bits < Long.SIZE
                ? JsonNodeFactory.instance.numberNode(value.longValueExact())
                : JsonNodeFactory.instance.numberNode(value);
    }
}
