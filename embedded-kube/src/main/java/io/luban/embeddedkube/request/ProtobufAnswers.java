package io.luban.embeddedkube.request;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.protobuf.ProtobufEncoder;
import io.luban.http.Headers;
import io.luban.http.Reply;
import io.luban.http.StreamSink;
import io.luban.model.Json;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Recodes answers for clients that accept protobuf alone; everybody else gets JSON, which costs nothing more. */
final class ProtobufAnswers {
    private static final Headers OBJECT = Headers.of("Content-Type", MediaChoice.PROTOBUF);
    private static final Headers WATCH = Headers.of("Content-Type", MediaChoice.PROTOBUF + ";stream=watch");

    private final ProtobufEncoder encoder;

    ProtobufAnswers(ProtobufEncoder encoder) {
        this.encoder = encoder;
    }

    /** The same call by a client that accepts JSON. */
    static ResourceCall inJson(ResourceCall call) {
        var headers = call.request().headers().with("Accept", "application/json");
        return new ResourceCall(
                call.request().withHeaders(headers), call.path(), call.type(), call.user(), call.warnings());
    }

    /** A JSON answer as protobuf; what has no such form stays as it is. */
    Reply recoded(Reply reply) {
        return switch (reply) {
            case Reply.Content content -> content(content);
            case Reply.Stream stream -> stream(stream);
            case Reply.Edited edited -> new Reply.Edited(recoded(edited.reply()), edited.edit());
            case Reply.Observed observed -> new Reply.Observed(recoded(observed.reply()), observed.observer());
            case Reply.WebSocket socket -> socket;
            case Reply.Forward forward -> forward;
        };
    }

    private Reply stream(Reply.Stream stream) {
        if (!isJson(stream.headers())) {
            return stream;
        }
        return new Reply.Stream(stream.status(), WATCH, sink -> stream.source().start(new Frames(sink)));
    }

    private Reply content(Reply.Content content) {
        if (!isJson(content.headers()) || !(Json.parse(content.body()) instanceof ObjectNode object)) {
            return content;
        }
        return encoder.encode(object)
                .<Reply>map(bytes -> new Reply.Content(content.status(), OBJECT, bytes))
                .orElse(content);
    }

    private static boolean isJson(Headers headers) {
        return headers.first("Content-Type")
                .filter(type -> type.startsWith("application/json"))
                .isPresent();
    }

    /** Every line of JSON becomes a frame with its length in front. */
    private final class Frames implements StreamSink {
        private final StreamSink sink;

        Frames(StreamSink sink) {
            this.sink = sink;
        }

        @Override
        public void write(byte[] lines) {
            var out = new ByteArrayOutputStream(lines.length);
            new String(lines, StandardCharsets.UTF_8)
                    .lines()
                    .forEach(line -> encoder.frame(Json.parse(line)).ifPresent(out::writeBytes));
            sink.write(out.toByteArray());
        }

        @Override
        public long pendingBytes() {
            return sink.pendingBytes();
        }

        @Override
        public boolean awaitRoom(long limitBytes, Duration deadline) throws InterruptedException {
            return sink.awaitRoom(limitBytes, deadline);
        }

        @Override
        public void end() {
            sink.end();
        }

        @Override
        public void abort() {
            sink.abort();
        }

        @Override
        public void onClose(Runnable callback) {
            sink.onClose(callback);
        }
    }
}
