package io.luban.embeddedkube.request;

import io.luban.http.Handler;
import io.luban.http.Reply;
import io.luban.http.Request;
import java.util.List;

/** The last stage: what other servers serve, resources, then the other endpoints, then 404. */
final class ApiHandler implements Handler {
    private final ResourceHandler resources;
    private final List<Endpoint> endpoints;
    private final Delegate delegate;

    ApiHandler(ResourceHandler resources, List<Endpoint> endpoints, Delegate delegate) {
        this.resources = resources;
        this.endpoints = endpoints;
        this.delegate = delegate;
    }

    @Override
    public Reply handle(Request request) {
        var delegated = delegate.answer(request, AuthenticationFilter.userOf(request));
        if (delegated.isPresent()) {
            return delegated.get();
        }
        var path = request.attribute(AuthorizationFilter.PATH);
        if (path.isPresent()) {
            return resources.handle(request, path.get(), AuthenticationFilter.userOf(request));
        }
        for (var endpoint : endpoints) {
            var reply = endpoint.answer(request);
            if (reply.isPresent()) {
                return reply.get();
            }
        }
        return Answers.pageNotFound();
    }
}
