package io.luban.embeddedkube.request;

import io.luban.embeddedkube.auth.Impersonation;
import io.luban.embeddedkube.auth.User;
import io.luban.embeddedkube.store.StoredObject;
import io.luban.http.FastPath;
import io.luban.http.Headers;
import io.luban.http.Reply;
import io.luban.http.Request;
import io.luban.model.ApiException;
import java.util.Optional;

/**
 * Answers the GET of one object from its stored bytes, without a thread and without parsing, when the caller is known
 * already. Everything that is not plain (refusals included) takes the ordinary way.
 */
final class ApiFastPath implements FastPath {
    private static final Headers JSON = Headers.of("Content-Type", "application/json");

    private final RequestParts parts;

    ApiFastPath(RequestParts parts) {
        this.parts = parts;
    }

    @Override
    public Optional<Reply> attempt(Request request) {
        long begin = System.nanoTime();
        if (parts.settings().audit().isPresent() || !isPlainGet(request)) {
            return Optional.empty();
        }
        try {
            return ApiPath.parse(request.rawPath())
                    .filter(path -> !path.name().isEmpty() && path.subresource().isEmpty() && !path.watchesByPath())
                    .flatMap(path -> answer(request, path))
                    .map(reply -> counted(request, reply, begin));
        } catch (ApiException e) {
            return Optional.empty();
        }
    }

    private Reply counted(Request request, Reply reply, long begin) {
        parts.settings().metrics().count(request, 200, System.nanoTime() - begin);
        return reply;
    }

    private static boolean isPlainGet(Request request) {
        return request.method().equals("GET")
                && request.rawQuery().isEmpty()
                && request.headers().all("Accept").stream().allMatch(MediaChoice::isPlain)
                && !Answers.isPretty(request)
                && !Impersonation.isWanted(request.headers());
    }

    private Optional<Reply> answer(Request request, ApiPath path) {
        var user = parts.identities().authenticator().known(request);
        if (user.isEmpty() || !isPermitted(user.get(), path)) {
            return Optional.empty();
        }
        var type = parts.objects().registry().find(path.group(), path.version(), path.resource());
        if (type.isEmpty()
                || !type.get().conversion().isIdentity()
                || !type.get().warning().isEmpty()
                || !type.get().verbs().contains("get")) {
            return Optional.empty();
        }
        var call = new ResourceCall(request, path, type.get(), user.get(), new Warnings());
        if (type.get().namespaced() && path.namespace().isEmpty()) {
            return Optional.empty();
        }
        var id = parts.settings().ids().uuid();
        return parts.objects()
                .store()
                .get(call.key())
                .filter(StoredObject::isInMemory)
                .filter(type.get().conversion()::keeps)
                .map(object -> new Reply.Content(200, ResponseHeadersFilter.complete(JSON, id), object.json()));
    }

    private boolean isPermitted(User user, ApiPath path) {
        return parts.identities()
                .authorizer()
                .decide(RequestVerb.access(user, "get", path, path.name()))
                .allowed();
    }
}
