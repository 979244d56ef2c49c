package io.luban.apiserver.reverseproxy;

import java.time.Clock;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Values that rules may insert. The server's environment and folders are none of them: authors of rules are guests. */
record Placeholders(Clock clock) {
    private static final DateTimeFormatter COMMON_LOG =
            DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ROOT);
    private static final DateTimeFormatter HTTP =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT);

    /** The text with {@code {name}} replaced; a backslash takes the meaning from a brace. */
    static String expand(String template, UnaryOperator<String> values) {
        var result = new StringBuilder(template.length());
        int at = 0;
        while (at < template.length()) {
            char c = template.charAt(at);
            int close = c == '{' ? template.indexOf('}', at) : -1;
            if (c == '\\' && at + 1 < template.length() && "{}".indexOf(template.charAt(at + 1)) >= 0) {
                result.append(template.charAt(at + 1));
                at += 2;
            } else if (close > 0) {
                result.append(values.apply(template.substring(at + 1, close)));
                at = close + 1;
            } else {
                result.append(c);
                at++;
            }
        }
        return result.toString();
    }

    /** The value within a path, where the encoded path may be asked for as it is. */
    String inPath(String name, Outbound request) {
        return name.equals("http.request.uri.path") ? request.path() : value(name, request);
    }

    /** The value; {@code ""} for names that stand for nothing. */
    String value(String name, Outbound request) {
        return switch (name) {
            case "path", "http.request.uri.path" ->
                EscapedPath.of(request.path()).decoded();
            case "query", "http.request.uri.query" -> request.query();
            case "time.now" -> now().toString();
            case "time.now.http" -> HTTP.format(now());
            case "time.now.common_log" -> COMMON_LOG.format(now());
            case "time.now.year" -> Integer.toString(now().getYear());
            case "time.now.unix" -> Long.toString(now().toEpochSecond());
            case "time.now.unix_ms" -> Long.toString(clock.millis());
            case "system.hostname" ->
                Optional.ofNullable(System.getenv("HOSTNAME")).orElse("");
            case "system.os" -> System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
            case "system.arch" -> System.getProperty("os.arch", "");
            case "system.slash" -> "/";
            default -> "";
        };
    }

    private ZonedDateTime now() {
        return clock.instant().atZone(ZoneOffset.UTC);
    }
}
