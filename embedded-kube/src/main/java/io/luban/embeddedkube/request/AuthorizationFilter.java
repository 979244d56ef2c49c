package io.luban.embeddedkube.request;

import io.luban.embeddedkube.audit.AuditNotes;
import io.luban.embeddedkube.auth.AccessRefusal;
import io.luban.embeddedkube.auth.Authorizer;
import io.luban.http.Attribute;
import io.luban.http.Filter;
import io.luban.http.Handler;
import io.luban.http.Reply;
import io.luban.http.Request;

/** Refuses with 403 what the user found by authentication may not do; leaves the parsed path to the handler. */
final class AuthorizationFilter implements Filter {
    /** The path, present on requests for resources. */
    static final Attribute<ApiPath> PATH = Attribute.of("api-path", ApiPath.class);

    private final Authorizer authorizer;

    AuthorizationFilter(Authorizer authorizer) {
        this.authorizer = authorizer;
    }

    @Override
    public Reply apply(Request request, Handler next) {
        var user = AuthenticationFilter.userOf(request);
        var path = ApiPath.parse(request.rawPath());
        var access = path.map(parsed -> RequestVerb.access(user, request, parsed))
                .orElseGet(() -> RequestVerb.access(user, request));
        var decision = authorizer.decide(access);
        AuditNotes.of(request, notes -> notes.decided(decision.allowed(), decision.reason()));
        if (!decision.allowed()) {
            throw AccessRefusal.of(access, decision.reason());
        }
        return next.handle(path.map(parsed -> request.with(PATH, parsed)).orElse(request));
    }
}
