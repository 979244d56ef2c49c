package io.luban.embeddedkube.rbac;

import io.luban.embeddedkube.auth.ServiceAccountTokens;
import java.util.List;
import java.util.Optional;

/** Finds out whom a bearer token stands for. */
@FunctionalInterface
public interface TokenCheck {
    /** Empty when the token is not good for any of the audiences (for this server when none is given). */
    Optional<ServiceAccountTokens.Verified> verify(String token, List<String> audiences);
}
