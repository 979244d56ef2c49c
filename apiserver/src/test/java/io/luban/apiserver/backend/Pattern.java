package io.luban.apiserver.backend;

import java.io.IOException;
import java.io.OutputStream;
import java.util.HexFormat;

/** Bytes that both sides can compute, so that a lost, repeated or exchanged one shows. */
public final class Pattern {
    private static final int BLOCK = 64 * 1024;

    private Pattern() {}

    /** The bytes from a position on. */
    public static byte[] bytes(long from, int count) {
        var bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            long at = from + i;
            bytes[i] = (byte) (at * 31 + (at >>> 8) * 7 + (at >>> 16));
        }
        return bytes;
    }

    /** Writes the first bytes. */
    public static void write(OutputStream out, long count) throws IOException {
        for (long at = 0; at < count; at += BLOCK) {
            out.write(bytes(at, (int) Math.min(BLOCK, count - at)));
        }
        out.flush();
    }

    /** SHA-256 of the first bytes in hexadecimal digits. */
    public static String digest(long count) {
        var sha = Script.sha256();
        for (long at = 0; at < count; at += BLOCK) {
            sha.update(bytes(at, (int) Math.min(BLOCK, count - at)));
        }
        return HexFormat.of().formatHex(sha.digest());
    }
}
