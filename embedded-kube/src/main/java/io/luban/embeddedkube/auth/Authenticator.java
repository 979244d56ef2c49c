package io.luban.embeddedkube.auth;

import io.luban.http.Attribute;
import io.luban.http.Request;
import java.util.Optional;

/** Finds out who sends a request. */
public interface Authenticator {
    /** Identity of a caller in the same process; nothing that comes over the network can carry it. */
    Attribute<User> TRUSTED_USER = Attribute.of("trusted-user", User.class);

    /** The caller, {@link User#ANONYMOUS} when no credentials came along; 401 when they are not good. */
    User authenticate(Request request);

    /** The caller if that is known without any cryptography; never blocks. */
    Optional<User> known(Request request);
}
