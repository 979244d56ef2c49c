package io.luban.apiserver.content;

import io.luban.http.Request;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;

/** The compression that every client knows. */
public final class Gzip {
    private Gzip() {}

    /** Whether the client takes it: named, or meant by {@code *}, and not with the weight 0 (RFC 9110 §12.5.3). */
    public static boolean isAccepted(Request request) {
        boolean accepted = false;
        for (var coding : request.header("Accept-Encoding").orElse("").split(",", -1)) {
            var parts = coding.toLowerCase(Locale.ROOT).replace(" ", "").split(";", -1);
            boolean isRefused = parts.length > 1 && parts[1].matches("q=0(\\.0*)?");
            if (parts[0].equals("gzip")) {
                return !isRefused;
            }
            accepted |= parts[0].equals("*") && !isRefused;
        }
        return accepted;
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
