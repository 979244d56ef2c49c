package io.luban.embeddedkube.watch;

import io.luban.http.Reply;
import io.luban.http.Request;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/** gzip of large bodies. */
final class Compression {
    private static final int WORTH_PACKING = 128 * 1024;

    private Compression() {}

    static Reply apply(Request request, Reply reply) {
        if (!(reply instanceof Reply.Content content)
                || content.body().length <= WORTH_PACKING
                || content.headers().contains("Content-Encoding")
                || !isAccepted(request)) {
            return reply;
        }
        var headers = content.headers().with("Content-Encoding", "gzip").plus("Vary", "Accept-Encoding");
        return new Reply.Content(content.status(), headers, packed(content.body()));
    }

    private static boolean isAccepted(Request request) {
        return request.headers().all("Accept-Encoding").stream()
                .map(value -> value.toLowerCase(Locale.ROOT))
                .anyMatch(
                        value -> value.contains("gzip") && !value.contains("gzip;q=0,") && !value.endsWith("gzip;q=0"));
    }

    private static byte[] packed(byte[] body) {
        var out = new ByteArrayOutputStream(body.length / 8);
        try (var gzip = new FastGzip(out)) {
            gzip.write(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** Clients of an API want the answer soon more than small. */
    private static final class FastGzip extends GZIPOutputStream {
        FastGzip(ByteArrayOutputStream out) throws IOException {
            super(out, 16 * 1024);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }
}
