package io.luban.apiserver.reverseproxy;

import io.luban.http.AnswerInspector;
import io.luban.http.BodyEdit;
import io.luban.http.Headers;
import io.luban.http.Reply;
import io.luban.model.ParseException;
import java.io.ByteArrayOutputStream;
import java.util.Locale;
import java.util.Optional;

/**
 * What has to be done to an answer before the client may see it: redirects that are not wanted are replaced, links of a
 * wrapped application are turned around.
 */
record AnswerChecks(boolean rejectsRedirects, Optional<Transport> transport) implements AnswerInspector {
    private static final int LONGEST_COLLECTED = 1024 * 1024;
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
        var edit = edit(encoding, wrapped);
        // what is long may never end, as a log that is shown while it grows
        return isShort(headers)
                ? new Verdict.Rewrite(edited, LONGEST_COLLECTED, body -> changed(body, edit))
                : new Verdict.Through(edited, edit);
    }

    private static BodyEdit edit(String encoding, Transport wrapped) {
        var links = new HtmlLinks(wrapped::link);
        return isPlain(encoding) ? links : new Repacked(encoding, links);
    }

    private static boolean isHtml(Headers headers) {
        return headers.first("Content-Type").orElse("").toLowerCase(Locale.ROOT).startsWith("text/html");
    }

    private static boolean isPlain(String encoding) {
        return encoding.isEmpty() || encoding.equals("identity");
    }

    /** Whether it is so short that its new length can be told before it goes on. */
    private static boolean isShort(Headers headers) {
        var length = headers.first("Content-Length").orElse("");
        return !length.isEmpty() && length.length() < 10 && Integer.parseInt(length) <= LONGEST_COLLECTED;
    }

    private static boolean canDecode(String encoding) {
        return isPlain(encoding) || encoding.equals("gzip") || encoding.equals("deflate");
    }

    private static byte[] changed(byte[] body, BodyEdit edit) {
        try {
            var all = new ByteArrayOutputStream(body.length + 256);
            all.writeBytes(edit.piece(body));
            all.writeBytes(edit.rest());
            return all.toByteArray();
        } catch (ParseException e) {
            // what claims to be compressed and is not goes to the client as it came
            return body;
        }
    }
}
