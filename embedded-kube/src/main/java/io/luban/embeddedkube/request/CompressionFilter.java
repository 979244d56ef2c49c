package io.luban.embeddedkube.request;

import io.luban.http.Filter;
import io.luban.http.Handler;
import io.luban.http.Reply;
import io.luban.http.Request;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/** Compresses large answers to reads for clients that offer it; below the threshold it costs more than it saves. */
final class CompressionFilter implements Filter {
    private static final int THRESHOLD = 128 * 1024;

    @Override
    public Reply apply(Request request, Handler next) {
        var reply = next.handle(request);
        boolean isOffered = request.method().equals("GET")
                && request.headers().all("Accept-Encoding").stream().anyMatch(value -> value.contains("gzip"));
        return isOffered ? compressed(reply) : reply;
    }

    private static Reply compressed(Reply reply) {
        return switch (reply) {
            case Reply.Content content -> isWorthwhile(content) ? gzipped(content) : content;
            case Reply.Edited edited -> new Reply.Edited(compressed(edited.reply()), edited.edit());
            case Reply.Stream stream -> stream;
            case Reply.WebSocket socket -> socket;
            case Reply.Forward forward -> forward;
            case Reply.Observed observed -> observed;
        };
    }

    private static Reply gzipped(Reply.Content content) {
        var headers = content.headers().with("Content-Encoding", "gzip").with("Vary", "Accept-Encoding");
        return new Reply.Content(content.status(), headers, gzip(content.body()));
    }

    private static boolean isWorthwhile(Reply.Content content) {
        return content.body().length > THRESHOLD && !content.headers().contains("Content-Encoding");
    }

    private static byte[] gzip(byte[] body) {
        var bytes = new ByteArrayOutputStream(body.length / 4);
        try (OutputStream gzip = new FastGzip(bytes)) {
            gzip.write(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** Speed over size: the reader is near. */
    private static final class FastGzip extends GZIPOutputStream {
        FastGzip(OutputStream out) throws IOException {
            super(out, 8192);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }
}
