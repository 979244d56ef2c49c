package io.luban.extensionformat.version;

import io.luban.model.ParseException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A semantic version, read leniently: a leading {@code v} and a missing minor or patch number are allowed. Build
 * metadata is kept in the text but never compared.
 *
 * @param major first number
 * @param minor second number, 0 when absent
 * @param patch third number, 0 when absent
 * @param preRelease text after the hyphen, empty for a release
 * @param text the version as it was written
 */
public record Version(long major, long minor, long patch, String preRelease, String text)
        implements Comparable<Version> {
    private static final int MAX_LENGTH = 256;
    private static final String IDENTIFIERS = "[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*";
    private static final Pattern FORM = Pattern.compile("v?([0-9]{1,18})(?:\\.([0-9]{1,18}))?(?:\\.([0-9]{1,18}))?(?:-("
            + IDENTIFIERS + "))?(?:\\+" + IDENTIFIERS + ")?");
    private static final Comparator<Version> ORDER = Comparator.comparingLong(Version::major)
            .thenComparingLong(Version::minor)
            .thenComparingLong(Version::patch)
            .thenComparing(Version::preRelease, Version::comparePreReleases);

    /** Reads a version; throws {@link ParseException} quoting the text when it is none. */
    public static Version parse(String text) {
        return find(text).orElseThrow(() -> new ParseException("\"" + text + "\" is not a semantic version"));
    }

    /** The version, or empty when the text is none. */
    public static Optional<Version> find(String text) {
        var matcher = FORM.matcher(text);
        if (text.length() > MAX_LENGTH || !matcher.matches()) {
            return Optional.empty();
        }
        var preRelease = matcher.group(4) == null ? "" : matcher.group(4);
        if (hasLeadingZero(preRelease)) {
            return Optional.empty();
        }
        return Optional.of(new Version(
                number(matcher.group(1)), number(matcher.group(2)), number(matcher.group(3)), preRelease, text));
    }

    /** Whether this is a pre-release such as {@code 1.2.0-rc.1}. */
    public boolean isPreRelease() {
        return !preRelease.isEmpty();
    }

    /** Semantic order; versions that differ only in build metadata or spelling compare as equal. */
    @Override
    public int compareTo(Version other) {
        return ORDER.compare(this, other);
    }

    /** Equal in order, which is what equality of versions means. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Version that && compareTo(that) == 0;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(major * 31 * 31 + minor * 31 + patch) * 31 + preRelease.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }

    /** Semantic order of two pre-release texts, where none comes after any. */
    static int comparePreReleases(String left, String right) {
        if (left.isEmpty() || right.isEmpty()) {
            return Boolean.compare(left.isEmpty(), right.isEmpty());
        }
        var lefts = List.of(left.split("\\.", -1));
        var rights = List.of(right.split("\\.", -1));
        for (int i = 0; i < Math.min(lefts.size(), rights.size()); i++) {
            int order = compareIdentifiers(lefts.get(i), rights.get(i));
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(lefts.size(), rights.size());
    }

    private static int compareIdentifiers(String left, String right) {
        boolean leftNumeric = isNumeric(left);
        boolean rightNumeric = isNumeric(right);
        if (leftNumeric && rightNumeric) {
            int byLength = Integer.compare(left.length(), right.length());
            return byLength == 0 ? left.compareTo(right) : byLength;
        }
        if (leftNumeric != rightNumeric) {
            return leftNumeric ? -1 : 1;
        }
        return left.compareTo(right);
    }

    private static boolean isNumeric(String identifier) {
        return identifier.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static boolean hasLeadingZero(String preRelease) {
        return List.of(preRelease.split("\\.", -1)).stream()
                .anyMatch(part -> part.length() > 1 && part.charAt(0) == '0' && isNumeric(part));
    }

    private static long number(@org.jspecify.annotations.Nullable String digits) {
        return digits == null ? 0 : Long.parseLong(digits);
    }
}
