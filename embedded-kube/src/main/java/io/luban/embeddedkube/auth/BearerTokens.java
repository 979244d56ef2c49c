package io.luban.embeddedkube.auth;

import io.luban.embeddedkube.auth.ServiceAccountTokens.Verified;
import java.util.List;
import java.util.Optional;

/** Every kind of bearer token in the order in which they are tried: static, ServiceAccounts', delegated. */
public final class BearerTokens {
    private final StaticTokens fixed;
    private final ServiceAccountTokens accounts;
    private volatile TokenChecker delegated = TokenChecker.NONE;

    /** Tokens of a file and of ServiceAccounts. */
    public BearerTokens(StaticTokens fixed, ServiceAccountTokens accounts) {
        this.fixed = fixed;
        this.accounts = accounts;
    }

    /** Also asks somebody else about tokens that nobody here knows. */
    public void delegate(TokenChecker checker) {
        delegated = checker;
    }

    /**
     * Who a token speaks for. Tokens that carry no audience are meant for this API server alone; empty when it is not
     * good.
     */
    public Optional<Verified> verify(String token, List<String> audiences) {
        if (token.isEmpty()) {
            return Optional.empty();
        }
        return ours(fixed.user(token), audiences)
                .or(() -> accounts.verify(token, audiences))
                .or(() -> ours(delegated.check(token), audiences));
    }

    /** The same without cryptography and without asking anybody. */
    Optional<Verified> known(String token) {
        return ours(fixed.user(token), List.of()).or(() -> accounts.known(token));
    }

    private static Optional<Verified> ours(Optional<User> user, List<String> audiences) {
        var own = List.of(ServiceAccountTokens.ISSUER);
        return audiences.isEmpty() || audiences.containsAll(own)
                ? user.map(found -> new Verified(found, own))
                : Optional.empty();
    }
}
