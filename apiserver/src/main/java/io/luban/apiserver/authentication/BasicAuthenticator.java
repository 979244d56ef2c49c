package io.luban.apiserver.authentication;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.luban.apiserver.authentication.token.Login;
import io.luban.apiserver.pipeline.User;
import io.luban.model.ApiException;
import io.luban.model.Ids;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/**
 * HTTP Basic (RFC 7617) with a platform user's password. A password that was right is remembered for a while as a digest
 * under a key of this process, together with the hash it was checked against: scripts that send it with every request do
 * not pay for hashing each time, and a changed password counts at once.
 */
public final class BasicAuthenticator {
    private static final int REMEMBERED = 10_000;
    private static final Duration MEMORY = Duration.ofMinutes(5);

    private record Verified(String user, String hash) {}

    /** User name and password of a header. */
    record Credentials(String login, String password) {
        @Override
        public String toString() {
            return "credentials of " + login;
        }
    }

    private final Accounts accounts;
    private final PasswordLogin logins;
    private final String key;
    private final Cache<String, Verified> verified = Caffeine.newBuilder()
            .expireAfterWrite(MEMORY)
            .maximumSize(REMEMBERED)
            .build();

    /** Checks passwords by {@code logins}. */
    public BasicAuthenticator(Accounts accounts, PasswordLogin logins, Ids ids) {
        this.accounts = accounts;
        this.logins = logins;
        key = ids.uuid();
    }

    /** The credentials of an Authorization header; 401 when they cannot be read. */
    static Credentials parse(String header) {
        try {
            var encoded = header.substring("basic".length()).trim();
            var text = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
            int colon = text.indexOf(':');
            if (colon >= 0) {
                return new Credentials(text.substring(0, colon), text.substring(colon + 1));
            }
        } catch (IllegalArgumentException e) {
            throw ApiException.unauthorized("the basic credentials are not base64");
        }
        throw ApiException.unauthorized("the basic credentials lack a colon");
    }

    /** The user when the same password was right before; memory only. */
    Optional<User> remembered(Credentials credentials) {
        return Optional.ofNullable(verified.getIfPresent(digest(credentials)))
                .flatMap(before -> accounts.named(before.user)
                        .filter(account -> account.password().equals(before.hash) && account.isActive()))
                .map(BasicAuthenticator::user);
    }

    /** The user; blocks while hashing; 401 or 429 otherwise. */
    User authenticate(Credentials credentials, String source, String userAgent) {
        var attempt = new PasswordLogin.Attempt(
                credentials.login, credentials.password, source, userAgent, "Password", false);
        return switch (logins.login(attempt)) {
            case PasswordLogin.Result.Success success -> {
                var account = success.account();
                verified.put(digest(credentials), new Verified(account.name(), account.password()));
                yield user(account);
            }
            case PasswordLogin.Result.Suspended suspended -> throw ApiException.unauthorized("account suspended");
            case PasswordLogin.Result.Incorrect incorrect -> throw ApiException.unauthorized("incorrect password");
        };
    }

    private static User user(Account account) {
        return account.user(Map.of());
    }

    private String digest(Credentials credentials) {
        return Login.digest(key + '\0' + credentials.login + '\0' + credentials.password);
    }
}
