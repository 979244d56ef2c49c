package io.luban.controller.extension;

/** Why an installation cannot begin; becomes a condition of the plan. */
final class PreparationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String reason;
    private final String explanation;

    PreparationException(String reason, String message) {
        super(message);
        this.reason = reason;
        this.explanation = message;
    }

    /** One word for machines. */
    String reason() {
        return reason;
    }

    /** What is wrong, for people. */
    String explanation() {
        return explanation;
    }
}
