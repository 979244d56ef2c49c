package io.luban.extensionformat.version;

import java.util.List;

/**
 * One operator with its version. Parts that are missing or wildcards make the comparison a range.
 *
 * @param operator the sign as written, empty for none
 * @param bound the version with missing parts as 0
 * @param given how many leading number parts were written, 0 for a lone wildcard
 */
record Comparison(String operator, Version bound, int given) {
    private static final int ALL_PARTS = 3;

    static Comparison of(String operator, String version) {
        var plain = version.startsWith("v") ? version.substring(1) : version;
        int suffixAt = indexOfSuffix(plain);
        var numbers = List.of(plain.substring(0, suffixAt).split("\\.", -1));
        int given = (int) numbers.stream().takeWhile(part -> !isWildcard(part)).count();
        var filled = new StringBuilder();
        for (int i = 0; i < ALL_PARTS; i++) {
            filled.append(i == 0 ? "" : ".").append(i < given ? numbers.get(i) : "0");
        }
        // A wildcard in the first place forgets nothing but the numbers: "*-0" still admits pre-releases.
        return new Comparison(operator, Version.parse(filled + plain.substring(suffixAt)), given);
    }

    boolean matches(Version version) {
        if (version.isPreRelease() && !bound.isPreRelease()) {
            return false;
        }
        return switch (operator) {
            case "", "=" -> isPartial() ? isTilde(version) : version.equals(bound);
            case "!=" -> isDifferent(version);
            case ">" -> isGreater(version);
            case ">=", "=>" -> version.compareTo(bound) >= 0;
            case "<" -> version.compareTo(bound) < 0;
            case "<=", "=<" -> isAtMost(version);
            case "~", "~>" -> isTilde(version);
            case "^" -> isCaret(version);
            default -> throw new IllegalStateException("unknown version operator " + operator);
        };
    }

    private boolean isPartial() {
        return given < ALL_PARTS;
    }

    private boolean lacksMinor() {
        return given == 1;
    }

    private boolean lacksPatch() {
        return given == 2;
    }

    private boolean isDifferent(Version version) {
        if (!isPartial() || given == 0) {
            return !version.equals(bound);
        }
        if (version.major() != bound.major()) {
            return true;
        }
        if (lacksMinor()) {
            return false;
        }
        return version.minor() != bound.minor()
                || Version.comparePreReleases(version.preRelease(), bound.preRelease()) != 0;
    }

    private boolean isGreater(Version version) {
        if (isPartial() && given > 0 && version.major() == bound.major()) {
            return lacksPatch() && version.minor() > bound.minor();
        }
        return version.compareTo(bound) > 0;
    }

    private boolean isAtMost(Version version) {
        if (!isPartial()) {
            return version.compareTo(bound) <= 0;
        }
        if (version.major() != bound.major()) {
            return version.major() < bound.major();
        }
        return lacksMinor() || version.minor() <= bound.minor();
    }

    private boolean isTilde(Version version) {
        if (version.compareTo(bound) < 0) {
            return false;
        }
        boolean zero = bound.major() == 0 && bound.minor() == 0 && bound.patch() == 0;
        if (zero && !lacksMinor() && !lacksPatch()) {
            return true;
        }
        return version.major() == bound.major() && (lacksMinor() || version.minor() == bound.minor());
    }

    private boolean isCaret(Version version) {
        if (version.compareTo(bound) < 0) {
            return false;
        }
        if (bound.major() > 0 || lacksMinor()) {
            return version.major() == bound.major();
        }
        if (version.major() > 0) {
            return false;
        }
        if (bound.minor() > 0 || lacksPatch()) {
            return version.minor() == bound.minor();
        }
        return version.minor() == 0 && version.patch() == bound.patch();
    }

    private static boolean isWildcard(String part) {
        return "x".equals(part) || "X".equals(part) || "*".equals(part);
    }

    private static int indexOfSuffix(String version) {
        for (int i = 0; i < version.length(); i++) {
            if (version.charAt(i) == '-' || version.charAt(i) == '+') {
                return i;
            }
        }
        return version.length();
    }
}
