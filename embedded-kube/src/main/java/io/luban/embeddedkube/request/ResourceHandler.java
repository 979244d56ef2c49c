package io.luban.embeddedkube.request;

import io.luban.embeddedkube.auth.User;
import io.luban.embeddedkube.registry.Registry;
import io.luban.embeddedkube.registry.ResourceType;
import io.luban.http.Reply;
import io.luban.http.Request;
import io.luban.model.ApiException;
import java.util.Optional;

/** Finds the resource a path names and hands the request to the verb it asks for. */
final class ResourceHandler {
    private final Registry registry;
    private final Verbs verbs;
    private final Connections connections;
    private final ProtobufAnswers protobuf;

    record Verbs(ReadVerbs reads, WriteVerbs writes, PatchVerb patches, DeleteVerbs deletes) {}

    ResourceHandler(Registry registry, Verbs verbs, Connections connections, ProtobufAnswers protobuf) {
        this.registry = registry;
        this.verbs = verbs;
        this.connections = connections;
        this.protobuf = protobuf;
    }

    Reply handle(Request request, ApiPath path, User user) {
        var type = registry.find(path.group(), path.version(), path.resource());
        if (type.isEmpty()) {
            return unknown(path);
        }
        var warnings = new Warnings();
        var call = new ResourceCall(request, path, type.get(), user, warnings);
        if (!type.get().warning().isEmpty()) {
            warnings.accept(type.get().warning());
        }
        try {
            var reply = inAcceptedForm(call);
            if (!type.get().conversion().warning().isEmpty()) {
                warnings.accept(type.get().conversion().warning());
            }
            return withWarnings(reply, warnings);
        } catch (ApiException e) {
            // Warnings belong to refused requests as well.
            return withWarnings(Reply.of(e.status()), warnings);
        }
    }

    private Reply unknown(ApiPath path) {
        boolean isKnownVersion = registry.all().stream()
                .anyMatch(type -> type.kind().group().equals(path.group())
                        && type.kind().version().equals(path.version()));
        if (isKnownVersion) {
            throw ApiException.noSuchResource();
        }
        return Answers.pageNotFound();
    }

    private Reply inAcceptedForm(ResourceCall call) {
        return !call.type().custom() && MediaChoice.isProtobufAlone(call.request())
                ? protobuf.recoded(answer(ProtobufAnswers.inJson(call)))
                : answer(call);
    }

    private Reply answer(ResourceCall call) {
        var verb = RequestVerb.of(call.request(), call.path());
        checkServed(call, verb);
        if (connections.serve(call)) {
            return connections.connect(call, verb);
        }
        call.type()
                .subresource(call.path().subresource())
                .ifPresent(part -> requireVerb(part.verbs().contains(verb)));
        return switch (verb) {
            case "get" -> verbs.reads.get(call);
            case "list" -> verbs.reads.list(call);
            case "watch" -> verbs.reads.watch(call);
            case "create" -> verbs.writes.create(call);
            case "update" -> verbs.writes.update(call);
            case "patch" -> verbs.patches.patch(call);
            case "delete" -> verbs.deletes.delete(call);
            case "deletecollection" -> verbs.deletes.deleteCollection(call);
            default -> throw ApiException.methodNotAllowed();
        };
    }

    private static void checkServed(ResourceCall call, String verb) {
        var type = call.type();
        var path = call.path();
        boolean isCollection = path.name().isEmpty();
        if (!type.namespaced()
                && !path.namespace().isEmpty()
                && !path.resource().equals("namespaces")) {
            throw ApiException.noSuchResource();
        }
        if (type.namespaced() && path.namespace().isEmpty()) {
            if (!isCollection) {
                throw ApiException.noSuchResource();
            }
            if (!verb.equals("list") && !verb.equals("watch")) {
                throw ApiException.methodNotAllowed();
            }
        }
        if ((verb.equals("update") || verb.equals("patch")) && isCollection) {
            throw ApiException.methodNotAllowed();
        }
        if (path.subresource().isEmpty()) {
            requireVerb(type.verbs().contains(verb));
            return;
        }
        Optional<ResourceType.Subresource> subresource = type.subresource(path.subresource());
        if (subresource.isEmpty()) {
            throw ApiException.noSuchResource();
        }
    }

    private static void requireVerb(boolean isServed) {
        if (!isServed) {
            throw ApiException.methodNotAllowed();
        }
    }

    private static Reply withWarnings(Reply reply, Warnings warnings) {
        return warnings.isEmpty() ? reply : new Reply.Edited(reply, warnings::addTo);
    }
}
