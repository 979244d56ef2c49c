package io.luban.apiserver.authorization;

import io.luban.apiserver.pipeline.ErrorResponses;
import io.luban.apiserver.pipeline.Exchange;
import io.luban.apiserver.pipeline.RequestInfo;
import io.luban.apiserver.pipeline.Stage;
import io.luban.apiserver.pipeline.Step;
import io.luban.apiserver.pipeline.User;
import io.luban.model.Status;
import java.util.List;

/** Lets through what the authorizer allows and answers 403 to the rest. Relies on request info and authentication. */
public final class AuthorizationFilter implements Stage {
    private final Authorizer authorizer;

    /** Asks the authorizer about every request. */
    public AuthorizationFilter(Authorizer authorizer) {
        this.authorizer = authorizer;
    }

    @Override
    public Step attempt(Exchange exchange) {
        var decision = authorizer.decide(exchange.user(), exchange.info());
        if (decision.allowed()) {
            return Step.next(exchange);
        }
        var status = forbidden(exchange.user(), exchange.info(), decision.reason());
        return Step.answer(ErrorResponses.refusal(exchange.request(), status));
    }

    /** The refusal in Kubernetes' words; clients and people know them. */
    static Status forbidden(User user, RequestInfo request, String reason) {
        var because = reason.isEmpty() ? "" : ": " + reason;
        if (!request.isResourceRequest()) {
            var message = "forbidden: User \"%s\" cannot %s path \"%s\"%s"
                    .formatted(user.name(), request.verb(), request.path(), because);
            return Status.of(403, "Forbidden", message);
        }
        var qualified =
                request.apiGroup().isEmpty() ? request.resource() : request.resource() + "." + request.apiGroup();
        var named = request.name().isEmpty() ? "" : "\"%s\" ".formatted(request.name());
        var resource =
                request.subresource().isEmpty() ? request.resource() : request.resource() + "/" + request.subresource();
        var where = request.namespace().isEmpty()
                ? "at the cluster scope"
                : "in the namespace \"%s\"".formatted(request.namespace());
        var message = "%s %sis forbidden: User \"%s\" cannot %s resource \"%s\" in API group \"%s\" %s%s"
                .formatted(qualified, named, user.name(), request.verb(), resource, request.apiGroup(), where, because);
        var details = new Status.Details(request.name(), request.apiGroup(), request.resource(), "", List.of(), 0);
        return new Status(403, "Forbidden", message, details);
    }
}
