package io.luban.standalone.inprocess;

import io.fabric8.kubernetes.client.http.StandardHttpRequest;
import io.luban.http.Headers;
import io.luban.http.LocalRequest;
import io.luban.http.Request;
import io.luban.model.ApiException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** A request of the client with its body at hand, so that it can be handed over, or sent again. */
record SentRequest(StandardHttpRequest head, byte[] body) {
    /** More than any API server takes; keeps a stream without end from filling the memory. */
    private static final int LONGEST_BODY = 64 * 1024 * 1024;

    /** Reads the body, which may be a stream; blocks. */
    static SentRequest read(StandardHttpRequest request) {
        return new SentRequest(request, content(request));
    }

    private static byte[] content(StandardHttpRequest request) {
        return switch (request.body()) {
            case null -> new byte[0];
            case StandardHttpRequest.StringBodyContent text -> text.getContent().getBytes(StandardCharsets.UTF_8);
            case StandardHttpRequest.ByteArrayBodyContent bytes -> bytes.getContent();
            case StandardHttpRequest.InputStreamBodyContent stream -> all(stream);
            default ->
                throw new IllegalStateException(
                        "%s %s has a body of an unknown kind".formatted(request.method(), request.uri()));
        };
    }

    private static byte[] all(StandardHttpRequest.InputStreamBodyContent stream) {
        try (var in = stream.getContent()) {
            var bytes = in.readNBytes(LONGEST_BODY + 1);
            if (bytes.length > LONGEST_BODY) {
                throw ApiException.tooLarge("Request entity too large: limit is " + LONGEST_BODY);
            }
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException("the body of the request cannot be read", e);
        }
    }

    /** The same for a handler in this process. */
    Request local() {
        var uri = head.uri();
        var path = uri.getRawPath();
        var target = path == null || path.isEmpty() ? "/" : path;
        return LocalRequest.of(
                head.method(), uri.getRawQuery() == null ? target : target + "?" + uri.getRawQuery(), fields(), body);
    }

    private Headers fields() {
        var fields = Headers.builder();
        head.headers().forEach((name, values) -> values.forEach(value -> fields.add(name, value)));
        if (head.getContentType() != null) {
            fields.remove("Content-Type").add("Content-Type", head.getContentType());
        }
        return fields.remove("Host").add("Host", head.uri().getAuthority()).build();
    }

    /** The same for the network. */
    StandardHttpRequest repeated() {
        if (head.body() == null) {
            return head;
        }
        var copy = head.newBuilder();
        copy.method(head.method(), head.getContentType(), new ByteArrayInputStream(body), body.length);
        return copy.build();
    }
}
