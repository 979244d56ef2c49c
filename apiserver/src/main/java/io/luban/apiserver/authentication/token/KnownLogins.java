package io.luban.apiserver.authentication.token;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The logins that a store knows of, for answers that neither wait nor lock. One login is changed by one thread at a time.
 */
public final class KnownLogins {
    private final Map<String, Login> logins = new ConcurrentHashMap<>();
    private final Map<String, Long> endByDigest = new ConcurrentHashMap<>();
    private final Map<String, Set<String>> loginsByUser = new ConcurrentHashMap<>();

    /** Knows the login as it is now. */
    public void remember(Login login) {
        var before = logins.put(login.id(), login);
        endByDigest.putAll(login.tokens());
        if (before != null) {
            before.tokens().keySet().stream()
                    .filter(digest -> !login.tokens().containsKey(digest))
                    .forEach(endByDigest::remove);
        }
        loginsByUser.compute(login.user(), (user, known) -> {
            var ids = known == null ? ConcurrentHashMap.<String>newKeySet() : known;
            ids.add(login.id());
            return ids;
        });
    }

    /** Knows the login no more. */
    public void forget(String id) {
        var login = logins.remove(id);
        if (login == null) {
            return;
        }
        login.tokens().keySet().forEach(endByDigest::remove);
        loginsByUser.computeIfPresent(login.user(), (user, ids) -> {
            ids.remove(id);
            return ids.isEmpty() ? null : ids;
        });
    }

    /** Whether the token belongs to one of them and is not past its time. */
    public boolean holds(String digest, Instant now) {
        var end = endByDigest.get(digest);
        return end != null && end > now.getEpochSecond();
    }

    /** The login of that id. */
    public Optional<Login> login(String id) {
        return Optional.ofNullable(logins.get(id));
    }

    /** Ids of a user's logins. */
    public Set<String> ofUser(String user) {
        return Set.copyOf(loginsByUser.getOrDefault(user, Set.of()));
    }

    /** Ids of all of them. */
    public Set<String> ids() {
        return new HashSet<>(logins.keySet());
    }

    /** Those whose last token has ended. */
    public List<Login> over(Instant now) {
        return logins.values().stream().filter(login -> login.isOver(now)).toList();
    }
}
