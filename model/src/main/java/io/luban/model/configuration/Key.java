package io.luban.model.configuration;

import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import java.util.Locale;

/**
 * A declared setting.
 *
 * @param name full name with dots, as in {@code kube.audit.level}
 * @param standard what holds when nobody says anything, written like a value in the file
 * @param meaning one sentence for people
 * @param aliases other names under which files may have it
 */
public record Key<T>(String name, ValueType<T> type, String standard, String meaning, List<String> aliases) {
    private static final String PLATFORM = "KUBESPHERE_";
    private static final String OWN = "LUBAN_";

    /** Defensive copies. */
    public Key {
        aliases = List.copyOf(aliases);
    }

    /** A setting with one name. */
    public Key(String name, ValueType<T> type, String standard, String meaning) {
        this(name, type, standard, meaning, List.of());
    }

    /** Whether its value must not be shown to anybody. */
    boolean isSecret() {
        return name.matches("(?i).*(password|secret|token|signKeyData|accessKey).*");
    }

    /** The value where nothing is set. */
    public T defaultValue() {
        return type.reader().apply(TextNode.valueOf(standard));
    }

    /**
     * The environment variable of the same meaning. Settings of the platform have the name that its operators know,
     * {@code KUBESPHERE_CACHE_OPTIONS_CLEANUPPERIOD}; those of the embedded Kubernetes one of ours,
     * {@code LUBAN_KUBE_AUDIT_LEVEL}.
     */
    public String variable() {
        return variables().getFirst();
    }

    /** Every variable that is read, the usual one first. */
    List<String> variables() {
        var own = OWN + upper(name.replaceAll("([a-z])([A-Z])", "$1_$2"));
        return name.startsWith("kube.") ? List.of(own) : List.of(PLATFORM + upper(name), own);
    }

    private static String upper(String text) {
        return text.replace('.', '_').toUpperCase(Locale.ROOT);
    }
}
