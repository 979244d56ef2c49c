package io.luban.controller.extension;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** The digest by which a change of a plan's configuration is noticed: FNV-1a, 64 bits, in hex. */
final class ConfigHash {
    private static final long OFFSET = 0xcbf29ce484222325L;
    private static final long PRIME = 0x100000001b3L;

    private ConfigHash() {}

    static String of(String config) {
        long hash = OFFSET;
        for (byte b : config.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xff)) * PRIME;
        }
        return String.format(Locale.ROOT, "%016x", hash);
    }
}
