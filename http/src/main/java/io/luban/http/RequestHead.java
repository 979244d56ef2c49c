package io.luban.http;

import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.util.Arrays;

/** Encodes the head of an upstream request; refuses what would break out of its line. */
final class RequestHead {
    private final KnownValues knownValues;
    private byte[] bytes;
    private int size;

    /** Begins with the request line; {@code expected} bytes will be needed for all, or a few more. */
    RequestHead(KnownValues knownValues, String method, String rawTarget, int expected) {
        this.knownValues = knownValues;
        if (!Fields.isToken(method) || !isTarget(rawTarget)) {
            throw new IllegalArgumentException("malformed request line towards an upstream");
        }
        bytes = new byte[expected];
        append(method);
        append(" ");
        append(rawTarget);
        append(" HTTP/1.1\r\n");
    }

    /** Adds a field. */
    void field(String name, String value) {
        if (!Fields.isToken(name) || !knownValues.isValue(value)) {
            throw new IllegalArgumentException("malformed header field towards an upstream: " + Fields.lower(name));
        }
        append(name);
        append(": ");
        append(value);
        append("\r\n");
    }

    /** Ends the head and appends a body that is already known. */
    Buffer end(byte[] body) {
        append("\r\n");
        reserve(body.length);
        System.arraycopy(body, 0, bytes, size, body.length);
        return BufferInternal.buffer(Unpooled.wrappedBuffer(bytes, 0, size + body.length));
    }

    @SuppressWarnings(
            "deprecation") // the bytes of Latin-1 text without a copy between; more than that was refused before
    private void append(String text) {
        int length = text.length();
        reserve(length);
        text.getBytes(0, length, bytes, size);
        size += length;
    }

    private void reserve(int more) {
        if (size + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
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
