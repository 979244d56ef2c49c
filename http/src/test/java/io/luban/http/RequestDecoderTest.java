package io.luban.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.Http1ServerConfig;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes that come in every possible pair of pieces, and one by one. */
final class RequestDecoderTest {
    private static final String NEXT = "GET /next HTTP/1.1\r\nHost: x\r\n\r\n";
    private static final String CHUNKED = "POST /p HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";

    /** What came out, in order: paths of requests, bodies, {@code !} for refusals. */
    private static String read(byte[][] pieces) {
        var decoder = new RequestDecoder(new Http1ServerConfig(), new KnownValues().fieldRule());
        var channel = new EmbeddedChannel(decoder);
        var told = new StringBuilder();
        for (var piece : pieces) {
            channel.writeInbound(Unpooled.wrappedBuffer(piece));
            for (HttpObject came = channel.readInbound(); came != null; came = channel.readInbound()) {
                tell(came, told);
                ReferenceCountUtil.release(came);
            }
        }
        channel.finishAndReleaseAll();
        return told.toString();
    }

    private static void tell(HttpObject came, StringBuilder told) {
        if (came.decoderResult().isFailure()) {
            told.append('!');
            return;
        }
        if (came instanceof HttpRequest request) {
            told.append(request.uri());
        }
        if (came instanceof HttpContent content) {
            told.append(content.content().toString(StandardCharsets.ISO_8859_1));
        }
        if (came instanceof LastHttpContent last) {
            last.trailingHeaders().forEach(field -> told.append('+').append(field.getValue()));
            told.append('.');
        }
    }

    private static void assertRead(String sent, String expected) {
        var bytes = sent.getBytes(StandardCharsets.ISO_8859_1);
        for (int split = 0; split < bytes.length; split++) {
            var first = java.util.Arrays.copyOf(bytes, split);
            var second = java.util.Arrays.copyOfRange(bytes, split, bytes.length);
            assertThat(read(new byte[][] {first, second}))
                    .as("cut after %d of %s", split, sent)
                    .isEqualTo(expected);
        }
        var single = new byte[bytes.length][];
        for (int i = 0; i < bytes.length; i++) {
            single[i] = new byte[] {bytes[i]};
        }
        assertThat(read(single)).as("byte by byte: %s", sent).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X: a\r\n b\r\nHost: x",
                "Host: x\r\nX: a\r\n b",
                "Host: x\r\nX: a\r\n\tY: b",
                "Host: x\r\nX:\r\n \r\n ",
                "Host: x\r\n ",
                " X: a\r\nHost: x",
                "Host: x\r\nContent-Length: 5\r\n 5",
                "Host: x\r\nX: a\u0000b",
                "Host: x\r\nX Y: a",
                "Host: x\r\n: a"
            })
    void heads_with_such_lines_are_refused_and_nothing_behind_them_is_read(String fields) {
        assertRead("GET /p HTTP/1.1\r\n" + fields + "\r\n\r\n" + NEXT, "!");
        assertRead(NEXT + "GET /p HTTP/1.1\r\n" + fields + "\r\n\r\n" + NEXT, "/next.!");
    }

    @ParameterizedTest
    @ValueSource(strings = {"X: a\r\n b", "X: a\r\nY: b\r\n\tc", "X: a\r\n b\r\nY: c", " X: a"})
    void trailers_with_such_lines_are_refused_and_nothing_behind_them_is_read(String trailers) {
        assertRead(CHUNKED + "0\r\n" + trailers + "\r\n\r\n" + NEXT, "/p!");
    }

    static Stream<String> bodies() {
        return Stream.of("\r\n a", " ", "\t\n \n", "X: a\r\n b\r\n\r\n c");
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void bodies_may_hold_what_they_like(String body) {
        var sized = "POST /s HTTP/1.1\r\nHost: x\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
        var chunk = Integer.toHexString(body.length()) + "\r\n" + body + "\r\n";

        assertRead(sized + NEXT, "/s" + body + "./next.");
        assertRead(CHUNKED + chunk + "0\r\nX: a\r\nY: b\r\n\r\n" + NEXT, "/p" + body + "+a+b./next.");
    }

    @Test
    void knows_since_when_a_message_waits_for_its_rest() {
        var decoder = new RequestDecoder(new Http1ServerConfig(), new KnownValues().fieldRule());
        var channel = new EmbeddedChannel(decoder);
        long later = System.nanoTime() + Duration.ofHours(1).toNanos();
        var limit = Duration.ofMinutes(1);

        write(channel, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(decoder.isWaitingFor(limit, later)).isFalse();
        write(channel, "GET / HTTP");
        assertThat(decoder.isWaitingFor(limit, later)).isTrue();
        assertThat(decoder.isWaitingFor(limit, System.nanoTime())).isFalse();
        write(channel, "/1.1\r\nHost: x\r\n\r\n");
        assertThat(decoder.isWaitingFor(limit, later)).isFalse();
        channel.finishAndReleaseAll();
    }

    private static void write(EmbeddedChannel channel, String text) {
        channel.writeInbound(Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1));
    }
}
