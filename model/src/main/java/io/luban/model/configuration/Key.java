package io.luban.model.configuration;

import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Locale;

/**
 * A declared setting.
 *
 * @param name full name with dots, as in {@code kube.audit.level}
 * @param standard what holds when nobody says anything, written like a value in the file
 * @param meaning one sentence for people
 */
public record Key<T>(String name, ValueType<T> type, String standard, String meaning) {
    /** The value where nothing is set. */
    public T defaultValue() {
        return type.reader().apply(TextNode.valueOf(standard));
    }

    /** The environment variable of the same meaning: {@code LUBAN_KUBE_AUDIT_LEVEL}. */
    public String variable() {
        var words = name.replaceAll("([a-z])([A-Z])", "$1_$2").replace('.', '_');
        return "LUBAN_" + words.toUpperCase(Locale.ROOT);
    }
}
