package io.luban.apiserver.content;

import io.luban.http.Request;
import java.util.Locale;

/** What a client says about the codings of an answer (RFC 9110 §12.5.3). */
final class ContentCoding {
    private ContentCoding() {}

    /** Whether the client takes the coding: named, or meant by {@code *}, and not with the weight 0. */
    static boolean isAccepted(Request request, String coding) {
        boolean accepted = false;
        for (var named :
                String.join(",", request.headers().all("Accept-Encoding")).split(",", -1)) {
            var parts = named.toLowerCase(Locale.ROOT).replace(" ", "").split(";", -1);
            boolean isRefused = parts.length > 1 && parts[1].matches("q=0(\\.0*)?");
            if (parts[0].equals(coding)) {
                return !isRefused;
            }
            accepted |= parts[0].equals("*") && !isRefused;
        }
        return accepted;
    }
}
