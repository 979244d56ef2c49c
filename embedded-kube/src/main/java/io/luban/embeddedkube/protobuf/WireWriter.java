package io.luban.embeddedkube.protobuf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes fields in protobuf's wire format into growing memory. */
final class WireWriter {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int DELIMITED = 2;
    private static final int LONGEST_VARINT = 10;

    private byte[] bytes = new byte[256];
    private int size;

    /** A whole number; negative ones take ten bytes, as the format wants it. */
    void integer(int field, long value) {
        tag(field, VARINT);
        varint(value);
    }

    void bool(int field, boolean value) {
        integer(field, value ? 1 : 0);
    }

    void decimal(int field, double value) {
        tag(field, FIXED64);
        var fixed =
                ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putDouble(value);
        raw(fixed.array(), fixed.capacity());
    }

    void text(int field, String value) {
        delimited(field, value.getBytes(StandardCharsets.UTF_8));
    }

    void delimited(int field, byte[] value) {
        tag(field, DELIMITED);
        varint(value.length);
        raw(value, value.length);
    }

    void message(int field, WireWriter value) {
        tag(field, DELIMITED);
        varint(value.size);
        raw(value.bytes, value.size);
    }

    void raw(byte[] source, int length) {
        reserve(length);
        System.arraycopy(source, 0, bytes, size, length);
        size += length;
    }

    boolean isEmpty() {
        return size == 0;
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }

    private void tag(int field, int wireType) {
        varint(((long) field << 3) | wireType);
    }

    private void varint(long value) {
        reserve(LONGEST_VARINT);
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes[size++] = (byte) ((rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
    }

    private void reserve(int more) {
        int needed = Math.addExact(size, more);
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.max(needed, Math.min(Integer.MAX_VALUE - 8L, bytes.length * 2L)));
        }
    }
}
