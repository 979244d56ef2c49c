package io.luban.embeddedkube.request;

import io.luban.embeddedkube.audit.AuditNotes;
import io.luban.embeddedkube.auth.Authenticator;
import io.luban.embeddedkube.auth.Impersonation;
import io.luban.embeddedkube.auth.User;
import io.luban.http.Attribute;
import io.luban.http.Filter;
import io.luban.http.Handler;
import io.luban.http.Reply;
import io.luban.http.Request;

/** Finds out who sends the request and as whom; 401 for bad credentials, 403 for impersonation without a right to it. */
final class AuthenticationFilter implements Filter {
    /** The identity later stages go by. */
    static final Attribute<User> USER = Attribute.of("user", User.class);

    private final Authenticator authenticator;
    private final Impersonation impersonation;

    AuthenticationFilter(Authenticator authenticator, Impersonation impersonation) {
        this.authenticator = authenticator;
        this.impersonation = impersonation;
    }

    @Override
    public Reply apply(Request request, Handler next) {
        var caller = authenticator.authenticate(request);
        AuditNotes.of(request, notes -> notes.caller(caller));
        var user = impersonation.apply(caller, request.headers());
        if (!user.equals(caller)) {
            AuditNotes.of(request, notes -> notes.impersonates(user));
        }
        return next.handle(request.with(USER, user));
    }

    /** The identity found for a request that passed this stage. */
    static User userOf(Request request) {
        return request.attribute(USER).orElse(User.ANONYMOUS);
    }
}
