package io.luban.http;

import java.util.Arrays;

/** Encodes the head of an upstream request; refuses what would break out of its line. */
final class RequestHead {
    private byte[] bytes = new byte[1024];
    private int size;

    /** Begins with the request line. */
    RequestHead(String method, String rawTarget) {
        if (!Fields.isToken(method) || !isTarget(rawTarget)) {
            throw new IllegalArgumentException("malformed request line towards an upstream");
        }
        append(method);
        append(" ");
        append(rawTarget);
        append(" HTTP/1.1\r\n");
    }

    /** Adds a field. */
    void field(String name, String value) {
        if (!Fields.isToken(name) || !Fields.isValue(value)) {
            throw new IllegalArgumentException("malformed header field towards an upstream: " + Fields.lower(name));
        }
        append(name);
        append(": ");
        append(value);
        append("\r\n");
    }

    /** Ends the head and appends a body that is already known. */
    byte[] end(byte[] body) {
        append("\r\n");
        var whole = Arrays.copyOf(bytes, size + body.length);
        System.arraycopy(body, 0, whole, size, body.length);
        return whole;
    }

    private void append(String text) {
        int length = text.length();
        if (size + length > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + length));
        }
        for (int i = 0; i < length; i++) {
            bytes[size++] = (byte) text.charAt(i);
        }
    }

    private static boolean isTarget(String target) {
        for (int i = 0; i < target.length(); i++) {
            char c = target.charAt(i);
            if (c <= ' ' || c == 0x7f || c > 0xff) {
                return false;
            }
        }
        return !target.isEmpty();
    }
}
