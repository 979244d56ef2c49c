package io.luban.model;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;

/**
 * An amount of a resource such as {@code 500m} or {@code 1536Mi}, exact to one billionth. Equal amounts compare as equal
 * whatever their notation; the text form is the canonical one of Kubernetes.
 *
 * @param value the amount in base units
 * @param notation which suffixes the text form uses
 */
public record Quantity(BigDecimal value, Notation notation) implements Comparable<Quantity> {
    /** Nothing. */
    public static final Quantity ZERO = new Quantity(BigDecimal.ZERO, Notation.DECIMAL);

    private static final String RULE =
            "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
    private static final int SMALLEST_SCALE = 9;
    private static final int LARGEST_EXPONENT = 400;
    private static final BigInteger KIBI = BigInteger.valueOf(1024);
    private static final List<String> BINARY_SUFFIXES = List.of("", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei");
    private static final Map<String, Integer> DECIMAL_EXPONENTS =
            Map.of("n", -9, "u", -6, "m", -3, "", 0, "k", 3, "M", 6, "G", 9, "T", 12, "P", 15, "E", 18);

    /** Families of suffixes. */
    public enum Notation {
        /** {@code m}, {@code k}, {@code M} … */
        DECIMAL,
        /** {@code Ki}, {@code Mi} … */
        BINARY,
        /** {@code e3}, {@code e6} … */
        EXPONENT
    }

    /** Reads a quantity; throws {@link ParseException} when the text is none. */
    public static Quantity parse(String text) {
        int end = 0;
        while (end < text.length() && isNumberPart(text, end)) {
            end++;
        }
        var number = number(text.substring(0, end));
        var suffix = text.substring(end);
        int binary = suffix.isEmpty() ? -1 : BINARY_SUFFIXES.indexOf(suffix);
        if (binary >= 0) {
            return of(number.multiply(new BigDecimal(KIBI.pow(binary))), Notation.BINARY);
        }
        var exponent = DECIMAL_EXPONENTS.get(suffix);
        if (exponent != null) {
            return of(number.scaleByPowerOfTen(exponent), Notation.DECIMAL);
        }
        if (suffix.startsWith("e") || suffix.startsWith("E")) {
            return of(number.scaleByPowerOfTen(exponent(suffix.substring(1))), Notation.EXPONENT);
        }
        throw new ParseException(RULE);
    }

    private static Quantity of(BigDecimal value, Notation notation) {
        // Kubernetes rounds what is too small to express away from zero.
        var exact = value.scale() > SMALLEST_SCALE ? value.setScale(SMALLEST_SCALE, RoundingMode.UP) : value;
        return new Quantity(exact, notation);
    }

    private static boolean isNumberPart(String text, int index) {
        char c = text.charAt(index);
        return (c >= '0' && c <= '9') || c == '.' || (index == 0 && (c == '+' || c == '-'));
    }

    private static BigDecimal number(String text) {
        try {
            return new BigDecimal(text);
        } catch (NumberFormatException e) {
            throw new ParseException(RULE);
        }
    }

    private static int exponent(String text) {
        try {
            int exponent = Integer.parseInt(text);
            if (Math.abs(exponent) <= LARGEST_EXPONENT) {
                return exponent;
            }
        } catch (NumberFormatException e) {
            throw new ParseException(RULE);
        }
        throw new ParseException("unable to parse quantity's suffix");
    }

    /** The sum, in the notation of this quantity. */
    public Quantity plus(Quantity other) {
        return new Quantity(value.add(other.value), value.signum() == 0 ? other.notation : notation);
    }

    /** The difference, in the notation of this quantity. */
    public Quantity minus(Quantity other) {
        return new Quantity(value.subtract(other.value), notation);
    }

    /** Sign: -1, 0 or 1. */
    public int signum() {
        return value.signum();
    }

    /** Orders by amount; notation does not count. */
    @Override
    public int compareTo(Quantity other) {
        return value.compareTo(other.value);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Quantity quantity && value.compareTo(quantity.value) == 0;
    }

    @Override
    public int hashCode() {
        return value.stripTrailingZeros().hashCode();
    }

    /** The canonical text: no fraction, largest suffix that keeps the amount exact. */
    @Override
    public String toString() {
        if (value.signum() == 0) {
            return "0";
        }
        boolean small = value.abs().compareTo(new BigDecimal(KIBI)) < 0;
        if (notation == Notation.BINARY && !small && value.stripTrailingZeros().scale() <= 0) {
            return binaryText(value.toBigIntegerExact());
        }
        return decimalText();
    }

    private static String binaryText(BigInteger amount) {
        var mantissa = amount;
        int power = 0;
        while (power < BINARY_SUFFIXES.size() - 1 && mantissa.mod(KIBI).signum() == 0) {
            mantissa = mantissa.divide(KIBI);
            power++;
        }
        return mantissa + BINARY_SUFFIXES.get(power);
    }

    private String decimalText() {
        var stripped = value.stripTrailingZeros();
        int exponent = Math.floorDiv(-stripped.scale(), 3) * 3;
        if (notation != Notation.EXPONENT) {
            exponent = Math.min(exponent, 18);
        }
        var mantissa = stripped.scaleByPowerOfTen(-exponent).toBigIntegerExact();
        if (notation == Notation.EXPONENT) {
            return exponent == 0 ? mantissa.toString() : mantissa + "e" + exponent;
        }
        int wanted = exponent;
        return mantissa
                + DECIMAL_EXPONENTS.entrySet().stream()
                        .filter(entry -> entry.getValue() == wanted)
                        .map(Map.Entry::getKey)
                        .findFirst()
                        .orElseThrow();
    }
}
