package io.luban.apiserver.reverseproxy;

import io.luban.http.AnswerInspector;
import io.luban.http.Headers;
import io.luban.http.Reply;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;

/**
 * What has to be done to an answer before the client may see it: redirects that are not wanted are replaced, links of a
 * wrapped application are turned around.
 */
record AnswerChecks(boolean rejectsRedirects, Optional<Transport> transport) implements AnswerInspector {
    private static final int LARGEST_PAGE = 16 * 1024 * 1024;
    /** The status of an answer to a request for some bytes of a page, which have to be those. */
    private static final int PART = 206;

    @Override
    public Verdict inspect(int status, Headers headers) {
        if (rejectsRedirects && status >= 300 && status < 400 && headers.contains("Location")) {
            var text = (Reply.Content) Reply.text(502, "the upstream tried to redirect the request\n");
            return new Verdict.Replace(text);
        }
        if (transport.isEmpty()) {
            return new Verdict.Pass(headers);
        }
        var wrapped = transport.get();
        var edited = wrapped.answerHeaders(headers);
        var encoding = headers.first("Content-Encoding").orElse("identity").toLowerCase(Locale.ROOT);
        if (!isHtml(headers) || status == PART || !canDecode(encoding)) {
            return new Verdict.Pass(edited);
        }
        if (isPlain(encoding) && !isSmall(headers)) {
            // it may never end, as a log that is shown while it grows
            return new Verdict.Through(edited, new HtmlLinks(wrapped::link));
        }
        return new Verdict.Rewrite(edited, LARGEST_PAGE, body -> rewritten(body, encoding, wrapped));
    }

    private static boolean isHtml(Headers headers) {
        return headers.first("Content-Type").orElse("").toLowerCase(Locale.ROOT).startsWith("text/html");
    }

    private static boolean isPlain(String encoding) {
        return encoding.isEmpty() || encoding.equals("identity");
    }

    /** Whether it is so short that its new length can be told before it goes on. */
    private static boolean isSmall(Headers headers) {
        var length = headers.first("Content-Length").orElse("");
        return !length.isEmpty() && length.length() < 10 && Integer.parseInt(length) <= LARGEST_PAGE;
    }

    private static boolean canDecode(String encoding) {
        return isPlain(encoding) || encoding.equals("gzip") || encoding.equals("deflate");
    }

    private static byte[] rewritten(byte[] body, String encoding, Transport transport) {
        try {
            return encoded(HtmlLinks.rewrite(decoded(body, encoding), transport::link), encoding);
        } catch (IOException e) {
            // what claims to be compressed and is not goes to the client as it came
            return body;
        }
    }

    private static byte[] decoded(byte[] body, String encoding) throws IOException {
        return switch (encoding) {
            case "gzip" -> readAll(new GZIPInputStream(new ByteArrayInputStream(body)));
            case "deflate" -> readAll(new InflaterInputStream(new ByteArrayInputStream(body)));
            default -> body;
        };
    }

    private static byte[] readAll(java.io.InputStream in) throws IOException {
        try (in) {
            var bytes = in.readNBytes(LARGEST_PAGE + 1);
            if (bytes.length > LARGEST_PAGE) {
                throw new IOException("page is too large");
            }
            return bytes;
        }
    }

    private static byte[] encoded(byte[] page, String encoding) throws IOException {
        var out = new java.io.ByteArrayOutputStream(page.length);
        switch (encoding) {
            case "gzip" -> {
                try (var gzip = new java.util.zip.GZIPOutputStream(out)) {
                    gzip.write(page);
                }
            }
            case "deflate" -> {
                try (var deflate = new java.util.zip.DeflaterOutputStream(out)) {
                    deflate.write(page);
                }
            }
            default -> out.write(page);
        }
        return out.toByteArray();
    }
}
