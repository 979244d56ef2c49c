package io.luban.embeddedkube.store;

import io.luban.embeddedkube.configuration.StoreSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How a store treats its disk.
 *
 * @param durability when a write counts as done
 * @param encryptionKeyFile keys for the values of Secrets, outside of the data folder: one per line, 32 bytes in base64 or
 *     hexadecimal; the first one encrypts, the others are tried for what is there already; the word {@code plain} as the
 *     first line decrypts everything
 * @param largeBytes values beyond this size are not kept in memory
 * @param logBytes size of the write-ahead log at which it is merged into the database
 * @param windowEvents events per resource that are kept in any case
 * @param windowTime age up to which more of them are kept
 */
public record StoreOptions(
        Durability durability,
        Optional<Path> encryptionKeyFile,
        int largeBytes,
        long logBytes,
        int windowEvents,
        Duration windowTime) {
    /** Values beyond this size are usually not kept in memory. */
    static final int LARGE_BYTES = 64 * 1024;

    private static final long LOG_BYTES = 64L * 1024 * 1024;
    private static final int WINDOW_EVENTS = 10_000;
    private static final Duration WINDOW_TIME = Duration.ofMinutes(5);

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
        return new StoreOptions(Durability.GROUP, Optional.empty(), LARGE_BYTES, LOG_BYTES, WINDOW_EVENTS, WINDOW_TIME);
    }

    /** What the settings of a server ask for. */
    public static StoreOptions of(StoreSettings settings) {
        var durability = switch (settings.fsync()) {
            case ALWAYS -> Durability.ALWAYS;
            case GROUP -> Durability.GROUP;
            case OFF -> Durability.OFF;
        };
        return new StoreOptions(
                durability,
                settings.encryptionKeyFile(),
                LARGE_BYTES,
                settings.segmentBytes(),
                settings.windowEvents(),
                settings.windowTime());
    }

    /** The same with a file of encryption keys. */
    public StoreOptions encryptedBy(Path keyFile) {
        return new StoreOptions(durability, Optional.of(keyFile), largeBytes, logBytes, windowEvents, windowTime);
    }
}
