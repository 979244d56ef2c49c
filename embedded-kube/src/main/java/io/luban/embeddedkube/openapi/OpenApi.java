package io.luban.embeddedkube.openapi;

import io.luban.embeddedkube.registry.Registry;
import io.luban.embeddedkube.schema.SchemaLibrary;
import io.luban.http.Headers;
import io.luban.http.Reply;
import io.luban.http.Request;
import io.luban.model.ApiException;
import io.luban.model.Json;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;

/** Answers {@code /openapi/v3} and below and {@code /openapi/v2}. Safe for use from any thread. */
public final class OpenApi {
    private static final String INDEX = "/openapi/v3";
    private static final String V2 = "/openapi/v2";
    private static final Duration FOREVER = Duration.ofDays(365);
    private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private final Registry registry;
    private final RemoteDocuments remotes;
    private final Clock clock;
    private volatile OpenApiState state;

    private OpenApi(Registry registry, RemoteDocuments remotes, SchemaLibrary library, Clock clock) {
        this.registry = registry;
        this.remotes = remotes;
        this.clock = clock;
        this.state = OpenApiState.of(registry, remotes, library);
    }

    /** Documents of what the registry serves at the time of each request; they are made when first asked for. */
    public static OpenApi of(Registry registry, SchemaLibrary library, Clock clock) {
        return new OpenApi(registry, RemoteDocuments.NONE, library, clock);
    }

    /** The same with documents of servers behind this one. */
    public static OpenApi of(Registry registry, RemoteDocuments remotes, SchemaLibrary library, Clock clock) {
        return new OpenApi(registry, remotes, library, clock);
    }

    /** The answer, empty when the path is none of OpenAPI or names a group version that is not served. */
    public Optional<Reply> answer(Request request) {
        var path = request.path();
        if (!path.equals(INDEX) && !path.equals(V2) && !path.startsWith(INDEX + "/")) {
            return Optional.empty();
        }
        if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
            throw ApiException.methodNotAllowed();
        }
        if (path.equals(INDEX)) {
            return Optional.of(index());
        }
        return path.equals(V2) ? Optional.of(swagger(request)) : document(request, path.substring(INDEX.length() + 1));
    }

    private Reply index() {
        // The reference server labels this document as text; clients that check rely on nothing better.
        var headers = Headers.of("Content-Type", "text/plain; charset=utf-8");
        return new Reply.Content(200, headers, Json.bytes(current().index()));
    }

    private Optional<Reply> document(Request request, String groupVersion) {
        var found = current().document(groupVersion);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        if (Accepted.first(request).equals(Accepted.PROTOBUF)) {
            throw ApiException.notAcceptable("application/json");
        }
        var document = found.get();
        var wanted = request.query("hash");
        if (wanted.isPresent() && !wanted.get().equals(document.hash())) {
            return Optional.of(Reply.redirect(301, OpenApiState.url(groupVersion, document.hash())));
        }
        var headers =
                Headers.of("Content-Type", "application/json", "ETag", "\"" + document.hash() + "\"", "Vary", "Accept");
        var cached = wanted.isPresent()
                ? headers.plus("Cache-Control", "public, immutable")
                        .plus("Expires", HTTP_DATE.format(clock.instant().plus(FOREVER)))
                : headers.plus("Cache-Control", "no-cache, private");
        return Optional.of(send(request, document, cached));
    }

    private Reply swagger(Request request) {
        var accepted = Accepted.first(request);
        if (accepted.startsWith(Accepted.PROTOBUF_V2_PREFIX)) {
            // An empty message is a valid document: clients that insist on this form then check nothing themselves.
            return new Reply.Content(200, Headers.of("Content-Type", Accepted.PROTOBUF_V2), new byte[0]);
        }
        if (accepted.isEmpty()) {
            throw ApiException.notAcceptable("application/json");
        }
        var document = current().swagger();
        var headers =
                Headers.of("Content-Type", "application/json", "ETag", "\"" + document.hash() + "\"", "Vary", "Accept");
        return send(request, document, headers);
    }

    private static Reply send(Request request, PackedDocument document, Headers headers) {
        boolean isKnown =
                request.headers().all("If-None-Match").stream().anyMatch(value -> value.contains(document.hash()));
        if (isKnown) {
            return new Reply.Content(304, headers.without("Content-Type"), new byte[0]);
        }
        boolean takesGzip = request.headers().all("Accept-Encoding").stream().anyMatch(value -> value.contains("gzip"));
        return takesGzip
                ? new Reply.Content(200, headers.plus("Content-Encoding", "gzip"), document.packed())
                : new Reply.Content(200, headers, document.unpacked());
    }

    private OpenApiState current() {
        var known = state;
        if (known.generation() != registry.generation() || known.remoteGeneration() != remotes.generation()) {
            known = known.next(registry, remotes);
            state = known;
        }
        return known;
    }
}
