package io.luban.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
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
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the requests of one HTTP/1.1 connection as the network library does, but refuses header lines that go on in the next
 * line (RFC 9112 §5.2), which the library puts together before anybody can see it, and knows since when a message has been
 * waiting for its rest. Fields are checked by the rules of this module, long values that came before only once. What comes
 * behind a request that offers to leave HTTP is no request until that one has been answered without leaving.
 */
final class RequestDecoder extends VertxHttpRequestDecoder {
    private static final String NAME = "httpDecoder";
    private static final String UPGRADE = "upgrade";
    /** More than that is left to the client until it is known where it belongs. */
    private static final int MOST_WAITING_BYTES = 64 * 1024;

    private final BiConsumer<CharSequence, CharSequence> fieldRule;
    private @Nullable ByteBuf reading;
    private @Nullable ChannelHandlerContext place;
    private boolean behindField;
    private boolean upgradeNamed;
    private boolean leaving;
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

    /** Whether the last request offers to leave HTTP and what comes behind it waits. */
    boolean isLeaving() {
        return leaving;
    }

    /** What came behind a request that leaves HTTP; the bytes are of another protocol. */
    byte[] takeRest() {
        var rest = internalBuffer();
        var bytes = new byte[rest.readableBytes()];
        rest.readBytes(bytes);
        goOnReading();
        return bytes;
    }

    /** The offer to leave HTTP was not taken: what came behind it is the next request. */
    void stayInHttp() {
        leaving = false;
        var where = place;
        if (where == null || where.isRemoved()) {
            return;
        }
        goOnReading();
        if (internalBuffer().isReadable()) {
            Callable<Void> reading = () -> {
                channelRead(where, Unpooled.EMPTY_BUFFER);
                where.fireChannelReadComplete();
                return null;
            };
            var unusedOutcome = where.executor().submit(reading);
        }
    }

    private void goOnReading() {
        var where = place;
        if (where != null) {
            where.channel().config().setAutoRead(true);
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) throws Exception {
        place = context;
        super.handlerAdded(context);
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf buffer, List<Object> out) throws Exception {
        if (refused) {
            buffer.skipBytes(buffer.readableBytes());
            return;
        }
        if (leaving) {
            if (buffer.readableBytes() > MOST_WAITING_BYTES) {
                context.channel().config().setAutoRead(false);
            }
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
        var name = super.splitHeaderName(line, start, length);
        upgradeNamed |= name.length() == UPGRADE.length() && name.contentEqualsIgnoreCase(UPGRADE);
        return name;
    }

    /** Called once at the end of a head, before anything of it counts. */
    @Override
    protected boolean isContentAlwaysEmpty(HttpMessage message) {
        requireUnfolded();
        leaving = upgradeNamed && offersToLeave(message);
        upgradeNamed = false;
        return super.isContentAlwaysEmpty(message);
    }

    /** Behind a body nobody would know where HTTP ends. */
    private static boolean offersToLeave(HttpMessage message) {
        var headers = message.headers();
        var length = headers.get("Content-Length");
        return message.protocolVersion().equals(HttpVersion.HTTP_1_1)
                && (length == null || length.equals("0"))
                && !headers.contains("Transfer-Encoding")
                && headers.getAll("Connection").stream().anyMatch(field -> Fields.hasToken(field, UPGRADE));
    }

    /** Minor versions that are not known are read as the highest one that is (RFC 9110 §2.5). */
    private static HttpVersion version(String text) {
        if (text.equals("HTTP/1.1")) {
            return HttpVersion.HTTP_1_1;
        }
        if (text.equals("HTTP/1.0")) {
            return HttpVersion.HTTP_1_0;
        }
        if (!text.matches("HTTP/\\d\\.\\d")) {
            throw new IllegalArgumentException("a request line without a version");
        }
        if (!text.startsWith("HTTP/1.")) {
            throw new UnknownVersionException(text);
        }
        return HttpVersion.HTTP_1_1;
    }

    @Override
    protected HttpMessage createMessage(String[] initialLine) {
        return new DefaultHttpRequest(
                version(initialLine[2]),
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
