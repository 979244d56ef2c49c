package io.luban.embeddedkube.request;

import io.luban.http.Handler;
import io.luban.http.Reply;
import io.luban.http.Request;
import java.util.List;

/** The last stage: resources, then the other endpoints, then 404. */
final class ApiHandler implements Handler {
    private final ResourceHandler resources;
    private final List<Endpoint> endpoints;

    ApiHandler(ResourceHandler resources, List<Endpoint> endpoints) {
        this.resources = resources;
        this.endpoints = endpoints;
    }

    @Override
    public Reply handle(Request request) {
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
