package io.luban.embeddedkube.operation;

import java.util.Optional;
import java.util.OptionalLong;

/** Body or parameters of a deletion (meta/v1 DeleteOptions). */
public record DeleteOptions(
        Optional<String> propagationPolicy,
        OptionalLong gracePeriodSeconds,
        Optional<String> uidPrecondition,
        Optional<String> versionPrecondition,
        boolean dryRun) {
    /** Plain background deletion. */
    public static final DeleteOptions BACKGROUND = new DeleteOptions(
            Optional.of("Background"), OptionalLong.empty(), Optional.empty(), Optional.empty(), false);
}
