package io.luban.apiserver.content;

import io.luban.http.Request;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.GZIPOutputStream;

/** The compression that every client knows. */
public final class Gzip {
    private Gzip() {}

    /** Whether the client takes it. */
    public static boolean isAccepted(Request request) {
        return ContentCoding.isAccepted(request, "gzip");
    }

    /** The compressed bytes. */
    public static byte[] compress(byte[] bytes) {
        var out = new ByteArrayOutputStream(bytes.length / 3);
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
