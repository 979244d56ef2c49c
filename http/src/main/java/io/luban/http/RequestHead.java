package io.luban.http;

import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.util.Arrays;

/** Encodes the head of an upstream request; refuses what would break out of its line. */
final class RequestHead {
    /** Colon, blank and the line's end. */
    static final int FRAMING_BYTES = 4;

    private static final String VERSION = " HTTP/1.1\r\n";

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
        reserve(method.length() + 1 + rawTarget.length() + VERSION.length());
        put(method);
        bytes[size++] = ' ';
        put(rawTarget);
        put(VERSION);
    }

    /** Adds a field. */
    void field(String name, String value) {
        if (!Fields.isToken(name) || !knownValues.isValue(value)) {
            throw new IllegalArgumentException("malformed header field towards an upstream: " + Fields.lower(name));
        }
        reserve(name.length() + value.length() + FRAMING_BYTES);
        put(name);
        bytes[size++] = ':';
        bytes[size++] = ' ';
        put(value);
        endLine();
    }

    /** Ends the head and appends a body that is already known. */
    Buffer end(byte[] body) {
        reserve(2 + body.length);
        endLine();
        System.arraycopy(body, 0, bytes, size, body.length);
        return BufferInternal.buffer(Unpooled.wrappedBuffer(bytes, 0, size + body.length));
    }

    @SuppressWarnings(
            "deprecation") // the bytes of Latin-1 text without a copy between; more than that was refused before
    private void put(String text) {
        int length = text.length();
        text.getBytes(0, length, bytes, size);
        size += length;
    }

    private void endLine() {
        bytes[size++] = '\r';
        bytes[size++] = '\n';
    }

    /** Makes room for all that is put before the next call. */
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
