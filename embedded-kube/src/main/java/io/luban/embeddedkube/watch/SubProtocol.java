package io.luban.embeddedkube.watch;

import io.luban.http.Headers;
import io.luban.http.Request;
import java.util.regex.Pattern;

/** The WebSocket sub-protocol of a watch. */
final class SubProtocol {
    private static final String HEADER = "Sec-WebSocket-Protocol";
    private static final String BEARER = "base64url.bearer.authorization.k8s.io.";
    private static final Pattern COMMA = Pattern.compile(",");

    private SubProtocol() {}

    /** The first one offered that does not carry a token; frames are plain JSON whatever its name. */
    static Headers echo(Request request) {
        for (var value : request.headers().all(HEADER)) {
            for (var offered : COMMA.split(value, -1)) {
                var name = offered.strip();
                if (!name.isEmpty() && !name.startsWith(BEARER)) {
                    return Headers.of(HEADER, name);
                }
            }
        }
        return Headers.EMPTY;
    }
}
