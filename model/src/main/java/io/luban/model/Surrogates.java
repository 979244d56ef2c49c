package io.luban.model;

import java.nio.charset.StandardCharsets;

/**
 * Escapes of half a character in JSON text. They cannot be written as UTF-8; as in Go's decoder the replacement character
 * takes their place.
 */
final class Surrogates {
    private static final int ESCAPE = 6;
    private static final byte[] REPLACEMENT = "\\ufffd".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NOTHING = {};
    private static final int NONE = -1;

    private Surrogates() {}

    /** The same bytes when nothing is to be replaced, which costs one pass. */
    static byte[] repaired(byte[] json) {
        byte[] repaired = NOTHING;
        for (int i = 0; i < json.length - 1; i++) {
            if (json[i] != '\\') {
                continue;
            }
            int unit = unit(json, i);
            if (unit == NONE || !Character.isSurrogate((char) unit)) {
                i++;
                continue;
            }
            int next = unit(json, i + ESCAPE);
            if (Character.isHighSurrogate((char) unit) && next != NONE && Character.isLowSurrogate((char) next)) {
                i += 2 * ESCAPE - 1;
                continue;
            }
            repaired = repaired.length == 0 ? json.clone() : repaired;
            System.arraycopy(REPLACEMENT, 0, repaired, i, ESCAPE);
            i += ESCAPE - 1;
        }
        return repaired.length == 0 ? json : repaired;
    }

    /** The UTF-16 unit of the escape at a place. */
    private static int unit(byte[] json, int at) {
        if (at + ESCAPE > json.length || json[at] != '\\' || json[at + 1] != 'u') {
            return NONE;
        }
        int unit = 0;
        for (int i = at + 2; i < at + ESCAPE; i++) {
            int digit = Character.digit(json[i], 16);
            if (digit < 0) {
                return NONE;
            }
            unit = unit << 4 | digit;
        }
        return unit;
    }
}
