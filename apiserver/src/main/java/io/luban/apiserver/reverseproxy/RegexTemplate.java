package io.luban.apiserver.reverseproxy;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.util.Optional;

/**
 * Replacement texts in Go's notation: {@code $1}, {@code $name}, {@code ${name}}, {@code $$}. A bare name takes all letters,
 * digits and underscores that follow; a group that does not exist is empty.
 */
final class RegexTemplate {
    private RegexTemplate() {}

    /** All matches replaced; takes time linear in the text, whatever the pattern. */
    static String replaceAll(Pattern pattern, String text, String template) {
        var matcher = pattern.matcher(text);
        var result = new StringBuilder(text.length());
        int copied = 0;
        while (matcher.find()) {
            result.append(text, copied, matcher.start());
            expand(matcher, template, result);
            copied = matcher.end();
        }
        return result.append(text, copied, text.length()).toString();
    }

    private static void expand(Matcher matcher, String template, StringBuilder result) {
        int at = 0;
        while (at < template.length()) {
            char c = template.charAt(at);
            if (c != '$' || at + 1 == template.length()) {
                result.append(c);
                at++;
                continue;
            }
            char next = template.charAt(at + 1);
            if (next == '$') {
                result.append('$');
                at += 2;
                continue;
            }
            boolean braced = next == '{';
            int from = at + (braced ? 2 : 1);
            int end = from;
            while (end < template.length() && isWord(template.charAt(end))) {
                end++;
            }
            if (end == from || (braced && (end == template.length() || template.charAt(end) != '}'))) {
                result.append(c);
                at++;
                continue;
            }
            result.append(group(matcher, template.substring(from, end)));
            at = braced ? end + 1 : end;
        }
    }

    private static String group(Matcher matcher, String name) {
        try {
            var value = name.chars().allMatch(Character::isDigit) ? numbered(matcher, name) : matcher.group(name);
            return Optional.ofNullable(value).orElse("");
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            return "";
        }
    }

    private static String numbered(Matcher matcher, String digits) {
        int number = digits.length() > 3 ? Integer.MAX_VALUE : Integer.parseInt(digits);
        return number <= matcher.groupCount()
                ? Optional.ofNullable(matcher.group(number)).orElse("")
                : "";
    }

    private static boolean isWord(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    }
}
