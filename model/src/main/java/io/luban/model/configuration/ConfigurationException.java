package io.luban.model.configuration;

import java.util.List;

/** Settings that cannot be used; the message lists everything that is wrong. */
public final class ConfigurationException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final transient List<String> problems;

    /** Problems found in a source, such as a file. */
    public ConfigurationException(String source, List<String> problems) {
        super("%s: %d %s%n  %s"
                .formatted(
                        source,
                        problems.size(),
                        problems.size() == 1 ? "problem" : "problems",
                        String.join(System.lineSeparator() + "  ", problems)));
        this.problems = List.copyOf(problems);
    }

    /** One sentence for each. */
    public List<String> problems() {
        return problems;
    }
}
