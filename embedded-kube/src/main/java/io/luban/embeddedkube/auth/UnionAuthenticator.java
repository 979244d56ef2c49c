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
        var token = BearerToken.of(request).map(this::speaker);
        return certificateUser(request).or(() -> token).orElse(User.ANONYMOUS);
    }

    private Optional<User> certificateUser(Request request) {
        var chain = request.clientCertificates();
        return chain.isEmpty()
                ? Optional.empty()
                : Optional.of(certificates
                        .verify(chain)
                        .map(UnionAuthenticator::authenticated)
                        .orElseThrow(UnionAuthenticator::refused));
    }

    private User speaker(String token) {
        return tokens.verify(token, List.of())
                .map(verified -> authenticated(verified.user()))
                .orElseThrow(UnionAuthenticator::refused);
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
        var token = BearerToken.of(request);
        var speaker = token.flatMap(tokens::known).map(verified -> authenticated(verified.user()));
        if (token.isPresent() && speaker.isEmpty()) {
            return Optional.empty();
        }
        var chain = request.clientCertificates();
        if (!chain.isEmpty()) {
            return certificates.known(chain.getFirst()).map(UnionAuthenticator::authenticated);
        }
        return token.isPresent() ? speaker : Optional.of(User.ANONYMOUS);
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
