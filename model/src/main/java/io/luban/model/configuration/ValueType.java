package io.luban.model.configuration;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.model.GoDuration;
import io.luban.model.ParseException;
import io.luban.model.Quantity;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * How the value of a setting is written.
 *
 * @param name words for the reference, e.g. {@code duration (90s, 1h)}
 * @param reader throws {@link ParseException} saying what is expected instead
 */
public record ValueType<T>(String name, Function<JsonNode, T> reader) {
    /** Any text. */
    public static final ValueType<String> TEXT = new ValueType<>("text", ValueType::scalar);
    /** A length of time. */
    public static final ValueType<Duration> DURATION =
            new ValueType<>("duration (`90s`, `1h30m`)", node -> GoDuration.parse(scalar(node)));
    /** On or off. */
    public static final ValueType<Boolean> SWITCH = new ValueType<>("`true` or `false`", ValueType::toggle);
    /** A number of bytes. */
    public static final ValueType<Long> BYTES = new ValueType<>("size (`65536`, `3Mi`)", ValueType::bytes);
    /** Texts. */
    public static final ValueType<List<String>> LIST = new ValueType<>("list of texts", ValueType::list);
    /** Texts by name. */
    public static final ValueType<Map<String, String>> MAP = new ValueType<>("map of texts", ValueType::map);
    /** Anything that is not read here. */
    public static final ValueType<JsonNode> STRUCTURE = new ValueType<>("structure", node -> node);
    /** A number that may have a fraction. */
    public static final ValueType<Double> SHARE = new ValueType<>("number from 0 to 1", ValueType::share);
    /** A file or folder. */
    public static final ValueType<Path> PATH = new ValueType<>("path", ValueType::path);

    /** A value of one's own, read from its text; the parser throws {@link ParseException} saying what is expected. */
    public static <T> ValueType<T> parsed(String name, Function<String, T> parser) {
        return new ValueType<>(name, node -> parser.apply(scalar(node)));
    }

    /** A whole number between two bounds. */
    public static ValueType<Integer> number(int smallest, int largest) {
        return new ValueType<>("number from %d to %d".formatted(smallest, largest), node -> {
            long value = whole(scalar(node));
            if (value < smallest || value > largest) {
                throw new ParseException("must be between %d and %d".formatted(smallest, largest));
            }
            return (int) value;
        });
    }

    /** One of the constants of an enumeration, written in their own words. */
    public static <E extends Enum<E>> ValueType<E> choice(Class<E> type) {
        var words = Arrays.stream(type.getEnumConstants()).map(Enum::toString).toList();
        var name = words.stream().map("`%s`"::formatted).collect(Collectors.joining(", "));
        return new ValueType<>(
                name,
                node -> Arrays.stream(type.getEnumConstants())
                        .filter(constant -> constant.toString().equalsIgnoreCase(scalar(node)))
                        .findFirst()
                        .orElseThrow(() -> new ParseException("must be one of " + String.join(", ", words))));
    }

    /** The same with the further rule that a check, which answers what is wrong, has nothing to say. */
    public ValueType<T> checked(Function<T, Optional<String>> check) {
        return new ValueType<>(name, node -> {
            var value = reader.apply(node);
            check.apply(value).ifPresent(problem -> {
                throw new ParseException(problem);
            });
            return value;
        });
    }

    /** The same where nothing, written as an empty text, is possible. */
    public ValueType<Optional<T>> optional() {
        return new ValueType<>(
                name,
                node -> node.isNull() || (node.isTextual() && node.asText().isEmpty())
                        ? Optional.empty()
                        : Optional.of(reader.apply(node)));
    }

    private static String scalar(JsonNode node) {
        if (!node.isValueNode() || node.isNull()) {
            throw new ParseException("must be a single value");
        }
        return node.asText().strip();
    }

    private static long whole(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new ParseException("must be a whole number");
        }
    }

    private static double share(JsonNode node) {
        try {
            double value = Double.parseDouble(scalar(node));
            if (value >= 0 && value <= 1) {
                return value;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new ParseException("must be a number from 0 to 1");
    }

    private static boolean toggle(JsonNode node) {
        return switch (scalar(node).toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new ParseException("must be true or false");
        };
    }

    private static long bytes(JsonNode node) {
        var text = scalar(node);
        try {
            return Quantity.parse(text).value().longValueExact();
        } catch (ParseException | ArithmeticException e) {
            throw new ParseException("must be a number of bytes such as 65536 or 3Mi");
        }
    }

    /** A list, or one text with commas, as the environment has to write it. */
    private static List<String> list(JsonNode node) {
        if (node.isArray()) {
            var result = new ArrayList<String>();
            node.forEach(item -> result.add(scalar(item)));
            return List.copyOf(result);
        }
        return Arrays.stream(scalar(node).split(",", -1))
                .map(String::strip)
                .filter(item -> !item.isEmpty())
                .toList();
    }

    private static Map<String, String> map(JsonNode node) {
        var result = new LinkedHashMap<String, String>();
        if (node.isObject()) {
            node.properties().forEach(entry -> result.put(entry.getKey(), scalar(entry.getValue())));
            return Map.copyOf(result);
        }
        for (var item : list(node)) {
            int equals = item.indexOf('=');
            if (equals <= 0) {
                throw new ParseException("must be a map, or name=value pairs with commas between them");
            }
            result.put(item.substring(0, equals), item.substring(equals + 1));
        }
        return Map.copyOf(result);
    }

    private static Path path(JsonNode node) {
        try {
            return Path.of(scalar(node));
        } catch (InvalidPathException e) {
            throw new ParseException("must be a path");
        }
    }
}
