package io.luban.embeddedkube.store;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How a store treats its disk.
 *
 * @param durability when a write counts as done
 * @param encryptionKeyFile keys for the values of Secrets, outside of the data folder: one per line, 32 bytes in base64 or
 *     hexadecimal; the first one encrypts, the others are tried for what is there already; the word {@code plain} as the
 *     first line decrypts everything
 * @param largeBytes values beyond this size are not kept in memory
 */
public record StoreOptions(Durability durability, Optional<Path> encryptionKeyFile, int largeBytes) {
    private static final int LARGE_BYTES = 64 * 1024;

    /** When a write counts as done. */
    public enum Durability {
        /** On disk, each transaction by itself. */
        ALWAYS,
        /** On disk, together with those that wait at the same time. */
        GROUP,
        /** Handed to the operating system; for tests. */
        OFF
    }

    /** Group commits, no encryption. */
    public static StoreOptions defaults() {
        return new StoreOptions(Durability.GROUP, Optional.empty(), LARGE_BYTES);
    }

    /** The same with a file of encryption keys. */
    public StoreOptions encryptedBy(Path keyFile) {
        return new StoreOptions(durability, Optional.of(keyFile), largeBytes);
    }
}
