package io.luban.embeddedkube.configuration;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The store.
 *
 * @param segmentBytes size of the write-ahead log at which it is merged into the database
 * @param windowEvents events per resource that watches can resume from
 * @param windowTime age up to which events are kept, whichever of the two keeps more
 * @param encryptionKeyFile key for AES-256-GCM of Secrets at rest; none when empty
 */
public record StoreSettings(
        Fsync fsync, long segmentBytes, int windowEvents, Duration windowTime, Optional<Path> encryptionKeyFile) {}
