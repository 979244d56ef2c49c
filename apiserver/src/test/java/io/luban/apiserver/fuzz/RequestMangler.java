package io.luban.apiserver.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

/** Makes connections full of requests that are wrong in ways known to confuse proxies, and in ways nobody thought of. */
final class RequestMangler {
    private static final List<String> PATHS = List.of(
            "/proxy/open/c%1$d/a",
            "/proxy/open/c%1$d/%%2e%%2e/%%2e%%2e/closed/x",
            "/proxy/open/c%1$d/../../closed/x",
            "/proxy/open/c%1$d/..%%2f..%%2fclosed/x",
            "/proxy/open/c%1$d/..;/..;/closed/x",
            "/proxy/open/c%1$d/%%5c..%%5cclosed",
            "/proxy/open/c%1$d/%%c0%%ae%%c0%%ae/closed",
            "/proxy/open/c%1$d/%%e0%%80%%ae%%e0%%80%%ae/closed",
            "/proxy/open/c%1$d/%%252e%%252e/%%252e%%252e/closed/x",
            "/proxy/open/c%1$d/%%2E%%2E%%2F%%2e./closed",
            "/proxy/open/c%1$d/%%u002e%%u002e/closed",
            "/proxy/open/c%1$d/.%%09./closed",
            "/proxy/open/c%1$d/%%0d%%0aX-Remote-User:%%20admin",
            "/proxy/open/c%1$d/%%ff%%fe",
            "/proxy/open/c%1$d/a%%",
            "/proxy/open/c%1$d/a%%2",
            "/proxy/open/../open/c%1$d",
            "/proxy/open%%2fc%1$d",
            "/pstatic/proxy/closed/c%1$d",
            "/clusters/host/proxy/closed/c%1$d",
            "/proxy/open/c%1$d//x//y",
            "/proxy/open/c%1$d/a%%00b",
            "/proxy/open/c%1$d/a%%zzb",
            "/proxy/open/c%1$d/a?x=1&y=%%",
            "/proxy/open/c%1$d/a#fragment",
            "/proxy/closed/c%1$d/x",
            "//proxy/closed/c%1$d/x",
            "/proxy/./closed/c%1$d",
            "/PROXY/closed/c%1$d",
            "/proxy%%2fclosed%%2fc%1$d",
            "http://elsewhere/proxy/open/c%1$d/x",
            "http://elsewhere/proxy/closed/c%1$d/x",
            "*",
            "elsewhere:443");
    private static final String HANDSHAKE = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
    private static final List<String> FIELDS = List.of(
            "Content-Length: 5",
            "Content-Length: +5",
            "Content-Length: 5, 5",
            "Content-Length : 5",
            "Content-Length: 0x5",
            "Content-Length: 99999999999999999999",
            "Content-Length: -1",
            "Transfer-Encoding: chunked",
            "Transfer-Encoding: Chunked",
            "Transfer-Encoding: chunked, chunked",
            "Transfer-Encoding: gzip, chunked",
            "Transfer-Encoding: identity",
            "Transfer-Encoding:\tchunked",
            "Transfer-Encoding : chunked",
            "Transfer-Encoding: \u000bchunked",
            "Transfer-Encoding: chunked\r\n folded",
            "X: a\r\n\tfolded: b",
            "X: a\rTransfer-Encoding: chunked",
            "X: a\nY: b",
            "X: \u0000",
            "X\u0000: a",
            ": empty",
            "NoColon",
            " Leading: blank",
            "Host: other",
            "Connection: close, content-length",
            "Connection: upgrade\r\nUpgrade: websocket",
            HANDSHAKE,
            HANDSHAKE.replace("13", "99"),
            HANDSHAKE.replace("Key: dGhlIHNhbXBsZSBub25jZQ==", "Key: short"),
            HANDSHAKE + "\r\nSec-WebSocket-Key: b3RoZXIgc2FtcGxlIG5vbmNlIQ==",
            HANDSHAKE + "\r\nSec-WebSocket-Protocol: ,, a b, \"c\"",
            HANDSHAKE.replace("websocket", "websocket, h2c"),
            "Connection: upgrade",
            "Upgrade: websocket",
            "Connection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: v4.channel.k8s.io",
            "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__",
            "Connection: upgrade\r\nUpgrade: \u0001",
            "Connection: keep-alive, transfer-encoding",
            "Expect: 100-continue",
            "Expect: nonsense",
            "X-Forwarded-For: 1.2.3.4",
            "Impersonate-User: admin",
            "X-Remote-User: admin",
            "Authorization: Bearer nonsense");
    private static final List<String> BODIES = List.of(
            "hello",
            "5\r\nhello\r\n0\r\n\r\n",
            "5;a=b\r\nhello\r\n0\r\n\r\n",
            "05\r\nhello\r\n00\r\nX: y\r\n\r\n",
            "0x5\r\nhello\r\n0\r\n\r\n",
            "+5\r\nhello\r\n0\r\n\r\n",
            "5\nhello\n0\n\n",
            "ffffffffffffffff\r\nhello",
            "5\r\nhelloGET /proxy/closed/inner HTTP/1.1\r\n\r\n",
            "0\r\n\r\nGET /proxy/closed/inner HTTP/1.1\r\nHost: x\r\n\r\n",
            "GET /proxy/closed/inner HTTP/1.1\r\nHost: x\r\n\r\n",
            "");
    private static final List<String> METHODS =
            List.of("GET", "GET", "POST", "PUT", "HEAD", "OPTIONS", "CONNECT", "get", "G ET", "TRACE");
    private static final List<String> VERSIONS =
            List.of("HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "HTTP/1.2", "HTTP/2.0", "http/1.1", "HTTP/1.1 ");

    private final Random random;

    RequestMangler(long seed) {
        random = new Random(seed);
    }

    /** The bytes of one connection; paths carry the number of the case. */
    byte[] connection(int number) {
        var text = new StringBuilder();
        for (int i = 0; i <= random.nextInt(3); i++) {
            request(text, number);
        }
        var bytes = text.toString().getBytes(StandardCharsets.ISO_8859_1);
        if (random.nextInt(3) == 0) {
            for (int i = 0; i <= random.nextInt(3); i++) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
        }
        return bytes;
    }

    private void request(StringBuilder text, int number) {
        text.append(any(METHODS))
                .append(' ')
                .append(any(PATHS).formatted(number))
                .append(' ')
                .append(any(VERSIONS));
        text.append("\r\nHost: x\r\n");
        for (int i = random.nextInt(4); i > 0; i--) {
            text.append(any(FIELDS)).append("\r\n");
        }
        text.append("\r\n").append(any(BODIES));
    }

    private String any(List<String> values) {
        return values.get(random.nextInt(values.size()));
    }
}
