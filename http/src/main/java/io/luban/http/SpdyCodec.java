package io.luban.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.spdy.DefaultSpdyDataFrame;
import io.netty.handler.codec.spdy.DefaultSpdyPingFrame;
import io.netty.handler.codec.spdy.DefaultSpdySynReplyFrame;
import io.netty.handler.codec.spdy.SpdyDataFrame;
import io.netty.handler.codec.spdy.SpdyFrameCodec;
import io.netty.handler.codec.spdy.SpdyGoAwayFrame;
import io.netty.handler.codec.spdy.SpdyPingFrame;
import io.netty.handler.codec.spdy.SpdyRstStreamFrame;
import io.netty.handler.codec.spdy.SpdySynStreamFrame;
import io.netty.handler.codec.spdy.SpdyVersion;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The server's side of SPDY/3.1 frames. The protocol is dead on the web, but kubectl carries it within WebSockets when it
 * forwards ports. Frames are read by one thread at a time; writing is safe from any thread, and what two calls answer must
 * be sent in the order of the calls, because headers are compressed with a memory.
 */
public final class SpdyCodec implements AutoCloseable {
    private final EmbeddedChannel inbound = new EmbeddedChannel(new SpdyFrameCodec(SpdyVersion.SPDY_3_1));
    private final EmbeddedChannel outbound = new EmbeddedChannel(new SpdyFrameCodec(SpdyVersion.SPDY_3_1));
    private final ReentrantLock writing = new ReentrantLock();

    /** A codec at the beginning of a connection. */
    public SpdyCodec() {}

    /** A frame from the client. */
    public sealed interface Frame {
        /** A stream begins; names of its headers are in lower case. */
        record Opened(int stream, Map<String, String> headers, boolean last) implements Frame {
            /** Defensive copy. */
            public Opened {
                headers = Map.copyOf(headers);
            }
        }

        /** Bytes of a stream; {@code last} when the client sends no more. */
        record Data(int stream, byte[] bytes, boolean last) implements Frame {}

        /** The client gives a stream up. */
        record Reset(int stream) implements Frame {}

        /** The client wants the same number back. */
        record Ping(int id) implements Frame {}

        /** The client opens no more streams. */
        record Leaving() implements Frame {}
    }

    /** The frames that are complete with these bytes; throws {@link IllegalArgumentException} when they are none. */
    public List<Frame> read(byte[] bytes) {
        try {
            inbound.writeInbound(Unpooled.wrappedBuffer(bytes));
        } catch (RuntimeException e) {
            throw new IllegalArgumentException("malformed SPDY frame", e);
        }
        var frames = new ArrayList<Frame>();
        for (Object read = inbound.readInbound(); read != null; read = inbound.readInbound()) {
            frame(read).ifPresent(frames::add);
        }
        return frames;
    }

    private static Optional<Frame> frame(Object read) {
        try {
            return switch (read) {
                case SpdySynStreamFrame opened ->
                    Optional.of(new Frame.Opened(opened.streamId(), headers(opened), opened.isLast()));
                case SpdyDataFrame data ->
                    Optional.of(new Frame.Data(data.streamId(), ByteBufUtil.getBytes(data.content()), data.isLast()));
                case SpdyRstStreamFrame reset -> Optional.of(new Frame.Reset(reset.streamId()));
                case SpdyPingFrame ping -> Optional.of(new Frame.Ping(ping.id()));
                case SpdyGoAwayFrame leaving -> Optional.of(new Frame.Leaving());
                default -> Optional.empty();
            };
        } finally {
            ReferenceCountUtil.release(read);
        }
    }

    private static Map<String, String> headers(SpdySynStreamFrame opened) {
        var headers = new HashMap<String, String>();
        opened.headers()
                .forEach(field -> headers.put(
                        field.getKey().toString().toLowerCase(Locale.ROOT),
                        field.getValue().toString()));
        return headers;
    }

    /** Accepts a stream. */
    public byte[] accepted(int stream) {
        var frame = new DefaultSpdySynReplyFrame(stream);
        // without any header the codec writes no block at all, which clients in Go take for a broken frame
        frame.headers().set("accepted", "true");
        return encode(frame);
    }

    /** Bytes of a stream; {@code last} when there are no more. */
    public byte[] data(int stream, byte[] bytes, boolean last) {
        var frame = new DefaultSpdyDataFrame(stream, Unpooled.wrappedBuffer(bytes));
        frame.setLast(last);
        return encode(frame);
    }

    /** The answer to a ping. */
    public byte[] pong(int id) {
        return encode(new DefaultSpdyPingFrame(id));
    }

    private byte[] encode(Object frame) {
        writing.lock();
        try {
            outbound.writeOutbound(frame);
            var all = Unpooled.buffer();
            for (ByteBuf part = outbound.readOutbound(); part != null; part = outbound.readOutbound()) {
                all.writeBytes(part);
                part.release();
            }
            return ByteBufUtil.getBytes(all);
        } finally {
            writing.unlock();
        }
    }

    @Override
    public void close() {
        inbound.finishAndReleaseAll();
        writing.lock();
        try {
            outbound.finishAndReleaseAll();
        } finally {
            writing.unlock();
        }
    }
}
