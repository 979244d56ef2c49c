package io.luban.embeddedkube.protobuf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.schema.SchemaLibrary;
import io.luban.model.GroupVersionKind;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Encodes built-in objects, lists and watch events as {@code application/vnd.kubernetes.protobuf} for clients that accept
 * nothing else. Safe for use from any thread.
 */
public final class ProtobufEncoder {
    private static final byte[] MAGIC = {'k', '8', 's', 0};
    private static final String META_V1 = "io.k8s.apimachinery.pkg.apis.meta.v1.";
    private static final String LIST = "List";

    private final SchemaLibrary library;
    private final MessageEncoder messages;

    /** An encoder for the kinds of the library. */
    public ProtobufEncoder(SchemaLibrary library) {
        this.library = library;
        this.messages = new MessageEncoder(library);
    }

    /** The object, or list, in its envelope; empty when its kind has no protobuf form. */
    public Optional<byte[]> encode(ObjectNode object) {
        var kind = GroupVersionKind.of(
                object.path("apiVersion").asText(), object.path("kind").asText());
        return message(kind, object).map(message -> envelope(kind, message));
    }

    /** One frame of a watch: its length and the event; empty when the object's kind has no protobuf form. */
    public Optional<byte[]> frame(JsonNode event) {
        return event.path("object") instanceof ObjectNode object
                ? encode(object).map(encoded -> frame(event.path("type").asText(), encoded))
                : Optional.empty();
    }

    private Optional<WireWriter> message(GroupVersionKind kind, ObjectNode object) {
        if (kind.equals(new GroupVersionKind("", "v1", "Status"))) {
            return Optional.of(messages.encode(META_V1 + "Status", object));
        }
        if (object.path("items").isArray() && kind.kind().endsWith(LIST)) {
            var name = kind.kind().substring(0, kind.kind().length() - LIST.length());
            return library.typeName(new GroupVersionKind(kind.group(), kind.version(), name))
                    .map(type -> list(type, object));
        }
        return library.typeName(kind).map(type -> messages.encode(type, object));
    }

    /** Every list has its metadata in the first field and its items in the second. */
    private WireWriter list(String type, ObjectNode list) {
        var out = new WireWriter();
        out.message(1, messages.encode(META_V1 + "ListMeta", list.path("metadata")));
        list.path("items").forEach(item -> out.message(2, messages.encode(type, item)));
        return out;
    }

    private static byte[] envelope(GroupVersionKind kind, WireWriter message) {
        var type = new WireWriter();
        type.text(1, kind.apiVersion());
        type.text(2, kind.kind());
        var out = new WireWriter();
        out.raw(MAGIC, MAGIC.length);
        out.message(1, type);
        out.message(2, message);
        return out.toBytes();
    }

    private static byte[] frame(String eventType, byte[] object) {
        var raw = new WireWriter();
        raw.delimited(1, object);
        var event = new WireWriter();
        event.text(1, eventType);
        event.message(2, raw);
        var bytes = event.toBytes();
        return ByteBuffer.allocate(Integer.BYTES + bytes.length)
                .putInt(bytes.length)
                .put(bytes)
                .array();
    }
}
