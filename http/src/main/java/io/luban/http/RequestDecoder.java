package io.luban.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AsciiString;
import io.vertx.core.http.Http1ServerConfig;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.headers.Http1xHeaders;
import io.vertx.core.http.impl.http1.Http1ServerConnection;
import io.vertx.core.http.impl.http1.VertxHttpRequestDecoder;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the requests of one HTTP/1.1 connection as the network library does, but refuses header lines that go on in the next
 * line (RFC 9112 §5.2), which the library puts together before anybody can see it, and knows since when a message has been
 * waiting for its rest. Fields are checked by the rules of this module, long values that came before only once.
 */
final class RequestDecoder extends VertxHttpRequestDecoder {
    private static final String NAME = "httpDecoder";

    private final BiConsumer<CharSequence, CharSequence> fieldRule;
    private @Nullable ByteBuf reading;
    private boolean behindField;
    private boolean folded;
    private boolean refused;
    private boolean waiting;
    private long waitingSince;

    RequestDecoder(Http1ServerConfig config, BiConsumer<CharSequence, CharSequence> fieldRule) {
        super(config);
        this.fieldRule = fieldRule;
    }

    /** Takes the place of the library's decoder on a new connection; {@code null} where HTTP/1.1 is not spoken (any more). */
    static @Nullable RequestDecoder of(HttpConnection wire, Http1ServerConfig config, KnownValues knownValues) {
        if (!(wire instanceof Http1ServerConnection connection)) {
            return null;
        }
        var pipeline = connection.channel().pipeline();
        var present = pipeline.get(NAME);
        if (present == null || present instanceof RequestDecoder) {
            return (RequestDecoder) present;
        }
        var decoder = new RequestDecoder(config, knownValues.fieldRule());
        pipeline.replace(NAME, NAME, decoder);
        return decoder;
    }

    /** Whether a message was begun so long ago and is not complete. */
    boolean isWaitingFor(Duration limit, long now) {
        return waiting && now - waitingSince > limit.toNanos();
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf buffer, List<Object> out) throws Exception {
        if (refused) {
            buffer.skipBytes(buffer.readableBytes());
            return;
        }
        if (behindField) {
            look(buffer);
        }
        reading = buffer;
        try {
            super.decode(context, buffer, out);
        } finally {
            reading = null;
        }
        if (folded) {
            refuseTrailers(out);
        }
        if (!out.isEmpty()) {
            waiting = false;
        } else if (!waiting) {
            waiting = true;
            waitingSince = System.nanoTime();
        }
    }

    /** Called for every line of fields but those that go on; the buffer's position is behind the line. */
    @Override
    protected AsciiString splitHeaderName(byte[] line, int start, int length) {
        behindField = true;
        var buffer = reading;
        if (buffer != null) {
            look(buffer);
        }
        requireUnfolded();
        return super.splitHeaderName(line, start, length);
    }

    /** Called once at the end of a head, before anything of it counts. */
    @Override
    protected boolean isContentAlwaysEmpty(HttpMessage message) {
        requireUnfolded();
        return super.isContentAlwaysEmpty(message);
    }

    @Override
    protected HttpMessage createMessage(String[] initialLine) {
        return new DefaultHttpRequest(
                HttpVersion.valueOf(initialLine[2]),
                HttpMethod.valueOf(initialLine[0]),
                initialLine[1],
                Http1xHeaders.httpHeaders(fieldRule));
    }

    private void look(ByteBuf buffer) {
        if (buffer.isReadable()) {
            byte first = buffer.getByte(buffer.readerIndex());
            folded |= first == ' ' || first == '\t';
            behindField = false;
        }
    }

    private void requireUnfolded() {
        if (folded) {
            throw refusal();
        }
    }

    private static IllegalArgumentException refusal() {
        return new IllegalArgumentException("a header line goes on in the next line");
    }

    /** The last line of the trailers came apart from the one before it, so that nothing could refuse it sooner. */
    private void refuseTrailers(List<Object> out) {
        if (!out.isEmpty() && out.getLast() instanceof LastHttpContent last) {
            refused = true;
            last.setDecoderResult(DecoderResult.failure(refusal()));
        }
    }
}
