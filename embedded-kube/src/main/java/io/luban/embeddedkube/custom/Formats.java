package io.luban.embeddedkube.custom;

import com.google.re2j.Pattern;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

/** The string formats that schemas may name; unknown ones accept everything. */
final class Formats {
    private static final String HEX_GROUPS =
            "(?i)^[0-9a-f]{8}-?[0-9a-f]{4}-?%s[0-9a-f]{3}-?%s[0-9a-f]{3}-?[0-9a-f]{12}$";
    private static final Map<String, Predicate<String>> CHECKS = Map.ofEntries(
            Map.entry("date-time", Formats::isDateTime),
            Map.entry("datetime", Formats::isDateTime),
            Map.entry("date", Formats::isDate),
            Map.entry(
                    "duration",
                    matching(
                            "^[-+]?(([0-9]+(\\.[0-9]*)?|\\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+$|^0$"
                                    + "|^[-+]?[0-9]+ ?(nanoseconds?|microseconds?|milliseconds?|seconds?|minutes?|hours?|days?|weeks?|[dw])$")),
            Map.entry("email", matching("^[^@\\s<>]+@[^@\\s<>]+$")),
            Map.entry("uri", Formats::isUri),
            Map.entry("uuid", matching(HEX_GROUPS.formatted("[0-9a-f]", "[0-9a-f]"))),
            Map.entry("uuid3", matching(HEX_GROUPS.formatted("3", "[0-9a-f]"))),
            Map.entry("uuid4", matching(HEX_GROUPS.formatted("4", "[89ab]"))),
            Map.entry("uuid5", matching(HEX_GROUPS.formatted("5", "[89ab]"))),
            Map.entry("ipv4", Formats::isIpv4),
            Map.entry("ipv6", Formats::isIpv6),
            Map.entry("cidr", Formats::isCidr),
            Map.entry("mac", matching("(?i)^([0-9a-f]{2}[:-]){5}([0-9a-f]{2})$|^([0-9a-f]{4}\\.){2}[0-9a-f]{4}$")),
            Map.entry("hostname", Formats::isHostname),
            Map.entry("byte", Formats::isBase64),
            Map.entry("isbn", text -> isIsbn(text, 10) || isIsbn(text, 13)),
            Map.entry("isbn10", text -> isIsbn(text, 10)),
            Map.entry("isbn13", text -> isIsbn(text, 13)),
            Map.entry("creditcard", Formats::isCardNumber),
            Map.entry("ssn", matching("^\\d{3}[- ]?\\d{2}[- ]?\\d{4}$")),
            Map.entry("hexcolor", matching("^#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$")),
            Map.entry("rgbcolor", matching("^rgb\\(\\s*\\d{1,3}\\s*,\\s*\\d{1,3}\\s*,\\s*\\d{1,3}\\s*\\)$")),
            Map.entry("bsonobjectid", matching("^[0-9a-fA-F]{24}$")));
    private static final int HOSTNAME_LENGTH = 253;
    private static final int IPV6_GROUPS = 8;

    private Formats() {}

    static boolean accepts(String format, String text) {
        var check = CHECKS.get(format);
        return check == null || check.test(text);
    }

    private static Predicate<String> matching(String pattern) {
        var compiled = Pattern.compile(pattern);
        return text -> compiled.matcher(text).find();
    }

    private static boolean isDateTime(String text) {
        try {
            OffsetDateTime.parse(text.toUpperCase(Locale.ROOT).replace(' ', 'T'));
            return true;
        } catch (DateTimeException e) {
            return false;
        }
    }

    private static boolean isDate(String text) {
        try {
            LocalDate.parse(text);
            return true;
        } catch (DateTimeException e) {
            return false;
        }
    }

    private static boolean isUri(String text) {
        try {
            var uri = new URI(text);
            return uri.isAbsolute() || text.startsWith("/");
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static boolean isIpv4(String text) {
        var parts = text.split("\\.", -1);
        if (parts.length != 4) {
            return false;
        }
        for (var part : parts) {
            boolean digits =
                    !part.isEmpty() && part.length() <= 3 && part.chars().allMatch(c -> c >= '0' && c <= '9');
            if (!digits || Integer.parseInt(part) > 255 || (part.length() > 1 && part.startsWith("0"))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isIpv6(String text) {
        int gap = text.indexOf("::");
        if (text.indexOf(':') < 0 || (gap >= 0 && text.indexOf("::", gap + 1) >= 0)) {
            return false;
        }
        if (gap < 0) {
            return groups(text) == IPV6_GROUPS;
        }
        int head = groups(text.substring(0, gap));
        int tail = groups(text.substring(gap + 2));
        return head >= 0 && tail >= 0 && head + tail < IPV6_GROUPS;
    }

    /** Number of 16-bit groups, -1 when one is wrong. */
    private static int groups(String text) {
        if (text.isEmpty()) {
            return 0;
        }
        int count = 0;
        var parts = text.split(":", -1);
        for (int i = 0; i < parts.length; i++) {
            boolean isEmbedded = i == parts.length - 1 && isIpv4(parts[i]);
            if (!isEmbedded && !isHexGroup(parts[i])) {
                return -1;
            }
            count += isEmbedded ? 2 : 1;
        }
        return count;
    }

    private static boolean isHexGroup(String text) {
        return !text.isEmpty() && text.length() <= 4 && text.chars().allMatch(c -> Character.digit(c, 16) >= 0);
    }

    private static boolean isCidr(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            return false;
        }
        var address = text.substring(0, slash);
        var bits = text.substring(slash + 1);
        boolean digits = !bits.isEmpty() && bits.length() <= 3 && bits.chars().allMatch(c -> c >= '0' && c <= '9');
        return digits
                && ((isIpv4(address) && Integer.parseInt(bits) <= 32)
                        || (isIpv6(address) && Integer.parseInt(bits) <= 128));
    }

    private static boolean isHostname(String text) {
        if (text.isEmpty() || text.length() > HOSTNAME_LENGTH) {
            return false;
        }
        for (var label : text.split("\\.", -1)) {
            boolean fits = !label.isEmpty()
                    && label.length() <= 63
                    && !label.startsWith("-")
                    && !label.endsWith("-")
                    && label.chars().allMatch(c -> c == '-' || c == '_' || (c < 128 && Character.isLetterOrDigit(c)));
            if (!fits) {
                return false;
            }
        }
        return true;
    }

    private static boolean isBase64(String text) {
        try {
            Base64.getDecoder().decode(text.replace("\n", "").replace("\r", ""));
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean isIsbn(String text, int length) {
        var digits = text.replace("-", "").replace(" ", "");
        if (digits.length() != length) {
            return false;
        }
        int sum = 0;
        for (int i = 0; i < length; i++) {
            boolean isTen = length == 10 && i == 9 && (digits.charAt(i) == 'X' || digits.charAt(i) == 'x');
            int digit = isTen ? 10 : Character.digit(digits.charAt(i), 10);
            if (digit < 0) {
                return false;
            }
            int weight = length == 10 ? 10 - i : (i % 2 == 0 ? 1 : 3);
            sum += digit * weight;
        }
        return sum % (length == 10 ? 11 : 10) == 0;
    }

    private static boolean isCardNumber(String text) {
        var digits = text.replace("-", "").replace(" ", "");
        if (digits.length() < 12 || digits.length() > 19) {
            return false;
        }
        int sum = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = Character.digit(digits.charAt(digits.length() - 1 - i), 10);
            if (digit < 0) {
                return false;
            }
            int doubled = i % 2 == 1 ? digit * 2 : digit;
            sum += doubled > 9 ? doubled - 9 : doubled;
        }
        return sum % 10 == 0;
    }
}
