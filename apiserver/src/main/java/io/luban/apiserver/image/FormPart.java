package io.luban.apiserver.image;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One part of a {@code multipart/form-data} body (RFC 7578).
 *
 * @param fileName {@code ""} when the client told none
 * @param mediaType {@code ""} when the client told none
 */
record FormPart(String fileName, String mediaType, byte[] content) {
    private static final Pattern BOUNDARY =
            Pattern.compile("boundary=(?:\"([^\"]{1,70})\"|([^;\\s]{1,70}))", Pattern.CASE_INSENSITIVE);
    private static final Pattern PARAMETER = Pattern.compile(
            "(?<=[;\\s])(name|filename\\*?)\\s*=\\s*(?:\"((?:[^\"\\\\]|\\\\.)*)\"|([^\"\\s;]+))",
            Pattern.CASE_INSENSITIVE);
    private static final String END_OF_HEAD = "\r\n\r\n";

    /** The part of that field name; empty when the body holds none or cannot be read. */
    static Optional<FormPart> find(String field, String contentType, byte[] body) {
        var boundary = BOUNDARY.matcher(contentType);
        if (!contentType.toLowerCase(Locale.ROOT).startsWith("multipart/form-data") || !boundary.find()) {
            return Optional.empty();
        }
        var mark = "--" + (boundary.group(1) == null ? boundary.group(2) : boundary.group(1));
        // one character a byte, so that positions in the text are positions in the body
        var text = new String(body, StandardCharsets.ISO_8859_1);
        int at = text.startsWith(mark) ? 0 : after(text, text.indexOf("\r\n" + mark), 2);
        while (at >= 0) {
            int head = at + mark.length();
            int content = after(text, text.indexOf(END_OF_HEAD, head), END_OF_HEAD.length());
            int end = content < 0 ? -1 : text.indexOf("\r\n" + mark, content);
            if (text.startsWith("--", head) || end < 0) {
                return Optional.empty();
            }
            var disposition = disposition(text.substring(head, content));
            if (field.equals(disposition.get("name"))) {
                return Optional.of(new FormPart(
                        // only its ending is of interest, which the encoded form has too
                        disposition.getOrDefault("filename*", disposition.getOrDefault("filename", "")),
                        disposition.getOrDefault("content-type", ""),
                        java.util.Arrays.copyOfRange(body, content, end)));
            }
            at = end + 2;
        }
        return Optional.empty();
    }

    private static int after(String text, int found, int length) {
        return found < 0 || found > text.length() ? -1 : found + length;
    }

    /** Parameters of the disposition, and the content type. */
    private static Map<String, String> disposition(String head) {
        var result = new HashMap<String, String>();
        for (var line : head.split("\r\n", -1)) {
            var lower = line.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-disposition:")) {
                var parameter = PARAMETER.matcher(line);
                while (parameter.find()) {
                    var quoted = parameter.group(2);
                    result.putIfAbsent(
                            parameter.group(1).toLowerCase(Locale.ROOT), quoted == null ? parameter.group(3) : quoted);
                }
            } else if (lower.startsWith("content-type:")) {
                result.put(
                        "content-type", line.substring("content-type:".length()).trim());
            }
        }
        return result;
    }
}
