package io.luban.embeddedkube.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.audit.AuditNotes;
import io.luban.embeddedkube.registry.ResourceType;
import io.luban.http.Request;
import io.luban.model.ApiException;
import io.luban.model.Json;
import io.luban.model.ParseException;
import io.luban.model.Yaml;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** Reads request bodies in the media types that writes come in. */
final class RequestBody {
    private static final String UNKNOWN_FORMAT =
            "the body of the request was in an unknown format - accepted media types include: application/json,"
                    + " application/yaml, application/vnd.kubernetes.protobuf";

    private final long limitBytes;
    private final Function<byte[], ObjectNode> protobuf;

    /** An object together with what is to be said about members that stand twice in it. */
    record Parsed(ObjectNode object, List<String> duplicates) {}

    /** Bodies of at most {@code limitBytes}; {@code protobuf} decodes the Kubernetes envelope. */
    RequestBody(long limitBytes, Function<byte[], ObjectNode> protobuf) {
        this.limitBytes = limitBytes;
        this.protobuf = protobuf;
    }

    /** The bytes as sent. */
    byte[] bytes(Request request) {
        var bytes = request.body(limitBytes);
        AuditNotes.of(request, notes -> notes.body(bytes, mediaType(request)));
        return bytes;
    }

    /** The object of a create or update. */
    Parsed object(Request request, ResourceType type) {
        var duplicates = new ArrayList<String>();
        var node = parse(request, type, duplicates::add);
        if (node instanceof ObjectNode object) {
            return new Parsed(object, duplicates);
        }
        throw unrecognized(type, "json: cannot unmarshal " + word(node) + " into Go value of type struct");
    }

    /** The options of a deletion; empty when the body is. */
    Optional<ObjectNode> options(Request request) {
        var bytes = bytes(request);
        if (bytes.length == 0) {
            return Optional.empty();
        }
        var type = mediaType(request);
        var node = type.equals("application/vnd.kubernetes.protobuf") ? protobuf.apply(bytes) : parseText(type, bytes);
        return Optional.of(DeletionBody.of(node));
    }

    /** Media type of the body in lower case without parameters; empty when none is given. */
    static String mediaType(Request request) {
        var value = request.header("Content-Type").orElse("");
        int semicolon = value.indexOf(';');
        return (semicolon < 0 ? value : value.substring(0, semicolon)).strip().toLowerCase(Locale.ROOT);
    }

    private JsonNode parse(Request request, ResourceType type, Consumer<String> duplicate) {
        var mediaType = mediaType(request);
        var bytes = bytes(request);
        if (mediaType.equals("application/vnd.kubernetes.protobuf") && !type.custom()) {
            return protobuf.apply(bytes);
        }
        try {
            return switch (mediaType) {
                case "", "application/json" -> json(bytes, duplicate);
                case "application/yaml" -> Yaml.parseReportingDuplicates(text(bytes), duplicate);
                default -> throw ApiException.unsupportedMediaType(UNKNOWN_FORMAT);
            };
        } catch (ParseException e) {
            throw unrecognized(type, String.valueOf(e.getMessage()));
        }
    }

    /** A JSON text; every member that stands twice is reported as {@code duplicate field "a.b"}. */
    static JsonNode json(byte[] bytes, Consumer<String> duplicate) {
        return Json.parseReportingDuplicates(
                Json.withoutHalfCharacters(bytes), path -> duplicate.accept("duplicate field \"" + path + "\""));
    }

    private static JsonNode parseText(String mediaType, byte[] bytes) {
        try {
            return switch (mediaType) {
                case "", "application/json" -> Json.parse(Json.withoutHalfCharacters(bytes));
                case "application/yaml" -> Yaml.parse(text(bytes));
                default -> throw ApiException.unsupportedMediaType(UNKNOWN_FORMAT);
            };
        } catch (ParseException e) {
            throw ApiException.badRequest("couldn't get version/kind; " + e.getMessage());
        }
    }

    /** The text of a YAML body; throws {@link ParseException} when it is not UTF-8. */
    static String text(byte[] bytes) {
        try {
            var whole = Json.withoutHalfCharacters(bytes);
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(whole))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new ParseException("yaml: the text is not UTF-8");
        }
    }

    private static ApiException unrecognized(ResourceType type, String reason) {
        return ApiException.badRequest(
                "the object provided is unrecognized (must be of type %s): couldn't get version/kind; json parse error: %s"
                        .formatted(type.kind().kind(), reason));
    }

    private static String word(JsonNode node) {
        return node.getNodeType().name().toLowerCase(Locale.ROOT);
    }
}
