package io.luban.apiserver.authentication.token;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.luban.model.ApiException;
import io.luban.model.Ids;
import io.luban.model.Json;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Issues pairs of access and refresh token, and exchanges a refresh token for the next pair. */
public final class TokenIssuer {
    /** How long a client that lost the answer may repeat a refresh. */
    private static final Duration REPLAY = Duration.ofSeconds(60);

    private static final int REPLAYS = 10_000;

    private final TokenSettings settings;
    private final SignedTokens tokens;
    private final TokenStore store;
    private final Clock clock;
    private final Ids ids;
    private final LoginLocks locks = new LoginLocks();
    private final Cache<String, TokenPair> replays =
            Caffeine.newBuilder().expireAfterWrite(REPLAY).maximumSize(REPLAYS).build();

    /** Issues under the settings and registers what it issues in the store. */
    public TokenIssuer(TokenSettings settings, SignedTokens tokens, TokenStore store, Clock clock, Ids ids) {
        this.settings = settings;
        this.tokens = tokens;
        this.store = store;
        this.clock = clock;
        this.ids = ids;
    }

    /** Begins a login. */
    public TokenPair login(String user, String client, Map<String, List<String>> extra) {
        var now = clock.instant().getEpochSecond();
        return issue(new Login(ids.uuid(), user, client, now, Map.of()), extra, store::begin);
    }

    /** Ends every login of the user. */
    public void endAll(String user) {
        store.endAll(user);
    }

    /**
     * The next pair of a login. 401 when the token is no refresh token that is still good; a token that was already
     * exchanged more than a minute ago ends its login, because somebody else may hold a copy.
     */
    public TokenPair refresh(String refreshToken, String client) {
        var claims = tokens.verify(refreshToken);
        if (!claims.type().equals(TokenType.REFRESH)
                || (!claims.client().isEmpty() && !claims.client().equals(client))) {
            throw ApiException.unauthorized("the token is not a refresh token of this client");
        }
        // pages refresh several times at once, and all shall get the same answer
        return locks.holding(List.of(claims.login()), () -> exchange(Login.digest(refreshToken), claims));
    }

    private TokenPair exchange(String digest, Claims claims) {
        var repeated = replays.getIfPresent(digest);
        if (repeated != null) {
            return repeated;
        }
        if (!store.holds(digest)) {
            // another replica may have issued it a moment ago
            store.lookAgain(claims.login());
        }
        if (!store.holds(digest)) {
            store.login(claims.login()).ifPresent(login -> store.end(login.id()));
            throw ApiException.unauthorized("the refresh token was revoked or has been used");
        }
        var login = store.login(claims.login())
                .orElseThrow(() -> ApiException.unauthorized("the login of the refresh token is over"));
        var graceEnd = clock.instant().plus(REPLAY).getEpochSecond();
        var end = Math.min(graceEnd, login.tokens().getOrDefault(digest, graceEnd));
        var pair = issue(login.with(digest, end), claims.extra(), changed -> store.save(login, changed));
        replays.put(digest, pair);
        return pair;
    }

    private TokenPair issue(Login login, Map<String, List<String>> extra, Consumer<Login> keep) {
        var now = clock.instant();
        var maxAge = settings.accessTokenMaxAge();
        var endless = maxAge.isZero();
        var accessEnd = endless ? 0 : now.plus(maxAge).getEpochSecond();
        var refreshEnd = now.plus(maxAge).plus(settings.inactivityTimeout()).getEpochSecond();
        var access = tokens.sign(claims(login, TokenType.ACCESS, accessEnd, extra));
        var refresh = tokens.sign(claims(login, TokenType.REFRESH, refreshEnd, extra));
        var changed = login.with(Login.digest(refresh), refreshEnd);
        keep.accept(endless ? changed : changed.with(Login.digest(access), accessEnd));
        return new TokenPair(access, refresh, maxAge.toSeconds());
    }

    private ObjectNode claims(Login login, String type, long end, Map<String, List<String>> extra) {
        var now = clock.instant().getEpochSecond();
        var claims = Json.object()
                .put("iss", settings.issuer())
                .put("sub", login.user())
                .put("iat", now);
        if (end > 0) {
            claims.put("exp", end);
        }
        claims.put("token_type", type).put("username", login.user());
        if (!extra.isEmpty()) {
            var members = claims.putObject("extra");
            extra.forEach((key, values) -> values.forEach(members.withArray(key)::add));
        }
        claims.put("jti", ids.uuid()).put("sid", login.id()).put("auth_time", login.startedAt());
        return claims.put("client_id", login.client());
    }
}
