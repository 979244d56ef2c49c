package io.luban.apiserver.audit;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What is audited and where events go.
 *
 * @param batchSize most events delivered at once
 * @param batchInterval longest time an event waits for others
 * @param maxBodyBytes longer bodies are left out
 * @param includeSecrets whether bodies that carry credentials are recorded too
 * @param auditDenied whether requests that were refused before they reached the audit are recorded too
 * @param omitVerbs verbs that are not recorded
 * @param omitPaths paths that are not recorded, exact or with a trailing {@code *}
 * @param recent how many of the last events are kept in memory
 */
public record AuditSettings(
        AuditLevel level,
        int batchSize,
        Duration batchInterval,
        long maxBodyBytes,
        boolean includeSecrets,
        boolean auditDenied,
        List<String> omitVerbs,
        List<String> omitPaths,
        Optional<Webhook> webhook,
        Optional<LogFile> log,
        Optional<ClusterEvents> clusterEvents,
        int recent) {
    /** Settings by which no events are kept in memory. */
    public AuditSettings(
            AuditLevel level,
            int batchSize,
            Duration batchInterval,
            long maxBodyBytes,
            boolean includeSecrets,
            boolean auditDenied,
            List<String> omitVerbs,
            List<String> omitPaths,
            Optional<Webhook> webhook,
            Optional<LogFile> log,
            Optional<ClusterEvents> clusterEvents) {
        this(
                level,
                batchSize,
                batchInterval,
                maxBodyBytes,
                includeSecrets,
                auditDenied,
                omitVerbs,
                omitPaths,
                webhook,
                log,
                clusterEvents,
                0);
    }

    /** Auditing switched off; the other values are those that apply unless set. */
    public static final AuditSettings OFF = new AuditSettings(
            AuditLevel.NONE,
            100,
            Duration.ofSeconds(3),
            1024 * 1024,
            false,
            false,
            List.of(),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());

    /** Defensive copies. */
    public AuditSettings {
        omitVerbs = List.copyOf(omitVerbs);
        omitPaths = List.copyOf(omitPaths);
    }

    /** How a batch is written into one body. */
    public enum Format {
        /** Objects one after the other without anything between them. */
        CONCAT("concat"),
        /** A JSON array. */
        ARRAY("array"),
        /** An object with the member {@code Items}. */
        EVENT_LIST("eventList");

        private final String word;

        Format(String word) {
            this.word = word;
        }

        @Override
        public String toString() {
            return word;
        }
    }

    /**
     * A server that takes batches by POST.
     *
     * @param senders most deliveries at the same time
     * @param caPem trust anchors in PEM, empty for the system's
     * @param insecure accept any certificate
     */
    public record Webhook(String url, int senders, Format format, byte[] caPem, boolean insecure) {}

    /**
     * A file of one event a line.
     *
     * @param path file, or {@code -} for standard output
     * @param maxBytes size at which the file is put aside
     * @param maxBackups most files kept aside
     * @param maxAge how long they are kept
     */
    public record LogFile(String path, long maxBytes, int maxBackups, Duration maxAge) {}

    /**
     * Kubernetes Events about changes and refusals.
     *
     * @param perMinute most Events written in a minute; further ones are left out
     */
    public record ClusterEvents(int perMinute) {}

    /** The same with that many of the last events kept in memory. */
    public AuditSettings keeping(int number) {
        return new AuditSettings(
                level,
                batchSize,
                batchInterval,
                maxBodyBytes,
                includeSecrets,
                auditDenied,
                omitVerbs,
                omitPaths,
                webhook,
                log,
                clusterEvents,
                number);
    }

    /** Whether anything is recorded at all. */
    public boolean isOn() {
        return level != AuditLevel.NONE
                && (webhook.isPresent() || log.isPresent() || clusterEvents.isPresent() || recent > 0);
    }
}
