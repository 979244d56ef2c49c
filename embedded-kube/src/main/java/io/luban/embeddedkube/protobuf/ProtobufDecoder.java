package io.luban.embeddedkube.protobuf;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.schema.SchemaLibrary;
import io.luban.model.ApiException;
import io.luban.model.GroupVersionKind;
import io.luban.model.Json;
import io.luban.model.ParseException;

/**
 * Decodes request bodies of type {@code application/vnd.kubernetes.protobuf}: four magic bytes, an envelope that names
 * the type, and the object's own message. Safe for use from any thread.
 */
public final class ProtobufDecoder {
    private static final byte[] MAGIC = {'k', '8', 's', 0};

    private final SchemaLibrary library;
    private final MessageDecoder messages;

    /** A decoder for the kinds of the library. */
    public ProtobufDecoder(SchemaLibrary library) {
        this.library = library;
        this.messages = new MessageDecoder(library);
    }

    /** Whether the bytes begin like a protobuf body. */
    public static boolean isProtobuf(byte[] body) {
        if (body.length < MAGIC.length) {
            return false;
        }
        for (int i = 0; i < MAGIC.length; i++) {
            if (body[i] != MAGIC[i]) {
                return false;
            }
        }
        return true;
    }

    /**
     * The object as JSON, {@code apiVersion} and {@code kind} included. Whatever does not follow the format is a 400
     * {@link ApiException}; nothing is ever half decoded.
     */
    public ObjectNode decode(byte[] body) {
        if (!isProtobuf(body)) {
            throw ApiException.badRequest(
                    "provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]");
        }
        try {
            return open(new WireReader(body, MAGIC.length));
        } catch (ParseException e) {
            throw ApiException.badRequest("the object provided is unrecognized: " + e.getMessage());
        }
    }

    private ObjectNode open(WireReader envelope) {
        var apiVersion = "";
        var kind = "";
        var raw = new byte[0];
        while (envelope.next()) {
            switch (envelope.field()) {
                case 1 -> {
                    var type = envelope.message();
                    while (type.next()) {
                        switch (type.field()) {
                            case 1 -> apiVersion = type.text();
                            case 2 -> kind = type.text();
                            default -> type.skip();
                        }
                    }
                }
                case 2 -> raw = envelope.delimited();
                default -> envelope.skip();
            }
        }
        return object(apiVersion, kind, raw);
    }

    private ObjectNode object(String apiVersion, String kind, byte[] raw) {
        var type = library.typeName(GroupVersionKind.of(apiVersion, kind))
                .orElseThrow(() -> new ParseException(
                        "no kind \"%s\" is registered for version \"%s\"".formatted(kind, apiVersion)));
        var result = Json.object().put("apiVersion", apiVersion).put("kind", kind);
        messages.decode(new WireReader(raw, 0), type, result);
        return result;
    }
}
