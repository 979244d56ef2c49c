package io.luban.apiserver.reverseproxy;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Changes the URLs in the attributes of an HTML page; everything else stays byte for byte. One pass, no recursion. */
final class HtmlLinks {
    private static final Map<String, Set<String>> URL_ATTRIBUTES = Map.ofEntries(
            Map.entry("a", Set.of("href")),
            Map.entry("applet", Set.of("codebase")),
            Map.entry("area", Set.of("href")),
            Map.entry("audio", Set.of("src")),
            Map.entry("base", Set.of("href")),
            Map.entry("blockquote", Set.of("cite")),
            Map.entry("body", Set.of("background")),
            Map.entry("button", Set.of("formaction")),
            Map.entry("command", Set.of("icon")),
            Map.entry("del", Set.of("cite")),
            Map.entry("embed", Set.of("src")),
            Map.entry("form", Set.of("action")),
            Map.entry("frame", Set.of("longdesc", "src")),
            Map.entry("head", Set.of("profile")),
            Map.entry("html", Set.of("manifest")),
            Map.entry("iframe", Set.of("longdesc", "src")),
            Map.entry("img", Set.of("longdesc", "src", "usemap")),
            Map.entry("input", Set.of("formaction", "src", "usemap")),
            Map.entry("ins", Set.of("cite")),
            Map.entry("link", Set.of("href")),
            Map.entry("object", Set.of("classid", "codebase", "data", "usemap")),
            Map.entry("q", Set.of("cite")),
            Map.entry("script", Set.of("src")),
            Map.entry("source", Set.of("src")),
            Map.entry("video", Set.of("poster", "src")));

    private final String page;
    private final UnaryOperator<String> link;
    private final StringBuilder result;
    private int at;

    private HtmlLinks(String page, UnaryOperator<String> link) {
        this.page = page;
        this.link = link;
        result = new StringBuilder(page.length() + 256);
    }

    /** The page with every URL passed through {@code link}. */
    static String rewrite(String page, UnaryOperator<String> link) {
        return new HtmlLinks(page, link).run();
    }

    private String run() {
        while (at < page.length()) {
            int open = page.indexOf('<', at);
            if (open < 0) {
                break;
            }
            copyTo(open + 1);
            if (page.startsWith("!--", at)) {
                int end = page.indexOf("-->", at);
                copyTo(end < 0 ? page.length() : end + 3);
            } else if (at < page.length() && Character.isLetter(page.charAt(at))) {
                tag();
            }
        }
        copyTo(page.length());
        return result.toString();
    }

    private void tag() {
        var wanted = URL_ATTRIBUTES.getOrDefault(word(), Set.of());
        while (at < page.length() && page.charAt(at) != '>') {
            if (isWordPart(page.charAt(at))) {
                attribute(wanted);
            } else {
                copyTo(at + 1);
            }
        }
    }

    private void attribute(Set<String> wanted) {
        var name = word();
        copyBlanks();
        if (at >= page.length() || page.charAt(at) != '=') {
            return;
        }
        copyTo(at + 1);
        copyBlanks();
        int end = valueEnd();
        if (wanted.contains(name)) {
            var quote = at < page.length() ? page.charAt(at) : ' ';
            boolean quoted = (quote == '"' || quote == '\'') && end - at >= 2;
            var value = quoted ? page.substring(at + 1, end - 1) : page.substring(at, end);
            var changed = link.apply(value);
            result.append(quoted ? quote + changed + quote : changed);
            at = end;
        } else {
            copyTo(end);
        }
    }

    private int valueEnd() {
        if (at >= page.length()) {
            return at;
        }
        char first = page.charAt(at);
        if (first == '"' || first == '\'') {
            int close = page.indexOf(first, at + 1);
            return close < 0 ? page.length() : close + 1;
        }
        int end = at;
        while (end < page.length() && page.charAt(end) != '>' && !Character.isWhitespace(page.charAt(end))) {
            end++;
        }
        return end;
    }

    private String word() {
        int end = at;
        while (end < page.length() && isWordPart(page.charAt(end))) {
            end++;
        }
        var word = page.substring(at, end).toLowerCase(Locale.ROOT);
        copyTo(end);
        return word;
    }

    private static boolean isWordPart(char c) {
        return Character.isLetterOrDigit(c) || c == '-' || c == '_' || c == ':';
    }

    private void copyBlanks() {
        int end = at;
        while (end < page.length() && Character.isWhitespace(page.charAt(end))) {
            end++;
        }
        copyTo(end);
    }

    private void copyTo(int end) {
        result.append(page, at, end);
        at = end;
    }
}
