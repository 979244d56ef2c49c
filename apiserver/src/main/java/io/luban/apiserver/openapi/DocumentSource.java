package io.luban.apiserver.openapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.apiserver.endpoint.Endpoint;
import io.luban.apiserver.endpoint.Forwarding;
import io.luban.http.Headers;
import io.luban.http.UpstreamClient;
import io.luban.http.UpstreamClient.Call;
import io.luban.model.Json;
import io.luban.model.ParseException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;

/** Fetches what a backend publishes about itself. */
record DocumentSource(Forwarding forwarding, UpstreamClient client) {
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final long LARGEST = 32L * 1024 * 1024;
    private static final int MOST_PARTS = 500;

    /** The document; empty when the backend publishes none. Throws {@link UncheckedIOException} when asking again may help. */
    Optional<ObjectNode> fetch(Endpoint endpoint, Generation generation) {
        var document = get(endpoint, endpoint.prefix() + generation.path());
        return generation == Generation.V3 && document.isPresent() && isIndex(document.get())
                ? Optional.of(collected(endpoint, document.get()))
                : document;
    }

    /** Kubernetes publishes version 3 as an index of one document per group and version. */
    private static boolean isIndex(ObjectNode document) {
        var paths = document.path("paths");
        return !paths.isEmpty() && paths.iterator().next().has("serverRelativeURL");
    }

    private ObjectNode collected(Endpoint endpoint, ObjectNode index) {
        var merge = new DocumentMerge(Generation.V3, Json.object());
        int parts = 0;
        for (var part : index.path("paths")) {
            if (parts++ == MOST_PARTS) {
                break;
            }
            var target = part.path("serverRelativeURL").asText("");
            if (target.startsWith("/")) {
                get(endpoint, endpoint.prefix() + target).ifPresent(merge::add);
            }
        }
        return merge.result();
    }

    private Optional<ObjectNode> get(Endpoint endpoint, String target) {
        var way = forwarding.way(endpoint, Headers.of("Accept", "application/json"));
        if (way.isEmpty()) {
            throw new UncheckedIOException(new IOException("the service has no ready endpoint"));
        }
        var call = Call.get(way.get().prefix() + target, way.get().headers());
        var answer = client.call(way.get().upstream(), call, DEADLINE, LARGEST);
        if (answer.status() >= 500) {
            throw new UncheckedIOException(new IOException("status " + answer.status()));
        }
        if (answer.status() != 200) {
            return Optional.empty();
        }
        try {
            return Optional.of(Json.parseObject(answer.body()));
        } catch (ParseException e) {
            return Optional.empty();
        }
    }
}
