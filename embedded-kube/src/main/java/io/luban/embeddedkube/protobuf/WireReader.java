package io.luban.embeddedkube.protobuf;

import io.luban.model.ParseException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Walks the fields of one protobuf message. Everything that does not follow the wire format is a {@link ParseException};
 * lengths are checked before anything is copied.
 */
final class WireReader {
    static final int VARINT = 0;
    static final int FIXED_64 = 1;
    static final int DELIMITED = 2;
    static final int FIXED_32 = 5;

    private static final int MAX_DEPTH = 100;
    private static final int MAX_VARINT_BITS = 64;

    private final byte[] bytes;
    private final int end;
    private final int depth;
    private int position;
    private int field;
    private int wireType;

    WireReader(byte[] bytes, int start) {
        this(bytes, start, bytes.length, 0);
    }

    private WireReader(byte[] bytes, int start, int end, int depth) {
        this.bytes = bytes;
        this.position = start;
        this.end = end;
        this.depth = depth;
    }

    /** Moves to the next field; false at the end of the message. */
    boolean next() {
        if (position == end) {
            return false;
        }
        long tag = varint();
        field = (int) (tag >>> 3);
        wireType = (int) (tag & 7);
        if (tag >>> 32 != 0 || field == 0) {
            throw new ParseException("protobuf: illegal field tag " + tag);
        }
        return true;
    }

    /** Number of the current field. */
    int field() {
        return field;
    }

    /** Whether the current field is a length-delimited one. */
    boolean isDelimited() {
        return wireType == DELIMITED;
    }

    /** Whether anything is left. */
    boolean hasMore() {
        return position < end;
    }

    /** The value of an integer or boolean field. */
    long integer() {
        require(VARINT);
        return varint();
    }

    /** The value of a double field. */
    double decimal() {
        require(FIXED_64);
        int start = advance(8);
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getDouble(start);
    }

    /** The value of a field of bytes. */
    byte[] delimited() {
        var inner = message();
        return Arrays.copyOfRange(bytes, inner.position, inner.end);
    }

    /** The value of a text field. */
    String text() {
        var inner = message();
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, inner.position, inner.end - inner.position))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new ParseException("protobuf: field " + field + " is not UTF-8 text");
        }
    }

    /** A reader of the message inside the current field. */
    WireReader message() {
        require(DELIMITED);
        if (depth == MAX_DEPTH) {
            throw new ParseException("protobuf: messages are nested deeper than " + MAX_DEPTH);
        }
        long length = varint();
        if (length < 0 || length > end - position) {
            throw truncated();
        }
        int start = advance((int) length);
        return new WireReader(bytes, start, start + (int) length, depth + 1);
    }

    /** The next value of a packed list of integers. */
    long packedInteger() {
        return varint();
    }

    /** Passes over the current field. */
    void skip() {
        switch (wireType) {
            case VARINT -> varint();
            case FIXED_64 -> advance(8);
            case DELIMITED -> message();
            case FIXED_32 -> advance(4);
            default -> throw new ParseException("protobuf: field " + field + " has unknown wire type " + wireType);
        }
    }

    private void require(int wanted) {
        if (wireType != wanted) {
            throw new ParseException(
                    "protobuf: field " + field + " has wire type " + wireType + " instead of " + wanted);
        }
    }

    private long varint() {
        long result = 0;
        for (int shift = 0; shift < MAX_VARINT_BITS; shift += 7) {
            if (position == end) {
                throw truncated();
            }
            byte next = bytes[position++];
            result |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return result;
            }
        }
        throw new ParseException("protobuf: a number is longer than ten bytes");
    }

    private int advance(int count) {
        if (count > end - position) {
            throw truncated();
        }
        int start = position;
        position += count;
        return start;
    }

    private static ParseException truncated() {
        return new ParseException("protobuf: the message ends within a field");
    }
}
