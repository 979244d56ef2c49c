package io.luban.http;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.function.BooleanSupplier;

/** Moves the body of a client's request upstream piece by piece, as fast as the slower side is. */
final class BodyPump {
    private final Exchange exchange;
    private final boolean chunked;

    BodyPump(Exchange exchange, ForwardHead head) {
        this.exchange = exchange;
        chunked = head.isChunked();
    }

    /** Begins once the client's side is resumed; stops to send when {@code done} says so. */
    void start(UpstreamConnection to, BooleanSupplier done) {
        var wire = exchange.wire();
        wire.exceptionHandler(ignored -> {});
        wire.handler(chunk -> {
            // an empty piece, which comes with trailers, would end a chunked body
            if (done.getAsBoolean() || to.isClosed() || chunk.length() == 0) {
                return;
            }
            to.write(chunked ? chunkOf(chunk) : chunk);
            if (to.isFull()) {
                wire.pause();
                to.onDrain(ignored -> wire.resume());
            }
        });
        wire.endHandler(ignored -> {
            if (!to.isClosed()) {
                if (chunked) {
                    to.write(lastChunk(exchange.trailers()));
                }
                to.requestComplete();
            }
        });
    }

    private static Buffer lastChunk(Headers trailers) {
        var last = Buffer.buffer("0\r\n");
        trailers.forEach((name, value) ->
                last.appendBytes((name + ": " + value + "\r\n").getBytes(StandardCharsets.ISO_8859_1)));
        return last.appendString("\r\n");
    }

    private static Buffer chunkOf(Buffer data) {
        return Buffer.buffer(data.length() + 12)
                .appendString(Integer.toHexString(data.length()))
                .appendString("\r\n")
                .appendBuffer(data)
                .appendString("\r\n");
    }
}
