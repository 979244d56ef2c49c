package io.luban.embeddedkube.stream;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/** Which part of which log is asked for; container names are complete. */
public interface LogRequest {
    /** Name of the container. */
    String container();

    /** Whether lines are sent as they come. */
    boolean follow();

    /** Whether the log of the container before its last restart is meant. */
    boolean previous();

    /** Whether every line begins with its time (RFC 3339) and a blank. */
    boolean timestamps();

    /** Only lines from then on. */
    Optional<Instant> since();

    /** Only that many lines from the end. */
    OptionalLong tailLines();

    /** {@code All}, {@code Stdout} or {@code Stderr}. */
    String stream();
}
