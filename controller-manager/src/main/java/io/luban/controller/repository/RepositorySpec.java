package io.luban.controller.repository;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.GoDuration;
import io.luban.model.ParseException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A Repository, read.
 *
 * @param object as it is in the cluster
 */
record RepositorySpec(ObjectNode object) {
    private static final int DEFAULT_DEPTH = 3;
    private static final Duration DEFAULT_INTERVAL = Duration.ofMinutes(15);
    private static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(2);
    private static final Duration LONGEST_TIMEOUT = Duration.ofMinutes(30);
    private static final Pattern USER_INFO = Pattern.compile("//[^/@]*@");

    String name() {
        return object.at("/metadata/name").asText("");
    }

    String uid() {
        return object.at("/metadata/uid").asText("");
    }

    String url() {
        return object.at("/spec/url").asText("").strip();
    }

    String image() {
        return object.at("/spec/image").asText("").strip();
    }

    boolean hasSource() {
        return !url().isEmpty() || !image().isEmpty();
    }

    /** Where the catalog comes from, for messages, which more people read than may read the object. */
    String origin() {
        return url().isEmpty() ? image() : USER_INFO.matcher(url()).replaceFirst("//");
    }

    boolean isBeingDeleted() {
        return object.at("/metadata/deletionTimestamp").isTextual();
    }

    boolean hasFinalizer() {
        for (var finalizer : object.at("/metadata/finalizers")) {
            if (finalizer.asText().equals(Names.FINALIZER)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Tells one spec from another. The generation does not: it counts changes of the status as well, since these kinds
     * have no status of their own.
     */
    String specMark() {
        return Fingerprint.ofAll(object.path("spec"));
    }

    /** The mark of the spec that was looked at last, empty when none was. */
    String observedSpec() {
        return object.at("/status/observedSpec").asText("");
    }

    /** Most versions per extension. */
    int depth() {
        var depth = object.at("/spec/depth");
        int number = depth.isIntegralNumber() ? depth.asInt() : DEFAULT_DEPTH;
        return number <= 0 ? Integer.MAX_VALUE : number;
    }

    /** Time between two looks at the catalog. */
    Duration interval(Duration floor) {
        var interval = duration("/spec/updateStrategy/registryPoll/interval", DEFAULT_INTERVAL);
        return interval.compareTo(floor) < 0 ? floor : interval;
    }

    /** How long one synchronisation may take. */
    Duration timeout() {
        var timeout = duration("/spec/updateStrategy/timeout", DEFAULT_TIMEOUT);
        return timeout.isZero() || timeout.compareTo(LONGEST_TIMEOUT) > 0 ? DEFAULT_TIMEOUT : timeout;
    }

    /** Whether charts without extension.yaml become extensions. */
    boolean allowsPlainCharts() {
        return !image().isEmpty()
                || object.path("metadata")
                        .path("annotations")
                        .path(Names.PLAIN_CHARTS)
                        .asText("")
                        .equals("true");
    }

    /** When it was last synchronised; empty asks for a synchronisation. */
    Optional<Instant> lastSync() {
        try {
            var text = object.at("/status/lastSyncTime").asText("");
            return text.isEmpty() || text.equals("null")
                    ? Optional.empty()
                    : Optional.of(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** The condition {@code Synced}, missing node when it was never written. */
    JsonNode synced() {
        for (var condition : object.at("/status/conditions")) {
            if (condition.path("type").asText("").equals("Synced")) {
                return condition;
            }
        }
        return com.fasterxml.jackson.databind.node.MissingNode.getInstance();
    }

    private Duration duration(String pointer, Duration otherwise) {
        try {
            var text = object.at(pointer).asText("");
            return text.isEmpty() ? otherwise : GoDuration.parse(text);
        } catch (ParseException e) {
            return otherwise;
        }
    }
}
