package io.luban.controller.leadership;

import java.time.Duration;
import java.util.Map;

/**
 * How replicas agree on one that leads.
 *
 * @param identity of this replica, unique among all that ever were
 * @param leaseDuration how long the others wait after the last renewal they have seen
 * @param renewDeadline how long the leader goes on without a renewal; shorter than the lease
 * @param retryPeriod time between two attempts
 * @param addresses where the leader is reached for what only it can answer, by names of annotations of the Lease
 */
public record ElectionSettings(
        String identity,
        Duration leaseDuration,
        Duration renewDeadline,
        Duration retryPeriod,
        Map<String, String> addresses) {
    /** Checks that the leader stops before others begin. */
    public ElectionSettings {
        addresses = Map.copyOf(addresses);
        if (renewDeadline.compareTo(leaseDuration) >= 0) {
            throw new IllegalArgumentException(
                    "leader election: the renew deadline %s must be shorter than the lease %s"
                            .formatted(renewDeadline, leaseDuration));
        }
        if (retryPeriod.compareTo(renewDeadline) >= 0) {
            throw new IllegalArgumentException(
                    "leader election: the retry period %s must be shorter than the renew deadline %s"
                            .formatted(retryPeriod, renewDeadline));
        }
    }

    /** The same with other addresses. */
    public ElectionSettings at(Map<String, String> others) {
        return new ElectionSettings(identity, leaseDuration, renewDeadline, retryPeriod, others);
    }
}
