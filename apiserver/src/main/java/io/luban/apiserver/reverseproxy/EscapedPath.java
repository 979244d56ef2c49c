package io.luban.apiserver.reverseproxy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * A percent-encoded path together with what each of its bytes decodes to, so that literal text can be found in the decoded
 * form and cut from the encoded one without changing the encoding of the rest.
 */
final class EscapedPath {
    private static final String ALLOWED = "/:@!$&'()*+,;=-._~";

    private final String raw;
    private final byte[] decoded;
    private final int[] start;

    private EscapedPath(String raw, byte[] decoded, int[] start) {
        this.raw = raw;
        this.decoded = decoded;
        this.start = start;
    }

    static EscapedPath of(String raw) {
        var bytes = raw.getBytes(StandardCharsets.UTF_8);
        var out = new ByteArrayOutputStream(bytes.length);
        var starts = new int[bytes.length + 1];
        int count = 0;
        for (int i = 0; i < bytes.length; i++) {
            starts[count++] = i;
            int high = bytes[i] == '%' && i + 2 < bytes.length ? Character.digit(bytes[i + 1], 16) : -1;
            int low = high >= 0 ? Character.digit(bytes[i + 2], 16) : -1;
            if (low >= 0) {
                out.write(high << 4 | low);
                i += 2;
            } else {
                out.write(bytes[i]);
            }
        }
        starts[count] = bytes.length;
        return new EscapedPath(raw, out.toByteArray(), starts);
    }

    /** The encoded rest behind a decoded prefix; empty when the path does not begin with it. */
    Optional<String> withoutPrefix(String prefix) {
        var wanted = prefix.getBytes(StandardCharsets.UTF_8);
        boolean found =
                wanted.length <= decoded.length && Arrays.equals(wanted, 0, wanted.length, decoded, 0, wanted.length);
        return found ? Optional.of(slice(start[wanted.length], rawLength())) : Optional.empty();
    }

    /** The encoded part before a decoded suffix; empty when the path does not end with it. */
    Optional<String> withoutSuffix(String suffix) {
        var wanted = suffix.getBytes(StandardCharsets.UTF_8);
        int from = decoded.length - wanted.length;
        boolean found = from >= 0 && Arrays.equals(wanted, 0, wanted.length, decoded, from, decoded.length);
        return found ? Optional.of(slice(0, start[from])) : Optional.empty();
    }

    private int rawLength() {
        return raw.getBytes(StandardCharsets.UTF_8).length;
    }

    private String slice(int from, int to) {
        return new String(raw.getBytes(StandardCharsets.UTF_8), from, to - from, StandardCharsets.UTF_8);
    }

    /** The text the path stands for. */
    String decoded() {
        return new String(decoded, StandardCharsets.UTF_8);
    }

    /** Text as part of a path: what may not stand there is encoded, escapes that are there stay. */
    static String escape(String text) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        var escaped = new StringBuilder(bytes.length);
        for (int i = 0; i < bytes.length; i++) {
            char c = (char) (bytes[i] & 0xff);
            boolean isEscape = c == '%'
                    && i + 2 < bytes.length
                    && Character.digit(bytes[i + 1], 16) >= 0
                    && Character.digit(bytes[i + 2], 16) >= 0;
            if (isEscape || isAllowed(c)) {
                escaped.append(c);
            } else {
                escaped.append('%').append(digit(c >> 4)).append(digit(c & 15));
            }
        }
        return escaped.toString();
    }

    /** Text as a query: what would end it or the request line is encoded, everything else stays. */
    static String escapeQuery(String text) {
        if (text.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '#')) {
            return text;
        }
        var escaped = new StringBuilder(text.length() + 16);
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            int c = b & 0xff;
            if (c <= ' ' || c >= 0x7f || c == '#') {
                escaped.append('%').append(digit(c >> 4)).append(digit(c & 15));
            } else {
                escaped.append((char) c);
            }
        }
        return escaped.toString();
    }

    private static boolean isAllowed(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || ALLOWED.indexOf(c) >= 0;
    }

    private static char digit(int value) {
        return Character.toUpperCase(Character.forDigit(value, 16));
    }

    /** The path with runs of slashes merged. */
    static String merged(String path) {
        return path.contains("//") ? path.replaceAll("/{2,}", "/") : path;
    }
}
