package io.luban.http;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/** Reads the frames of a WebSocket client (RFC 6455 §5) and puts fragmented messages together. */
final class FrameReader {
    static final int CONTINUATION = 0;
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;

    static final int PROTOCOL_ERROR = 1002;
    static final int TOO_BIG = 1009;

    /** Takes messages and control frames in order. */
    interface Sink {
        void message(byte[] payload);

        void control(int opcode, byte[] payload);

        /** The client broke a rule; nothing more is read. */
        void violation(int closeCode, String reason);
    }

    private static final int MAX_CONTROL_BYTES = 125;

    private final Sink sink;
    private final int maxMessageBytes;
    private final ByteArrayOutputStream fragments = new ByteArrayOutputStream();
    private byte[] kept = new byte[0];
    private boolean fragmented;
    private boolean stopped;

    FrameReader(Sink sink, int maxMessageBytes) {
        this.sink = sink;
        this.maxMessageBytes = maxMessageBytes;
    }

    void feed(Buffer data) {
        if (stopped) {
            return;
        }
        var bytes = Arrays.copyOf(kept, kept.length + data.length());
        System.arraycopy(data.getBytes(), 0, bytes, kept.length, data.length());
        int at = 0;
        int next = frame(bytes, at);
        while (next > at && !stopped) {
            at = next;
            next = frame(bytes, at);
        }
        kept = Arrays.copyOfRange(bytes, at, bytes.length);
    }

    /** Reads one frame; the position behind it, or {@code at} when it is not complete. */
    private int frame(byte[] bytes, int at) {
        if (bytes.length - at < 2) {
            return at;
        }
        boolean last = (bytes[at] & 0x80) != 0;
        int opcode = bytes[at] & 0x0f;
        int shortLength = bytes[at + 1] & 0x7f;
        int lengthBytes = shortLength == 126 ? 2 : shortLength == 127 ? 8 : 0;
        if (!isLegal(bytes[at], bytes[at + 1], opcode, last, shortLength)) {
            violate(PROTOCOL_ERROR, "malformed frame");
            return at;
        }
        int header = 2 + lengthBytes + 4;
        if (bytes.length - at < header) {
            return at;
        }
        long length = lengthBytes == 0 ? shortLength : number(bytes, at + 2, lengthBytes);
        if (length < 0 || length + fragments.size() > maxMessageBytes) {
            violate(TOO_BIG, "message larger than " + maxMessageBytes + " bytes");
            return at;
        }
        int end = at + header + (int) length;
        if (bytes.length < end) {
            return at;
        }
        deliver(opcode, last, unmask(bytes, at + header, (int) length));
        return end;
    }

    private boolean isLegal(byte first, byte second, int opcode, boolean last, int shortLength) {
        boolean reservedBits = (first & 0x70) != 0;
        boolean masked = (second & 0x80) != 0;
        if (reservedBits || !masked) {
            return false;
        }
        return switch (opcode) {
            case CONTINUATION -> fragmented;
            case TEXT, BINARY -> !fragmented;
            case CLOSE, PING, PONG -> last && shortLength <= MAX_CONTROL_BYTES;
            default -> false;
        };
    }

    private void deliver(int opcode, boolean last, byte[] payload) {
        if (opcode >= CLOSE) {
            sink.control(opcode, payload);
            return;
        }
        fragmented = !last;
        if (last && fragments.size() == 0) {
            sink.message(payload);
            return;
        }
        fragments.writeBytes(payload);
        if (last) {
            var message = fragments.toByteArray();
            fragments.reset();
            sink.message(message);
        }
    }

    private void violate(int code, String reason) {
        stopped = true;
        sink.violation(code, reason);
    }

    private static byte[] unmask(byte[] bytes, int at, int length) {
        var payload = Arrays.copyOfRange(bytes, at, at + length);
        for (int i = 0; i < length; i++) {
            payload[i] ^= bytes[at - 4 + (i & 3)];
        }
        return payload;
    }

    private static long number(byte[] bytes, int at, int count) {
        long number = 0;
        for (int i = 0; i < count; i++) {
            number = (number << 8) | (bytes[at + i] & 0xff);
        }
        return number;
    }
}
