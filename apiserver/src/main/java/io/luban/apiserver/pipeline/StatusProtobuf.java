package io.luban.apiserver.pipeline;

import io.luban.model.Status;
import io.luban.model.StatusCause;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** A Status in the protobuf form of Kubernetes: four bytes of magic, an envelope that names the type, the message. */
final class StatusProtobuf {
    private static final byte[] MAGIC = {'k', '8', 's', 0};
    private static final int VARINT = 0;
    private static final int BYTES = 2;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private StatusProtobuf() {}

    static byte[] of(Status status) {
        var type = new StatusProtobuf().text(1, "v1").text(2, "Status");
        var envelope = new StatusProtobuf()
                .message(1, type)
                .message(2, message(status))
                .text(3, "")
                .text(4, "");
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(MAGIC);
        bytes.writeBytes(envelope.out.toByteArray());
        return bytes.toByteArray();
    }

    private static StatusProtobuf message(Status status) {
        return new StatusProtobuf()
                .message(1, new StatusProtobuf())
                .text(2, "Failure")
                .text(3, status.message())
                .text(4, status.reason())
                .message(5, details(status.details()))
                .number(6, status.code());
    }

    private static StatusProtobuf details(Status.Details details) {
        var message = new StatusProtobuf()
                .text(1, details.name())
                .text(2, details.group())
                .text(3, details.kind());
        details.causes().forEach(cause -> message.message(4, cause(cause)));
        return message.number(5, details.retryAfterSeconds()).text(6, details.uid());
    }

    private static StatusProtobuf cause(StatusCause cause) {
        return new StatusProtobuf()
                .text(1, cause.reason())
                .text(2, cause.message())
                .text(3, cause.field());
    }

    private StatusProtobuf text(int field, String text) {
        return bytes(field, text.getBytes(StandardCharsets.UTF_8));
    }

    private StatusProtobuf message(int field, StatusProtobuf message) {
        return bytes(field, message.out.toByteArray());
    }

    private StatusProtobuf bytes(int field, byte[] bytes) {
        varint((field << 3) | BYTES);
        varint(bytes.length);
        out.writeBytes(bytes);
        return this;
    }

    private StatusProtobuf number(int field, int value) {
        varint((field << 3) | VARINT);
        varint(value);
        return this;
    }

    private void varint(int value) {
        int rest = value;
        while ((rest & ~0x7f) != 0) {
            out.write((rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        out.write(rest);
    }
}
