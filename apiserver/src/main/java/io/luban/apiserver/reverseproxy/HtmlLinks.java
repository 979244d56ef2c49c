package io.luban.apiserver.reverseproxy;

import io.luban.http.BodyEdit;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Changes the URLs in the attributes of an HTML page while it passes; everything else stays byte for byte. Nothing is held
 * back but the value of such an attribute until it is complete. Bytes are read as Latin-1, which keeps every encoding that
 * contains ASCII intact.
 */
final class HtmlLinks implements BodyEdit {
    /** A longer value is a picture or the like, but no link. */
    private static final int LONGEST_URL = 64 * 1024;

    private static final int LONGEST_NAME = 16;
    /** What stands within these is text, whatever it looks like. */
    private static final Set<String> RAW = Set.of("script", "style", "textarea", "title", "xmp");

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

    private enum State {
        TEXT,
        OPEN,
        MARK,
        DASH,
        COMMENT,
        NAME,
        TAG,
        ATTRIBUTE,
        AFTER_ATTRIBUTE,
        BEFORE_VALUE,
        VALUE,
        RAW_TEXT
    }

    private final UnaryOperator<String> link;
    private final StringBuilder out = new StringBuilder();
    private final StringBuilder word = new StringBuilder();
    private final StringBuilder value = new StringBuilder();
    private State state = State.TEXT;
    private String tag = "";
    private String end = "";
    private Set<String> wanted = Set.of();
    private boolean isLink;
    /** Zero where a value has none. */
    private char quote;

    private int dashes;
    private int matched;

    /** Passes every URL through {@code link}. */
    HtmlLinks(UnaryOperator<String> link) {
        this.link = link;
    }

    /** A whole page with every URL passed through {@code link}. */
    static byte[] rewrite(byte[] page, UnaryOperator<String> link) {
        var links = new HtmlLinks(link);
        links.take(page);
        return links.rest();
    }

    @Override
    public byte[] piece(byte[] bytes) {
        take(bytes);
        return written();
    }

    @Override
    public byte[] rest() {
        out.append(value);
        value.setLength(0);
        return written();
    }

    @Override
    public boolean keepsLength() {
        return false;
    }

    private void take(byte[] bytes) {
        for (byte b : bytes) {
            take((char) (b & 0xff));
        }
    }

    private byte[] written() {
        var bytes = out.toString().getBytes(StandardCharsets.ISO_8859_1);
        out.setLength(0);
        return bytes;
    }

    private void take(char c) {
        switch (state) {
            case TEXT -> pass(c, c == '<' ? State.OPEN : State.TEXT);
            case OPEN -> open(c);
            case MARK -> mark(c, State.DASH);
            case DASH -> mark(c, State.COMMENT);
            case COMMENT -> comment(c);
            case NAME -> name(c);
            case TAG -> inTag(c);
            case ATTRIBUTE -> attribute(c);
            case AFTER_ATTRIBUTE -> afterAttribute(c);
            case BEFORE_VALUE -> beforeValue(c);
            case VALUE -> value(c);
            case RAW_TEXT -> rawText(c);
        }
    }

    private void pass(char c, State next) {
        out.append(c);
        state = next;
    }

    private void again(char c, State next) {
        state = next;
        take(c);
    }

    private void open(char c) {
        if (c == '!') {
            pass(c, State.MARK);
        } else if (Character.isLetter(c)) {
            word.setLength(0);
            again(c, State.NAME);
        } else {
            again(c, State.TEXT);
        }
    }

    private void mark(char c, State next) {
        if (c == '-') {
            dashes = 2;
            pass(c, next);
        } else {
            again(c, State.TEXT);
        }
    }

    private void comment(char c) {
        boolean ends = c == '>' && dashes >= 2;
        dashes = c == '-' ? dashes + 1 : 0;
        pass(c, ends ? State.TEXT : State.COMMENT);
    }

    private void name(char c) {
        if (isWordPart(c)) {
            spell(c);
            return;
        }
        tag = word.toString();
        end = "</" + tag;
        wanted = URL_ATTRIBUTES.getOrDefault(tag, Set.of());
        again(c, State.TAG);
    }

    private void inTag(char c) {
        if (c == '>') {
            matched = 0;
            pass(c, RAW.contains(tag) ? State.RAW_TEXT : State.TEXT);
        } else if (isWordPart(c)) {
            word.setLength(0);
            again(c, State.ATTRIBUTE);
        } else {
            out.append(c);
        }
    }

    private void attribute(char c) {
        if (isWordPart(c)) {
            spell(c);
        } else {
            again(c, State.AFTER_ATTRIBUTE);
        }
    }

    private void afterAttribute(char c) {
        if (Character.isWhitespace(c)) {
            out.append(c);
        } else if (c == '=') {
            pass(c, State.BEFORE_VALUE);
        } else {
            again(c, State.TAG);
        }
    }

    private void beforeValue(char c) {
        if (Character.isWhitespace(c)) {
            out.append(c);
            return;
        }
        isLink = wanted.contains(word.toString());
        if (c == '"' || c == '\'') {
            quote = c;
            pass(c, State.VALUE);
        } else {
            quote = 0;
            again(c, State.VALUE);
        }
    }

    private void value(char c) {
        boolean ends = quote == 0 ? c == '>' || Character.isWhitespace(c) : c == quote;
        if (!ends) {
            (isLink ? value : out).append(c);
            if (value.length() > LONGEST_URL) {
                letGo();
            }
            return;
        }
        if (isLink) {
            out.append(link.apply(value.toString()));
            value.setLength(0);
        }
        if (quote == 0) {
            again(c, State.TAG);
        } else {
            pass(c, State.TAG);
        }
    }

    private void letGo() {
        out.append(value);
        value.setLength(0);
        isLink = false;
    }

    /** Until the end tag of the same name. */
    private void rawText(char c) {
        if (matched == end.length() && !isWordPart(c)) {
            tag = "";
            wanted = Set.of();
            again(c, State.TAG);
            return;
        }
        boolean goesOn = matched < end.length() && Character.toLowerCase(c) == end.charAt(matched);
        matched = goesOn ? matched + 1 : c == '<' ? 1 : 0;
        out.append(c);
    }

    private void spell(char c) {
        out.append(c);
        if (word.length() < LONGEST_NAME) {
            word.append(Character.toLowerCase(c));
        }
    }

    private static boolean isWordPart(char c) {
        return Character.isLetterOrDigit(c) || c == '-' || c == '_' || c == ':';
    }
}
