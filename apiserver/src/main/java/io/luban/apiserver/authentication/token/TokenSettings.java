package io.luban.apiserver.authentication.token;

import java.time.Duration;
import java.util.Optional;

/**
 * How tokens are made and where it is kept which of them are good.
 *
 * @param issuer issuer URL, written verbatim into tokens
 * @param secret HMAC key of everything but ID tokens; empty to have one generated and kept in the cluster
 * @param accessTokenMaxAge life of access tokens; zero for tokens that never end and are not stored
 * @param inactivityTimeout added to that for the life of refresh tokens
 * @param clockSkew how far in the future a token may claim to be issued
 * @param redis server that keeps logins; Secrets of the cluster when there is none
 */
public record TokenSettings(
        String issuer,
        String secret,
        Duration accessTokenMaxAge,
        Duration inactivityTimeout,
        Duration clockSkew,
        Optional<RedisSettings> redis) {
    /** The defaults under an issuer. */
    public static TokenSettings of(String issuer) {
        return new TokenSettings(
                issuer, "", Duration.ofHours(2), Duration.ofHours(2), Duration.ofSeconds(10), Optional.empty());
    }

    /** With the given key. */
    public TokenSettings withSecret(String key) {
        return new TokenSettings(issuer, key, accessTokenMaxAge, inactivityTimeout, clockSkew, redis);
    }

    @Override
    public String toString() {
        return "tokens of " + issuer;
    }
}
