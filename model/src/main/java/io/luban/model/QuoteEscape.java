package io.luban.model;

import java.util.Optional;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/**
 * The escape {@code \'} in double-quoted text. YAML does not know it, but the library of Kubernetes' clients written in Go
 * takes it for a plain quote, and charts rely on that.
 */
final class QuoteEscape {
    private static final String UNKNOWN = "found unknown escape character";

    private QuoteEscape() {}

    /** The text without such escapes in the quoted text that could not be read; empty when that was not the reason. */
    static Optional<String> without(String text, MarkedYamlEngineException failure) {
        var problem = failure.getProblem();
        if (problem == null || !problem.startsWith(UNKNOWN)) {
            return Optional.empty();
        }
        return failure.getProblemMark()
                .map(mark -> mark.getIndex())
                .filter(index -> text.codePointCount(0, text.length()) > index)
                .map(index -> text.offsetByCodePoints(0, index))
                .filter(at -> at > 0 && text.charAt(at) == '\'' && text.charAt(at - 1) == '\\')
                .map(at -> unescaped(text, at - 1));
    }

    /** Takes the backslashes away from {@code from} to the end of the quoted text. */
    private static String unescaped(String text, int from) {
        var result = new StringBuilder(text.length()).append(text, 0, from);
        int at = from;
        while (at < text.length() && text.charAt(at) != '"') {
            boolean escape = text.charAt(at) == '\\' && at + 1 < text.length();
            if (escape && text.charAt(at + 1) != '\'') {
                result.append(text.charAt(at++));
            } else if (escape) {
                at++;
            }
            result.append(text.charAt(at++));
        }
        return result.append(text, at, text.length()).toString();
    }
}
