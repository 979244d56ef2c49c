package io.luban.apiserver.image;

import io.luban.apiserver.content.EntityTags;
import io.luban.apiserver.pipeline.ErrorResponses;
import io.luban.apiserver.pipeline.Exchange;
import io.luban.apiserver.router.Route;
import io.luban.http.Headers;
import io.luban.http.Reply;
import io.luban.kube.KubeRest;
import io.luban.model.ApiException;
import io.luban.model.Json;
import java.net.URLConnection;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;

/** {@code /static/images}: takes pictures of administrators and shows them to everybody, the login page included. */
public final class ImagesApi {
    private static final String PATH = "/static/images";
    private static final String FIELD = "image";
    private static final long MOST_BYTES = 2L * 1024 * 1024;
    private static final Duration KEPT = Duration.ofDays(1);
    private static final String NO_SCRIPTS = "sandbox; default-src 'none'; style-src 'unsafe-inline'";

    private final ImageStore store;
    private final Clock clock;

    /**
     * Keeps pictures by {@code kube}.
     *
     * @param namespace of the platform's own objects
     */
    public ImagesApi(KubeRest kube, String namespace, Clock clock) {
        store = new ImageStore(kube, namespace);
        this.clock = clock;
    }

    /** The routes. */
    public List<Route> routes() {
        return List.of(
                Route.blocking("POST", PATH, this::upload).described("NonResource APIs", "Stores a picture."),
                Route.blocking("GET", PATH + "/*", this::show).described("NonResource APIs", "A stored picture."));
    }

    private Reply upload(Exchange exchange) {
        var request = exchange.request();
        byte[] body;
        try {
            body = request.body(MOST_BYTES);
        } catch (ApiException e) {
            if (e.code() != 413) {
                throw e;
            }
            return ErrorResponses.text(400, "the upload is larger than 2 MiB");
        }
        var part = FormPart.find(FIELD, request.header("Content-Type").orElse(""), body);
        if (part.isEmpty()) {
            return ErrorResponses.text(400, "the request is no form with a file in the field " + FIELD);
        }
        var named = ImageType.ofFile(part.get().fileName());
        var type = named.or(() -> ImageType.ofMediaType(part.get().mediaType()));
        if (type.isEmpty() || isNamedOtherwise(part.get(), named)) {
            return ErrorResponses.text(
                    400, "the file is none of image/png, image/jpeg, image/svg+xml and image/x-icon");
        }
        var ending = named.isPresent()
                ? ImageType.ending(part.get().fileName())
                : type.get().usualEnding();
        var file = store.put(part.get().content(), ending);
        return Reply.json(200, Json.bytes(Json.object().put(FIELD, file)));
    }

    /** An ending that tells another type counts more than what the client says beside it. */
    private static boolean isNamedOtherwise(FormPart part, Optional<ImageType> named) {
        return named.isEmpty()
                && URLConnection.guessContentTypeFromName("x" + ImageType.ending(part.fileName())) != null;
    }

    private Reply show(Exchange exchange) {
        var file = exchange.info().path().substring(PATH.length() + 1);
        var type = ImageType.ofFile(file);
        var image = type.flatMap(known -> store.find(file));
        if (image.isEmpty()) {
            return ErrorResponses.text(404, "image not found");
        }
        var tag = "\"" + file + "\"";
        var headers = Headers.builder()
                .add("Content-Type", type.orElseThrow().mediaType())
                .add("ETag", tag)
                .add("Cache-Control", "public, max-age=" + KEPT.toSeconds())
                .add(
                        "Expires",
                        DateTimeFormatter.RFC_1123_DATE_TIME.format(
                                clock.instant().plus(KEPT).atOffset(ZoneOffset.UTC)))
                .add("X-Content-Type-Options", "nosniff");
        if (type.orElseThrow().isActive()) {
            headers.add("Content-Security-Policy", NO_SCRIPTS);
        }
        return EntityTags.hold(exchange.request(), tag)
                ? new Reply.Content(304, headers.build(), new byte[0])
                : new Reply.Content(200, headers.build(), image.get());
    }
}
