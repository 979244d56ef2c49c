package io.luban.ksbuilder.lint;

/**
 * One thing that a check has to say.
 *
 * @param severity how bad it is
 * @param subject file, object or folder it is about
 * @param message what and, where that is not obvious, what to do
 */
public record Finding(Severity severity, String subject, String message) {
    /** How bad. */
    public enum Severity {
        /** Good to know. */
        INFO,
        /** Works, but somewhere it will not. */
        WARNING,
        /** Breaks a rule. */
        ERROR
    }

    static Finding error(String subject, String message) {
        return new Finding(Severity.ERROR, subject, message);
    }

    static Finding warning(String subject, String message) {
        return new Finding(Severity.WARNING, subject, message);
    }
}
