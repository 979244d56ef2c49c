package io.luban.apiserver.reverseproxy;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.Locale;

/** The left side of a rewrite rule: which paths it is about, whatever their case. */
final class PathPattern {
    private enum Kind {
        ALL,
        CONTAINS,
        SUFFIX,
        PREFIX,
        EQUAL,
        GLOB,
        NONE
    }

    private final String pattern;
    private final boolean escaped;
    private final Kind kind;
    private final String literal;
    private final Pattern glob;

    private PathPattern(String pattern, boolean escaped, Kind kind, String literal, Pattern glob) {
        this.pattern = pattern;
        this.escaped = escaped;
        this.kind = kind;
        this.literal = literal;
        this.glob = glob;
    }

    static PathPattern of(String text) {
        boolean escaped = text.indexOf('%') >= 0;
        // the escape before a star only says that the star stands for encoded text
        var pattern = text.toLowerCase(Locale.ROOT).replace("%*", "*");
        var inner = pattern.replace("*", "");
        boolean plain = inner.indexOf('?') < 0 && inner.indexOf('[') < 0;
        int stars = pattern.length() - inner.length();
        boolean starts = pattern.startsWith("*");
        boolean ends = pattern.endsWith("*");
        if (pattern.equals("*")) {
            return literal(pattern, escaped, Kind.ALL, "");
        }
        if (plain && stars == 2 && starts && ends) {
            return literal(pattern, escaped, Kind.CONTAINS, inner);
        }
        if (plain && stars == 1 && starts) {
            return literal(pattern, escaped, Kind.SUFFIX, inner);
        }
        if (plain && stars == 1 && ends) {
            return literal(pattern, escaped, Kind.PREFIX, inner);
        }
        if (plain && stars == 0) {
            return literal(pattern, escaped, Kind.EQUAL, inner);
        }
        try {
            return new PathPattern(pattern, escaped, Kind.GLOB, "", Pattern.compile(regex(pattern)));
        } catch (PatternSyntaxException e) {
            return literal(pattern, escaped, Kind.NONE, "");
        }
    }

    private static PathPattern literal(String pattern, boolean escaped, Kind kind, String text) {
        return new PathPattern(pattern, escaped, kind, text, Pattern.compile(""));
    }

    private static String regex(String glob) {
        var regex = new StringBuilder();
        boolean inSet = false;
        for (int i = 0; i < glob.length(); i++) {
            char c = glob.charAt(i);
            if (inSet) {
                regex.append(c);
                inSet = c != ']';
            } else if (c == '*') {
                regex.append("[^/]*");
            } else if (c == '?') {
                regex.append("[^/]");
            } else if (c == '[') {
                regex.append(c);
                inSet = true;
            } else {
                regex.append(Pattern.quote(String.valueOf(c)));
            }
        }
        return regex.toString();
    }

    /** Whether an encoded path fits; patterns with escapes are compared with the encoded form. */
    boolean matches(String rawPath) {
        var path = escaped ? rawPath : EscapedPath.of(rawPath).decoded();
        var subject = path.toLowerCase(Locale.ROOT);
        if (!pattern.contains("//")) {
            subject = EscapedPath.merged(subject);
        }
        return switch (kind) {
            case ALL -> true;
            case CONTAINS -> subject.contains(literal);
            case SUFFIX -> subject.endsWith(literal);
            case PREFIX -> subject.startsWith(literal);
            case EQUAL -> subject.equals(literal);
            case GLOB -> glob.matches(subject);
            case NONE -> false;
        };
    }
}
