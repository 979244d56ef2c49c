package io.luban.http;

import java.nio.charset.StandardCharsets;

/** Syntax of response heads (RFC 9112 §4 and §5); a lone line feed is accepted as end of line, folding is not. */
final class HeadSyntax {
    private HeadSyntax() {}

    /** Position behind the empty line, or -1. */
    static int endOfHead(byte[] bytes) {
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                int next = i + 1;
                if (next < bytes.length && bytes[next] == '\r') {
                    next++;
                }
                if (next < bytes.length && bytes[next] == '\n') {
                    return next + 1;
                }
            }
        }
        return -1;
    }

    /** Position behind the empty line that ends trailers, which may be the first one; or -1. */
    static int endOfTrailers(byte[] bytes) {
        if (bytes.length >= 1 && bytes[0] == '\n') {
            return 1;
        }
        if (bytes.length >= 2 && bytes[0] == '\r' && bytes[1] == '\n') {
            return 2;
        }
        return endOfHead(bytes);
    }

    /** Status code of the status line. */
    static int status(byte[] bytes) {
        boolean wellFormed = bytes.length > 12
                && bytes[0] == 'H'
                && bytes[1] == 'T'
                && bytes[2] == 'T'
                && bytes[3] == 'P'
                && bytes[4] == '/'
                && bytes[5] == '1'
                && bytes[6] == '.'
                && bytes[8] == ' ';
        int status = wellFormed ? digit(bytes[9]) * 100 + digit(bytes[10]) * 10 + digit(bytes[11]) : -1;
        if (status < 100 || bytes[12] > ' ') {
            throw new MalformedResponseException("malformed status line");
        }
        return status;
    }

    /** Position behind the line that begins at {@code from}. */
    static int afterLine(byte[] bytes, int from) {
        int i = from;
        while (bytes[i] != '\n') {
            i++;
        }
        return i + 1;
    }

    /** Fields between two positions, up to an empty line. */
    static Headers fields(byte[] bytes, int from, int to) {
        var builder = Headers.builder();
        int at = from;
        while (at < to) {
            int next = afterLine(bytes, at);
            int end = next - 1;
            if (end > at && bytes[end - 1] == '\r') {
                end--;
            }
            if (end > at) {
                field(bytes, at, end, builder);
            }
            at = next;
        }
        return builder.build();
    }

    private static void field(byte[] bytes, int from, int to, Headers.Builder builder) {
        int colon = from;
        while (colon < to && bytes[colon] != ':') {
            colon++;
        }
        if (colon == to) {
            throw new MalformedResponseException("header line without a colon");
        }
        int start = colon + 1;
        int end = to;
        while (start < end && isBlank(bytes[start])) {
            start++;
        }
        while (end > start && isBlank(bytes[end - 1])) {
            end--;
        }
        var name = new String(bytes, from, colon - from, StandardCharsets.ISO_8859_1);
        if (!Fields.isToken(name)) {
            throw new MalformedResponseException("malformed header name");
        }
        var value = new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
        if (!Fields.isValue(value)) {
            throw new MalformedResponseException("malformed value of header " + Fields.lower(name));
        }
        builder.add(name, value);
    }

    /** Whether the connection stays open after the response. */
    static boolean isKeepAlive(byte[] bytes, Headers headers) {
        boolean keepAlive = bytes[7] != '0';
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

    private static int digit(byte b) {
        return b >= '0' && b <= '9' ? b - '0' : -1000;
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t';
    }
}
