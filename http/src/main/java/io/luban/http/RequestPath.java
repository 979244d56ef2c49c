package io.luban.http;

import io.luban.model.ApiException;
import java.nio.charset.StandardCharsets;

/** Rules for request paths: decode once, decide on the decoded form, forward the original. */
public final class RequestPath {
    private RequestPath() {}

    /** Decodes a percent-encoded path once; 400 for an escape that is none. */
    public static String decode(String rawPath) {
        return rawPath.indexOf('%') < 0 ? rawPath : unescape(rawPath, false);
    }

    /**
     * Decodes a path and refuses (400) NUL and the segments {@code .} and {@code ..}, raw or encoded, so that no later
     * stage can read another path than the one that was authorized. A segment with parameters, {@code ..;a=b}, counts as
     * the segment without them: some servers drop parameters before they resolve dots.
     */
    public static String decodeStrictly(String rawPath) {
        var path = decode(rawPath);
        if (path.indexOf('\0') >= 0) {
            throw ApiException.badRequest("the request path contains a NUL character");
        }
        if (hasDotSegment(path)) {
            throw ApiException.badRequest("the request path contains a dot segment");
        }
        return path;
    }

    /** Whether a decoded path has a segment {@code .} or {@code ..}. */
    public static boolean hasDotSegment(String path) {
        int at = path.indexOf("/.");
        while (at >= 0) {
            int end = at + 2;
            if (end < path.length() && path.charAt(end) == '.') {
                end++;
            }
            if (end == path.length() || path.charAt(end) == '/' || path.charAt(end) == ';') {
                return true;
            }
            at = path.indexOf("/.", at + 1);
        }
        return path.equals(".") || path.equals("..") || path.startsWith("./") || path.startsWith("../");
    }

    static String unescape(String text, boolean plusIsBlank) {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        int out = 0;
        for (int in = 0; in < bytes.length; in++) {
            byte b = bytes[in];
            if (b == '%') {
                b = (byte) escapeAt(bytes, in);
                in += 2;
            } else if (b == '+' && plusIsBlank) {
                b = ' ';
            }
            bytes[out++] = b;
        }
        return new String(bytes, 0, out, StandardCharsets.UTF_8);
    }

    private static int escapeAt(byte[] bytes, int at) {
        int high = at + 2 < bytes.length ? Character.digit(bytes[at + 1], 16) : -1;
        int low = at + 2 < bytes.length ? Character.digit(bytes[at + 2], 16) : -1;
        if (high < 0 || low < 0) {
            throw ApiException.badRequest("the request path contains an invalid percent-encoding");
        }
        return (high << 4) | low;
    }
}
