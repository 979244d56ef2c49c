package io.luban.http;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.Locale;

/** Rules about single header fields (RFC 9110 §7.6.1). */
final class Fields {
    /** The characters of tokens (RFC 9110 §5.6.2). */
    private static final boolean[] TOKEN = new boolean[0x7f];

    /** The characters of hosts and ports, those of names that are percent-encoded among them (RFC 3986 §3.2.2). */
    private static final boolean[] HOST = new boolean[0x7f];

    /** Number of printable ASCII characters, which begin with the blank. */
    private static final int PRINTABLE = 0x7f - ' ';

    static {
        for (char c = '!'; c < TOKEN.length; c++) {
            TOKEN[c] = "\"(),/:;<=>?@[\\]{}".indexOf(c) < 0;
            HOST[c] = "\"#,/<>?@\\^`{|}".indexOf(c) < 0;
        }
    }

    private Fields() {}

    /**
     * Whether a Connection field asks for an upgrade; browsers send it together with keep-alive. The offer to go on in
     * HTTP/2, which some clients make with every request, is no upgrade: it may be passed over (RFC 9113 §3.1). Neither is one
     * that names no protocol.
     */
    static boolean isUpgrade(Headers headers) {
        var protocol = headers.first("Upgrade").orElse("");
        if (protocol.isBlank() || protocol.equalsIgnoreCase("h2c")) {
            return false;
        }
        for (int i = 0; i < headers.size(); i++) {
            if (headers.name(i).equalsIgnoreCase("Connection") && hasToken(headers.value(i), "upgrade")) {
                return true;
            }
        }
        return false;
    }

    /** Whether the client waits for a word before it sends the body; HTTP/1.0 knows no such word. */
    static boolean expectsContinue(HttpServerRequest wire) {
        return wire.version() != HttpVersion.HTTP_1_0 && "100-continue".equalsIgnoreCase(wire.getHeader("Expect"));
    }

    /** Whether a comma-separated list holds the token, whatever its case. */
    static boolean hasToken(String list, String token) {
        int at = 0;
        while (at <= list.length()) {
            int comma = list.indexOf(',', at);
            int end = comma < 0 ? list.length() : comma;
            if (list.substring(at, end).strip().equalsIgnoreCase(token)) {
                return true;
            }
            at = end + 1;
        }
        return false;
    }

    /** Whether the field belongs to one connection and is never passed on. */
    static boolean isHopByHop(String name) {
        return switch (name.length()) {
            case 2 -> name.equalsIgnoreCase("TE");
            case 7 -> name.equalsIgnoreCase("Trailer") || name.equalsIgnoreCase("Upgrade");
            case 10 -> name.equalsIgnoreCase("Connection") || name.equalsIgnoreCase("Keep-Alive");
            case 16 -> name.equalsIgnoreCase("Proxy-Connection");
            case 17 -> name.equalsIgnoreCase("Transfer-Encoding");
            case 18 -> name.equalsIgnoreCase("Proxy-Authenticate");
            case 19 -> name.equalsIgnoreCase("Proxy-Authorization");
            default -> false;
        };
    }

    /** Whether a field says where a message ends or how the connection goes on. */
    static boolean isFraming(String name) {
        return isHopByHop(name) || name.equalsIgnoreCase("Content-Length");
    }

    /** Whether a field must not come behind a body: it says how to read the message, or who sends it to whom. */
    static boolean isForbiddenTrailer(String name) {
        var lower = lower(name).replace('_', '-');
        return isHopByHop(name)
                || lower.startsWith("content-")
                || lower.startsWith("x-remote-")
                || lower.startsWith("impersonate-")
                || switch (lower) {
                    case "host", "authorization", "cookie", "expect", "via", "x-forwarded-for", "cache-control" -> true;
                    case "set-cookie", "location", "www-authenticate" -> true;
                    default -> false;
                };
    }

    /** Whether a name may stand in a header block. */
    static boolean isToken(String name) {
        return FieldNames.isKnown(name) || isMadeOfTokenCharacters(name);
    }

    private static boolean isMadeOfTokenCharacters(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c >= TOKEN.length || !TOKEN[c]) {
                return false;
            }
        }
        return !name.isEmpty();
    }

    /** Whether a text may be the value of the Host field; it may be empty. */
    static boolean isHost(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= HOST.length || !HOST[c]) {
                return false;
            }
        }
        return true;
    }

    /** Whether a value may stand in a header block: no line breaks, no NUL. */
    static boolean isValue(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            // one comparison for what nearly every character is
            if ((char) (c - ' ') >= PRINTABLE && (c > 0xff || c == 0x7f || (c < ' ' && c != '\t'))) {
                return false;
            }
        }
        return true;
    }

    /** Whether a value holds control characters, line breaks among them. */
    static boolean hasControls(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if ((c < ' ' && c != '\t') || c == 0x7f) {
                return true;
            }
        }
        return false;
    }

    static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
