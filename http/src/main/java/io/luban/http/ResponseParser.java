package io.luban.http;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads HTTP/1.1 responses (RFC 9112) from a connection, one after the other. */
final class ResponseParser {
    /** Takes what is read, in order. */
    interface Sink {
        /** A 1xx answer that is not the last word. */
        void informational(int status, Headers headers);

        void head(ResponseHead head);

        void body(Buffer chunk);

        /** The response is complete. */
        void end(Headers trailers);
    }

    private enum State {
        HEAD,
        LENGTH,
        CHUNK_SIZE,
        CHUNK_DATA,
        CHUNK_END,
        TRAILERS,
        UNTIL_CLOSE,
        RAW,
        IDLE
    }

    private static final byte[] NOTHING = new byte[0];
    private static final int MAX_HEAD_BYTES = 1024 * 1024;
    private static final int MAX_LINE_BYTES = 8 * 1024;

    private final Sink sink;
    private State state = State.IDLE;
    private byte[] kept = NOTHING;
    private long remaining;
    private boolean bodiless;

    ResponseParser(Sink sink) {
        this.sink = sink;
    }

    /** Expects a response; one to HEAD has no body whatever it announces. */
    void begin(boolean toHead) {
        state = State.HEAD;
        bodiless = toHead;
        kept = NOTHING;
    }

    /** Whether nothing is expected. */
    boolean isIdle() {
        return state == State.IDLE;
    }

    /** Reads on; throws {@link MalformedResponseException} when the bytes are no HTTP. */
    void feed(Buffer data) {
        int at = 0;
        int length = data.length();
        while (at < length) {
            at = switch (state) {
                case HEAD -> head(data, at);
                case LENGTH, CHUNK_DATA -> sized(data, at);
                case CHUNK_SIZE -> chunkSize(data, at);
                case CHUNK_END -> chunkEnd(data, at);
                case TRAILERS -> trailers(data, at);
                case UNTIL_CLOSE, RAW -> rest(data, at);
                case IDLE -> throw new MalformedResponseException("bytes that nobody asked for");
            };
        }
    }

    /** The connection has ended; true when that properly ends the response. */
    boolean closed() {
        if (state == State.UNTIL_CLOSE) {
            state = State.IDLE;
            sink.end(Headers.EMPTY);
            return true;
        }
        return state == State.RAW || state == State.IDLE;
    }

    private int head(Buffer data, int at) {
        var text = keep(data, at);
        int end = HeadSyntax.endOfHead(text);
        if (end < 0) {
            if (text.length() > MAX_HEAD_BYTES) {
                throw new MalformedResponseException("header block larger than " + MAX_HEAD_BYTES + " bytes");
            }
            return data.length();
        }
        int consumed = data.length() - (text.length() - end);
        kept = NOTHING;
        if (end > MAX_HEAD_BYTES) {
            throw new MalformedResponseException("header block larger than " + MAX_HEAD_BYTES + " bytes");
        }
        headComplete(text, end);
        return consumed;
    }

    private void headComplete(String text, int end) {
        int status = HeadSyntax.status(text);
        var headers = HeadSyntax.fields(text, HeadSyntax.afterLine(text, 0), end);
        if (status < 200 && status != 101) {
            sink.informational(status, headers);
            return;
        }
        boolean keepAlive = HeadSyntax.isKeepAlive(text, headers);
        long length;
        if (status == 101) {
            state = State.RAW;
            length = -1;
        } else if (bodiless || status == 204 || status == 304) {
            state = State.IDLE;
            length = 0;
        } else if (headers.contains("Transfer-Encoding")) {
            HeadSyntax.requireChunked(headers);
            state = State.CHUNK_SIZE;
            length = -1;
        } else {
            length = HeadSyntax.contentLength(headers);
            remaining = length;
            state = length < 0 ? State.UNTIL_CLOSE : length == 0 ? State.IDLE : State.LENGTH;
        }
        boolean reusable = keepAlive && state != State.UNTIL_CLOSE && state != State.RAW;
        boolean complete = state == State.IDLE;
        var raw = status == 101 ? text.substring(0, end).getBytes(StandardCharsets.ISO_8859_1) : NOTHING;
        sink.head(new ResponseHead(status, HeadSyntax.reason(text), headers, raw, length, reusable));
        if (complete) {
            sink.end(Headers.EMPTY);
        }
    }

    private int sized(Buffer data, int at) {
        int take = (int) Math.min(remaining, data.length() - at);
        remaining -= take;
        boolean last = remaining == 0;
        if (last) {
            state = state == State.LENGTH ? State.IDLE : State.CHUNK_END;
        }
        boolean complete = state == State.IDLE;
        sink.body(take == data.length() ? data : data.slice(at, at + take));
        if (complete) {
            sink.end(Headers.EMPTY);
        }
        return at + take;
    }

    private int chunkSize(Buffer data, int at) {
        int lineEnd = line(data, at);
        if (lineEnd < 0) {
            return data.length();
        }
        remaining = HeadSyntax.chunkSize(kept);
        kept = NOTHING;
        state = remaining == 0 ? State.TRAILERS : State.CHUNK_DATA;
        return lineEnd;
    }

    private int chunkEnd(Buffer data, int at) {
        byte b = data.getByte(at);
        if (b == '\n') {
            state = State.CHUNK_SIZE;
        } else if (b != '\r') {
            throw new MalformedResponseException("chunk longer than its size");
        }
        return at + 1;
    }

    private int trailers(Buffer data, int at) {
        var text = keep(data, at);
        int end = HeadSyntax.endOfTrailers(text);
        if (end < 0) {
            if (text.length() > MAX_HEAD_BYTES) {
                throw new MalformedResponseException("trailers larger than " + MAX_HEAD_BYTES + " bytes");
            }
            return data.length();
        }
        int consumed = data.length() - (text.length() - end);
        kept = NOTHING;
        state = State.IDLE;
        sink.end(end <= 2 ? Headers.EMPTY : HeadSyntax.fields(text, 0, end));
        return consumed;
    }

    private int rest(Buffer data, int at) {
        sink.body(at == 0 ? data : data.slice(at, data.length()));
        return data.length();
    }

    /** Gathers a line into {@code kept}; the position behind it, or -1 when it is not complete. */
    private int line(Buffer data, int at) {
        for (int i = at; i < data.length(); i++) {
            if (data.getByte(i) == '\n') {
                kept = join(kept, data.getBytes(at, i));
                return i + 1;
            }
        }
        kept = join(kept, data.getBytes(at, data.length()));
        if (kept.length > MAX_LINE_BYTES) {
            throw new MalformedResponseException("chunk size line too long");
        }
        return -1;
    }

    /** All that has come of a head or of trailers. */
    private String keep(Buffer data, int at) {
        kept = join(kept, data.getBytes(at, data.length()));
        return new String(kept, StandardCharsets.ISO_8859_1);
    }

    private static byte[] join(byte[] first, byte[] second) {
        if (first.length == 0) {
            return second;
        }
        var joined = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, joined, first.length, second.length);
        return joined;
    }
}
