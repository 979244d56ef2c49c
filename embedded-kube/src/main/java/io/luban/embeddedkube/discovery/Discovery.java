package io.luban.embeddedkube.discovery;

import io.luban.embeddedkube.registry.Registry;
import io.luban.http.Headers;
import io.luban.http.Reply;
import io.luban.http.Request;
import io.luban.model.ApiException;
import io.luban.model.Json;
import java.util.Optional;

/** Answers {@code /}, {@code /api}, {@code /apis} and the documents of groups and group versions. Safe for use from any thread. */
public final class Discovery {
    private final Registry registry;
    private final RemoteGroups remotes;
    private volatile DiscoveryState state;

    private Discovery(Registry registry, RemoteGroups remotes) {
        this.registry = registry;
        this.remotes = remotes;
        this.state = DiscoveryState.of(registry, remotes);
    }

    /** Discovery of what the registry serves at the time of each request. */
    public static Discovery of(Registry registry) {
        return new Discovery(registry, RemoteGroups.NONE);
    }

    /** The same with what other servers serve through this one. */
    public static Discovery of(Registry registry, RemoteGroups remotes) {
        return new Discovery(registry, remotes);
    }

    /** The answer, empty when the path is none of discovery or names a group or version that is not served. */
    public Optional<Reply> answer(Request request) {
        var path = withoutTrailingSlash(request.path());
        if (!path.isEmpty()
                && !path.equals("/api")
                && !path.equals("/apis")
                && !path.startsWith("/api/")
                && !path.startsWith("/apis/")) {
            return Optional.empty();
        }
        var document = document(request, path);
        if (document.isPresent()
                && !request.method().equals("GET")
                && !request.method().equals("HEAD")) {
            throw ApiException.methodNotAllowed();
        }
        return document;
    }

    private Optional<Reply> document(Request request, String path) {
        var current = current();
        if (path.isEmpty()) {
            return Optional.of(plain(current.root()));
        }
        if (!path.equals("/api") && !path.equals("/apis")) {
            return current.legacy(path).map(Discovery::plain);
        }
        return Optional.of(
                switch (DiscoveryForm.of(request)) {
                    case LEGACY -> legacyRoot(request, current, path);
                    case AGGREGATED_V2 -> tagged(request, DiscoveryForm.AGGREGATED_V2, current.aggregated(path, "v2"));
                    case AGGREGATED_V2BETA1 ->
                        tagged(request, DiscoveryForm.AGGREGATED_V2BETA1, current.aggregated(path, "v2beta1"));
                });
    }

    private static Reply legacyRoot(Request request, DiscoveryState current, String path) {
        var body =
                path.equals("/api") ? Json.bytes(LegacyDocuments.versions(request.authority())) : current.groupList();
        return new Reply.Content(200, Headers.of("Content-Type", "application/json", "Vary", "Accept"), body);
    }

    private static Reply tagged(Request request, DiscoveryForm form, DiscoveryState.Tagged document) {
        var headers = Headers.of(
                "Content-Type",
                form.contentType(),
                "ETag",
                document.etag(),
                "Cache-Control",
                "public",
                "Vary",
                "Accept");
        boolean isKnown = request.headers().all("If-None-Match").stream()
                .anyMatch(value -> value.equals("*") || value.contains(document.etag()));
        return isKnown
                ? new Reply.Content(304, headers.without("Content-Type"), new byte[0])
                : new Reply.Content(200, headers, document.body());
    }

    private static Reply plain(byte[] body) {
        return Reply.json(200, body);
    }

    private DiscoveryState current() {
        var known = state;
        if (known.generation() != registry.generation() || known.remoteGeneration() != remotes.generation()) {
            known = DiscoveryState.of(registry, remotes);
            state = known;
        }
        return known;
    }

    private static String withoutTrailingSlash(String path) {
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }
}
