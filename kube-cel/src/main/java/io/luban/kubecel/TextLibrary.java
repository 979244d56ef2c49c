package io.luban.kubecel;

import dev.cel.common.types.ListType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.values.CelByteString;
import dev.cel.common.values.NullValue;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Fills values into a text: {@code '%d of %s'.format([3, 'pods'])}. */
final class TextLibrary {
    private static final int DEFAULT_PRECISION = 6;

    private TextLibrary() {}

    static void addTo(Functions functions) {
        functions.member(
                "format",
                "string_format",
                SimpleType.STRING,
                List.of(SimpleType.STRING, ListType.create(SimpleType.DYN)),
                args -> format((String) args[0], (List<?>) args[1]));
    }

    private static String format(String pattern, List<?> values) {
        var result = new StringBuilder();
        int next = 0;
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            if (c != '%') {
                result.append(c);
                continue;
            }
            if (++i >= pattern.length()) {
                throw new IllegalArgumentException("unexpected end of string");
            }
            if (pattern.charAt(i) == '%') {
                result.append('%');
                continue;
            }
            int precision = DEFAULT_PRECISION;
            if (pattern.charAt(i) == '.') {
                int end = i + 1;
                while (end < pattern.length() && Character.isDigit(pattern.charAt(end))) {
                    end++;
                }
                precision = Integer.parseInt(pattern.substring(i + 1, end));
                i = end;
            }
            if (next >= values.size()) {
                throw new IllegalArgumentException("index " + next + " out of range");
            }
            result.append(clause(i < pattern.length() ? pattern.charAt(i) : ' ', precision, values.get(next++)));
        }
        return result.toString();
    }

    private static String clause(char letter, int precision, Object value) {
        return switch (letter) {
            case 's' -> text(value);
            case 'd' -> whole(value);
            case 'f' ->
                decimal(value).setScale(precision, RoundingMode.HALF_EVEN).toPlainString();
            case 'e' -> String.format(Locale.ROOT, "%." + precision + "e", decimal(value));
            case 'b' ->
                value instanceof Boolean flag ? (flag ? "1" : "0") : Long.toBinaryString(((Number) value).longValue());
            case 'o' -> Long.toOctalString(((Number) value).longValue());
            case 'x' -> hex(value);
            case 'X' -> hex(value).toUpperCase(Locale.ROOT);
            default -> throw new IllegalArgumentException("unrecognized formatting clause \"" + letter + "\"");
        };
    }

    private static String whole(Object value) {
        if (!(value instanceof Number) || value instanceof Double) {
            throw new IllegalArgumentException(
                    "error during formatting: decimal clause can only be used on integers, was given " + text(value));
        }
        return value.toString();
    }

    private static BigDecimal decimal(Object value) {
        if (value instanceof Number number) {
            return new BigDecimal(number.toString());
        }
        throw new IllegalArgumentException(
                "error during formatting: fixed-point clause can only be used on doubles, was given " + text(value));
    }

    private static String hex(Object value) {
        return switch (value) {
            case String text -> HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
            case CelByteString bytes -> HexFormat.of().formatHex(bytes.toByteArray());
            case Number number -> Long.toHexString(number.longValue());
            default ->
                throw new IllegalArgumentException("error during formatting: only integers, byte buffers, and"
                        + " strings can be formatted as hex, was given " + text(value));
        };
    }

    private static String text(Object value) {
        return switch (value) {
            case NullValue none -> "null";
            case Double number ->
                number == Math.rint(number) && Math.abs(number) < 1e15
                        ? Long.toString(number.longValue())
                        : number.toString();
            case Duration duration -> seconds(duration);
            case CelByteString bytes -> bytes.toStringUtf8();
            case List<?> list -> list.stream().map(TextLibrary::text).collect(Collectors.joining(", ", "[", "]"));
            case Map<?, ?> map -> {
                var sorted = new TreeMap<String, String>();
                map.forEach((key, item) -> sorted.put(text(key), text(item)));
                yield sorted.entrySet().stream()
                        .map(entry -> entry.getKey() + ": " + entry.getValue())
                        .collect(Collectors.joining(", ", "{", "}"));
            }
            default -> value.toString();
        };
    }

    private static String seconds(Duration duration) {
        return BigDecimal.valueOf(duration.getSeconds())
                        .add(BigDecimal.valueOf(duration.getNano(), 9))
                        .stripTrailingZeros()
                        .toPlainString()
                + "s";
    }
}
