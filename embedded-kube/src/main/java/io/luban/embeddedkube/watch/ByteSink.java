package io.luban.embeddedkube.watch;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Growing bytes; hands out its array without a copy when the expected size was exact. */
final class ByteSink {
    private byte[] bytes;
    private int size;

    ByteSink(int expected) {
        bytes = new byte[Math.max(16, expected)];
    }

    ByteSink put(byte[] source, int offset, int length) {
        reserve(length);
        System.arraycopy(source, offset, bytes, size, length);
        size += length;
        return this;
    }

    ByteSink put(byte[] source) {
        return put(source, 0, source.length);
    }

    ByteSink put(char ascii) {
        reserve(1);
        bytes[size++] = (byte) ascii;
        return this;
    }

    ByteSink put(String text) {
        return put(text.getBytes(StandardCharsets.UTF_8));
    }

    private void reserve(int more) {
        int needed = Math.addExact(size, more);
        if (needed > bytes.length) {
            long larger = Math.min(Integer.MAX_VALUE - 8, bytes.length * 2L);
            bytes = Arrays.copyOf(bytes, (int) Math.max(needed, larger));
        }
    }

    int size() {
        return size;
    }

    byte[] toBytes() {
        return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
    }
}
