package io.luban.http;

/**
 * Syntax of response heads (RFC 9112 §4 and §5), as Latin-1 text; a lone line feed is accepted as end of line, folding is
 * not.
 */
final class HeadSyntax {
    private HeadSyntax() {}

    /** Position behind the empty line, or -1. */
    static int endOfHead(String text) {
        for (int i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) {
            int next = i + 1;
            if (next < text.length() && text.charAt(next) == '\r') {
                next++;
            }
            if (next < text.length() && text.charAt(next) == '\n') {
                return next + 1;
            }
        }
        return -1;
    }

    /** Position behind the empty line that ends trailers, which may be the first one; or -1. */
    static int endOfTrailers(String text) {
        if (text.startsWith("\n")) {
            return 1;
        }
        return text.startsWith("\r\n") ? 2 : endOfHead(text);
    }

    /** Status code of the status line. */
    static int status(String text) {
        boolean wellFormed =
                text.length() > 12 && text.startsWith("HTTP/1.") && text.charAt(8) == ' ' && text.charAt(12) <= ' ';
        int status =
                wellFormed ? digit(text.charAt(9)) * 100 + digit(text.charAt(10)) * 10 + digit(text.charAt(11)) : -1;
        if (status < 100) {
            throw new MalformedResponseException("malformed status line");
        }
        return status;
    }

    /** The words behind the status code; {@code ""} for none, or for some that may not be passed on. */
    static String reason(String text) {
        var words = text.substring(12, text.indexOf('\n', 12)).strip();
        return Fields.isValue(words) ? words : "";
    }

    /** Position behind the line that begins at {@code from}. */
    static int afterLine(String text, int from) {
        return text.indexOf('\n', from) + 1;
    }

    /** Fields between two positions, up to an empty line. */
    static Headers fields(String text, int from, int to) {
        var builder = Headers.builder();
        int at = from;
        while (at < to) {
            int next = afterLine(text, at);
            int end = next - 1;
            if (end > at && text.charAt(end - 1) == '\r') {
                end--;
            }
            if (end > at) {
                field(text, at, end, builder);
            }
            at = next;
        }
        return builder.build();
    }

    private static void field(String text, int from, int to, Headers.Builder builder) {
        int colon = text.indexOf(':', from, to);
        if (colon < 0) {
            throw new MalformedResponseException("header line without a colon");
        }
        int start = colon + 1;
        int end = to;
        while (start < end && isBlank(text.charAt(start))) {
            start++;
        }
        while (end > start && isBlank(text.charAt(end - 1))) {
            end--;
        }
        var name = FieldNames.of(text, from, colon);
        if (!Fields.isToken(name)) {
            throw new MalformedResponseException("malformed header name");
        }
        var value = text.substring(start, end);
        if (!Fields.isValue(value)) {
            throw new MalformedResponseException("malformed value of header " + Fields.lower(name));
        }
        builder.add(name, value);
    }

    /** Whether the connection stays open after the response. */
    static boolean isKeepAlive(String text, Headers headers) {
        boolean keepAlive = text.charAt(7) != '0';
        for (int i = 0; i < headers.size(); i++) {
            if (headers.name(i).equalsIgnoreCase("Connection")) {
                if (Fields.hasToken(headers.value(i), "close")) {
                    return false;
                }
                keepAlive |= Fields.hasToken(headers.value(i), "keep-alive");
            }
        }
        return keepAlive;
    }

    /** Refuses framing that two readers could understand differently. */
    static void requireChunked(Headers headers) {
        var codings = headers.all("Transfer-Encoding");
        if (codings.size() != 1 || !codings.getFirst().strip().equalsIgnoreCase("chunked")) {
            throw new MalformedResponseException("unknown transfer encoding");
        }
        if (headers.contains("Content-Length")) {
            throw new MalformedResponseException("both a content length and a transfer encoding");
        }
    }

    /** Announced length, or -1. */
    static long contentLength(Headers headers) {
        long length = -1;
        for (int i = 0; i < headers.size(); i++) {
            if (headers.name(i).equalsIgnoreCase("Content-Length")) {
                long value = number(headers.value(i));
                if (length >= 0 && value != length) {
                    throw new MalformedResponseException("contradicting content lengths");
                }
                length = value;
            }
        }
        return length;
    }

    /** Size of a chunk; extensions are ignored. */
    static long chunkSize(byte[] line) {
        long size = 0;
        int digits = 0;
        for (byte b : line) {
            int digit = Character.digit(b, 16);
            if (digit < 0) {
                break;
            }
            size = size * 16 + digit;
            digits++;
        }
        boolean wellEnded =
                digits == line.length || (digits < line.length && (line[digits] == ';' || line[digits] <= ' '));
        if (digits == 0 || digits > 15 || !wellEnded) {
            throw new MalformedResponseException("malformed chunk size");
        }
        return size;
    }

    private static long number(String text) {
        long number = 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9 || i > 17) {
                throw new MalformedResponseException("malformed content length");
            }
            number = number * 10 + digit;
        }
        if (text.isEmpty()) {
            throw new MalformedResponseException("malformed content length");
        }
        return number;
    }

    private static int digit(char c) {
        return c >= '0' && c <= '9' ? c - '0' : -1000;
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }
}
