package io.luban.embeddedkube.configuration;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The audit log.
 *
 * @param path file of JSON lines; no log when empty
 * @param maxSize bytes at which the file is put aside and a new one begun
 */
public record AuditSettings(Optional<Path> path, AuditLevel level, long maxSize) {}
