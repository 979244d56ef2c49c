package io.luban.embeddedkube.auth;

import io.luban.http.Request;
import io.luban.model.ApiException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Asks for credentials in the order of Kubernetes: caller in the process, client certificate, bearer token. What is
 * presented and not good is refused, even when something else would be.
 */
public final class UnionAuthenticator implements Authenticator {
    private static final String AUTHENTICATED = "system:authenticated";

    private final ClientCertificates certificates;
    private final ServiceAccountTokens tokens;

    /** Credentials are those that the two parts verify. */
    public UnionAuthenticator(ClientCertificates certificates, ServiceAccountTokens tokens) {
        this.certificates = certificates;
        this.tokens = tokens;
    }

    @Override
    public User authenticate(Request request) {
        var trusted = request.attribute(TRUSTED_USER);
        if (trusted.isPresent()) {
            return trusted.get();
        }
        var token = BearerToken.of(request);
        if (token.isPresent()) {
            return tokens.verify(token.get(), List.of())
                    .map(verified -> authenticated(verified.user()))
                    .orElseThrow(UnionAuthenticator::refused);
        }
        var chain = request.clientCertificates();
        if (!chain.isEmpty()) {
            return certificates
                    .verify(chain.getFirst())
                    .map(UnionAuthenticator::authenticated)
                    .orElseThrow(UnionAuthenticator::refused);
        }
        return User.ANONYMOUS;
    }

    @Override
    public Optional<User> known(Request request) {
        var trusted = request.attribute(TRUSTED_USER);
        if (trusted.isPresent()) {
            return trusted;
        }
        var token = BearerToken.of(request);
        if (token.isPresent()) {
            return tokens.known(token.get()).map(verified -> authenticated(verified.user()));
        }
        var chain = request.clientCertificates();
        return chain.isEmpty()
                ? Optional.of(User.ANONYMOUS)
                : certificates.known(chain.getFirst()).map(UnionAuthenticator::authenticated);
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
