package io.luban.apiserver.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads the requests of a connection by the letter of RFC 9112 and stops at the first byte that is not as it should be. Higher
 * minor versions are read like HTTP/1.1 (RFC 9110 §2.5). Of what recipients may tolerate it knows a lone line feed as end of a
 * line and the first of several lengths in HTTP/1.0; both can be switched off.
 */
final class StrictParser {
    private static final Pattern REQUEST_LINE =
            Pattern.compile("([!#$%&'*+.^_`|~0-9A-Za-z-]+) ([\\x21-\\x7e]+) HTTP/1\\.\\d");
    private static final Pattern FIELD =
            Pattern.compile("([!#$%&'*+.^_`|~0-9A-Za-z-]+):([\\t\\x20-\\x7e\\x80-\\xff]*)");
    private static final Pattern CHUNK = Pattern.compile("([0-9A-Fa-f]{1,15})[ \\t]*(;[\\t\\x20-\\x7e]*)?");

    /**
     * One request.
     *
     * @param complete whether its body was complete too
     */
    record Parsed(String method, String target, String body, boolean complete) {}

    private final String bytes;
    private final boolean tolerant;
    private final List<Parsed> requests = new ArrayList<>();
    private int at;

    private StrictParser(byte[] bytes, boolean tolerant) {
        this.bytes = new String(bytes, StandardCharsets.ISO_8859_1);
        this.tolerant = tolerant;
    }

    static List<Parsed> parse(byte[] bytes, boolean tolerant) {
        var parser = new StrictParser(bytes, tolerant);
        while (parser.request()) {
            // one after the other
        }
        return parser.requests;
    }

    /** Length of the part that was understood. */
    static int understood(byte[] bytes) {
        var parser = new StrictParser(bytes, false);
        int end = 0;
        while (parser.request()) {
            end = parser.at;
        }
        return end;
    }

    private boolean request() {
        // empty lines before a request line are to be skipped (§2.2)
        var line = line();
        while (line.isPresent() && line.get().isEmpty()) {
            line = line();
        }
        var start = line.map(REQUEST_LINE::matcher).filter(java.util.regex.Matcher::matches);
        if (start.isEmpty()) {
            return false;
        }
        String length = null;
        String coding = null;
        boolean isOld = line.get().endsWith("1.0");
        boolean closes = isOld;
        for (line = line(); line.isPresent() && !line.get().isEmpty(); line = line()) {
            var field = FIELD.matcher(line.get());
            if (!field.matches()) {
                return false;
            }
            var name = field.group(1).toLowerCase(Locale.ROOT);
            var value = field.group(2).strip();
            if (name.equals("content-length") && length != null && tolerant && isOld) {
                continue;
            }
            if (name.equals("content-length")) {
                if (!value.matches("\\d{1,18}") || (length != null && !length.equals(value))) {
                    return false;
                }
                length = value;
            } else if (name.equals("transfer-encoding")) {
                if (!value.equalsIgnoreCase("chunked") || coding != null) {
                    return false;
                }
                coding = value;
            } else if (name.equals("connection")
                    && value.toLowerCase(Locale.ROOT).contains("close")) {
                closes = true;
            }
        }
        if (line.isEmpty() || (length != null && coding != null)) {
            return false;
        }
        var method = start.get().group(1);
        var target = start.get().group(2);
        var body = coding != null ? chunked() : fixed(length == null ? 0 : Long.parseLong(length));
        requests.add(new Parsed(method, target, body.orElse(""), body.isPresent()));
        return body.isPresent() && !closes;
    }

    private Optional<String> fixed(long length) {
        if (at + length > bytes.length()) {
            return Optional.empty();
        }
        var body = bytes.substring(at, at + (int) length);
        at += (int) length;
        return Optional.of(body);
    }

    private Optional<String> chunked() {
        var body = new StringBuilder();
        while (true) {
            var size = line().map(CHUNK::matcher).filter(java.util.regex.Matcher::matches);
            if (size.isEmpty()) {
                return Optional.empty();
            }
            long length = Long.parseLong(size.get().group(1), 16);
            if (length == 0) {
                return trailers() ? Optional.of(body.toString()) : Optional.empty();
            }
            var chunk = fixed(length);
            if (chunk.isEmpty() || line().filter(String::isEmpty).isEmpty()) {
                return Optional.empty();
            }
            body.append(chunk.get());
        }
    }

    private boolean trailers() {
        for (var line = line(); line.isPresent(); line = line()) {
            if (line.get().isEmpty()) {
                return true;
            }
            if (!FIELD.matcher(line.get()).matches()) {
                return false;
            }
        }
        return false;
    }

    private Optional<String> line() {
        int end = bytes.indexOf('\n', at);
        if (end < 0) {
            return Optional.empty();
        }
        boolean hasReturn = end > at && bytes.charAt(end - 1) == '\r';
        if (!hasReturn && !tolerant) {
            return Optional.empty();
        }
        var line = bytes.substring(at, hasReturn ? end - 1 : end);
        at = end + 1;
        return line.indexOf('\r') >= 0 ? Optional.empty() : Optional.of(line);
    }
}
