package io.luban.apiserver.authentication;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.luban.apiserver.authentication.token.Claims;
import io.luban.apiserver.authentication.token.Login;
import io.luban.apiserver.authentication.token.SignedTokens;
import io.luban.apiserver.authentication.token.TokenStore;
import io.luban.apiserver.authentication.token.TokenType;
import io.luban.apiserver.pipeline.User;
import io.luban.model.ApiException;
import java.time.Clock;

/**
 * Accepts access tokens of platform users, and the tokens of workloads. Never blocks: signatures are remembered, and whether a token was revoked or its
 * user disabled is looked up in memory for every request.
 */
public final class BearerTokenAuthenticator {
    private static final int REMEMBERED = 20_000;

    private record Known(Claims claims, String digest) {}

    private final SignedTokens tokens;
    private final TokenStore store;
    private final Accounts accounts;
    private final ServiceAccounts workloads;
    private final Clock clock;
    /** By the whole value of the field, which is one string for all requests of a client. */
    private final Cache<String, Known> known =
            Caffeine.newBuilder().maximumSize(REMEMBERED).build();

    /** Checks signatures by {@code tokens} and validity by {@code store}. */
    public BearerTokenAuthenticator(
            SignedTokens tokens, TokenStore store, Accounts accounts, ServiceAccounts workloads, Clock clock) {
        this.tokens = tokens;
        this.store = store;
        this.accounts = accounts;
        this.workloads = workloads;
        this.clock = clock;
    }

    /** The user of an {@code Authorization: Bearer TOKEN} field's value; a 401 that says what is wrong with it otherwise. */
    public User authenticate(String authorization) {
        var verified = known.getIfPresent(authorization);
        if (verified == null) {
            verified = verify(token(authorization));
            known.put(authorization, verified);
        }
        var claims = verified.claims;
        if (claims.type().equals(TokenType.STATIC)) {
            return workloads.user(claims, verified.digest);
        }
        if (claims.expiresAt() > 0) {
            checkLife(verified);
        }
        var account = accounts.named(claims.user())
                .orElseThrow(() -> ApiException.unauthorized("user \"%s\" not found".formatted(claims.user())));
        if (account.isDisabled()) {
            throw ApiException.unauthorized("user \"%s\" is disabled".formatted(claims.user()));
        }
        return account.user(claims.extra());
    }

    private void checkLife(Known token) {
        if (clock.millis() / 1000 >= token.claims.expiresAt()) {
            throw ApiException.unauthorized("token is expired");
        }
        if (!store.holds(token.digest)) {
            throw ApiException.unauthorized("token not found in cache");
        }
    }

    private static String token(String authorization) {
        var token = authorization.substring("Bearer".length()).stripLeading();
        if (token.isEmpty()) {
            throw ApiException.unauthorized("The request cannot be authenticated.");
        }
        return token;
    }

    private Known verify(String token) {
        var claims = tokens.verify(token);
        boolean isStatic = claims.type().equals(TokenType.STATIC) && ServiceAccounts.isMeant(claims);
        if (!isStatic && !claims.type().equals(TokenType.ACCESS)) {
            throw ApiException.unauthorized("a token of type \"%s\" does not open the API".formatted(claims.type()));
        }
        return new Known(claims, Login.digest(token));
    }
}
