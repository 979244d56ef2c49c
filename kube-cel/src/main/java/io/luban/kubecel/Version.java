package io.luban.kubecel;

import com.google.re2j.Pattern;
import java.math.BigInteger;
import java.util.List;
import java.util.Optional;

/** A semantic version; build metadata does not count. */
record Version(long major, long minor, long patch, List<String> preRelease) implements Comparable<Version> {
    private static final Pattern STRICT = Pattern.compile("^(0|[1-9]\\d*)\\.(0|[1-9]\\d*)\\.(0|[1-9]\\d*)"
            + "(?:-((?:0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\\.(?:0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?"
            + "(?:\\+[0-9a-zA-Z-]+(?:\\.[0-9a-zA-Z-]+)*)?$");
    private static final Pattern LOOSE = Pattern.compile("^v?(\\d+)(?:\\.(\\d+))?(?:\\.(\\d+))?(.*)$");

    static Optional<Version> find(String text, boolean isNormalized) {
        return strict(isNormalized ? normalized(text) : text);
    }

    static Version parse(String text, boolean isNormalized) {
        return find(text, isNormalized)
                .orElseThrow(() -> new IllegalArgumentException("invalid semantic version \"" + text + "\""));
    }

    private static String normalized(String text) {
        var matcher = LOOSE.matcher(text);
        if (!matcher.matches()) {
            return text;
        }
        return number(matcher.group(1)) + "." + number(matcher.group(2)) + "." + number(matcher.group(3))
                + matcher.group(4);
    }

    @SuppressWarnings("NullAway") // groups that did not match are null
    private static String number(String digits) {
        return digits == null ? "0" : new BigInteger(digits).toString();
    }

    private static Optional<Version> strict(String text) {
        var matcher = STRICT.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        try {
            var pre = Optional.ofNullable(matcher.group(4));
            return Optional.of(new Version(
                    Long.parseLong(matcher.group(1)),
                    Long.parseLong(matcher.group(2)),
                    Long.parseLong(matcher.group(3)),
                    pre.map(parts -> List.of(parts.split("\\.", -1))).orElse(List.of())));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    @Override
    public int compareTo(Version other) {
        int order = Long.compare(major, other.major);
        order = order == 0 ? Long.compare(minor, other.minor) : order;
        order = order == 0 ? Long.compare(patch, other.patch) : order;
        if (order != 0 || preRelease.equals(other.preRelease)) {
            return order;
        }
        if (preRelease.isEmpty() || other.preRelease.isEmpty()) {
            return preRelease.isEmpty() ? 1 : -1;
        }
        for (int i = 0; i < Math.min(preRelease.size(), other.preRelease.size()); i++) {
            order = compare(preRelease.get(i), other.preRelease.get(i));
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(preRelease.size(), other.preRelease.size());
    }

    private static int compare(String one, String other) {
        boolean isNumber = one.chars().allMatch(Character::isDigit);
        boolean isOtherNumber = other.chars().allMatch(Character::isDigit);
        if (isNumber && isOtherNumber) {
            return new BigInteger(one).compareTo(new BigInteger(other));
        }
        if (isNumber != isOtherNumber) {
            return isNumber ? -1 : 1;
        }
        return Integer.signum(one.compareTo(other));
    }
}
