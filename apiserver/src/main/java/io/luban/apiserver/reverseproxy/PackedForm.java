package io.luban.apiserver.reverseproxy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.Adler32;
import java.util.zip.CRC32;

/** What stands around compressed data (RFC 1950, RFC 1952). */
sealed interface PackedForm {
    /** More bytes are needed. */
    int INCOMPLETE = -1;
    /** It begins otherwise. */
    int FOREIGN = -2;

    /** Position behind the head that begins there, {@link #INCOMPLETE} or {@link #FOREIGN}. */
    int endOfHead(byte[] data, int at);

    int tailLength();

    byte[] head();

    /** Counts bytes for the tail. */
    void add(byte[] bytes);

    byte[] tail();

    /** {@code gzip}. */
    final class Gzip implements PackedForm {
        private static final int FIXED = 10;
        private static final int HAS_SUM = 2;
        private static final int HAS_EXTRA = 4;
        private static final int HAS_NAME = 8;
        private static final int HAS_COMMENT = 16;
        private static final byte[] HEAD = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};

        private final CRC32 sum = new CRC32();
        private int length;

        @Override
        public int endOfHead(byte[] data, int at) {
            for (int i = 0; i < 3 && at + i < data.length; i++) {
                if (data[at + i] != HEAD[i]) {
                    return FOREIGN;
                }
            }
            if (data.length - at < FIXED) {
                return INCOMPLETE;
            }
            int flags = data[at + 3];
            int end = at + FIXED;
            if ((flags & HAS_EXTRA) != 0) {
                end = end + 2 > data.length ? INCOMPLETE : end + 2 + (data[end] & 0xff) + ((data[end + 1] & 0xff) << 8);
            }
            end = (flags & HAS_NAME) == 0 ? end : behindText(data, end);
            end = (flags & HAS_COMMENT) == 0 ? end : behindText(data, end);
            end += (flags & HAS_SUM) != 0 && end >= 0 ? 2 : 0;
            return end > data.length ? INCOMPLETE : end;
        }

        private static int behindText(byte[] data, int from) {
            for (int i = Math.max(from, 0); from >= 0 && i < data.length; i++) {
                if (data[i] == 0) {
                    return i + 1;
                }
            }
            return INCOMPLETE;
        }

        @Override
        public int tailLength() {
            return 8;
        }

        @Override
        public byte[] head() {
            return HEAD.clone();
        }

        @Override
        public void add(byte[] bytes) {
            sum.update(bytes);
            length += bytes.length;
        }

        @Override
        public byte[] tail() {
            return ByteBuffer.allocate(tailLength())
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt((int) sum.getValue())
                    .putInt(length)
                    .array();
        }
    }

    /** {@code deflate} as it is meant. */
    final class Zlib implements PackedForm {
        private static final byte[] HEAD = {0x78, (byte) 0x9c};

        private final Adler32 sum = new Adler32();

        @Override
        public int endOfHead(byte[] data, int at) {
            if (data.length - at < 2) {
                return INCOMPLETE;
            }
            int first = data[at] & 0xff;
            boolean isZlib = (first & 0x0f) == 8 && ((first << 8) + (data[at + 1] & 0xff)) % 31 == 0;
            return isZlib ? at + 2 : FOREIGN;
        }

        @Override
        public int tailLength() {
            return 4;
        }

        @Override
        public byte[] head() {
            return HEAD.clone();
        }

        @Override
        public void add(byte[] bytes) {
            sum.update(bytes);
        }

        @Override
        public byte[] tail() {
            return ByteBuffer.allocate(tailLength())
                    .putInt((int) sum.getValue())
                    .array();
        }
    }

    /** {@code deflate} as some servers send it, with nothing around. */
    final class Raw implements PackedForm {
        @Override
        public int endOfHead(byte[] data, int at) {
            return at;
        }

        @Override
        public int tailLength() {
            return 0;
        }

        @Override
        public byte[] head() {
            return new byte[0];
        }

        @Override
        public void add(byte[] bytes) {
            // nothing is told of them
        }

        @Override
        public byte[] tail() {
            return new byte[0];
        }
    }
}
