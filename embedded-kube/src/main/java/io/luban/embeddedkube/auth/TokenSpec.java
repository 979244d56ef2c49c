package io.luban.embeddedkube.auth;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A token to be issued.
 *
 * @param audiences who shall accept it, empty for this API server
 * @param bound the object it shall not outlive, besides the account
 */
public record TokenSpec(
        String namespace,
        String accountName,
        String accountUid,
        List<String> audiences,
        Duration life,
        Optional<BoundObject> bound) {
    /** Defensive copy. */
    public TokenSpec {
        audiences = List.copyOf(audiences);
    }

    /** A Pod, Secret or Node. */
    public record BoundObject(String kind, String name, String uid) {}
}
