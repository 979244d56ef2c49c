package io.luban.embeddedkube.auth;

import io.luban.http.Request;
import io.luban.model.ApiException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Asks for credentials in the order of Kubernetes: caller in the process, front proxy, client certificate, bearer token.
 * What is presented and not good is refused, even when something else would be.
 */
public final class UnionAuthenticator implements Authenticator {
    private static final String AUTHENTICATED = "system:authenticated";

    private final Optional<FrontProxy> proxy;
    private final ClientCertificates certificates;
    private final BearerTokens tokens;

    /** Credentials are those that the parts verify. */
    public UnionAuthenticator(Optional<FrontProxy> proxy, ClientCertificates certificates, BearerTokens tokens) {
        this.proxy = proxy;
        this.certificates = certificates;
        this.tokens = tokens;
    }

    @Override
    public User authenticate(Request request) {
        var trusted = request.attribute(TRUSTED_USER);
        if (trusted.isPresent()) {
            return trusted.get();
        }
        var remote = proxy.flatMap(front -> front.user(request));
        if (remote.isPresent()) {
            return authenticated(remote.get());
        }
        var chain = request.clientCertificates();
        if (!chain.isEmpty()) {
            return certificates
                    .verify(chain.getFirst())
                    .map(UnionAuthenticator::authenticated)
                    .orElseThrow(UnionAuthenticator::refused);
        }
        return BearerToken.of(request)
                .map(token -> tokens.verify(token, List.of())
                        .map(verified -> authenticated(verified.user()))
                        .orElseThrow(UnionAuthenticator::refused))
                .orElse(User.ANONYMOUS);
    }

    @Override
    public Optional<User> known(Request request) {
        var trusted = request.attribute(TRUSTED_USER);
        if (trusted.isPresent()) {
            return trusted;
        }
        if (proxy.isPresent() && FrontProxy.isConcerned(request)) {
            return Optional.empty();
        }
        var chain = request.clientCertificates();
        if (!chain.isEmpty()) {
            return certificates.known(chain.getFirst()).map(UnionAuthenticator::authenticated);
        }
        var token = BearerToken.of(request);
        return token.isPresent()
                ? tokens.known(token.get()).map(verified -> authenticated(verified.user()))
                : Optional.of(User.ANONYMOUS);
    }

    private static User authenticated(User user) {
        if (user.groups().contains(AUTHENTICATED)) {
            return user;
        }
        var groups = new ArrayList<>(user.groups());
        groups.add(AUTHENTICATED);
        return new User(user.name(), user.uid(), groups, user.extra());
    }

    private static ApiException refused() {
        return ApiException.unauthorized("Unauthorized");
    }
}
