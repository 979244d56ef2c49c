package io.luban.extensionformat;

import java.util.List;

/** A package that breaks rules; the message has one line per problem. */
public final class ValidationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<String> problems;

    /** A refusal listing every problem that was found. */
    public ValidationException(List<String> problems) {
        super(String.join("\n", problems));
        this.problems = List.copyOf(problems);
    }

    /** The single problems. */
    public List<String> problems() {
        return problems;
    }
}
