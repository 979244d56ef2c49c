package io.luban.kubecel;

import com.google.re2j.Pattern;
import dev.cel.common.CelValidationException;
import dev.cel.runtime.CelEvaluationException;

/** Puts failures into the words that Kubernetes has for them. */
final class Failures {
    private static final Pattern KEY = Pattern.compile("key '([^']*)' is not present in map");
    private static final Pattern PREFIX = Pattern.compile("^evaluation error(?: at <input>:\\d+)?: ");

    private static final Pattern CANDIDATES = Pattern.compile("(?m) \\(candidates: .*\\)$");

    private Failures() {}

    /** Every problem of a text that is no expression. */
    static String text(CelValidationException failure) {
        return CANDIDATES.matcher(String.valueOf(failure.getMessage())).replaceAll("");
    }

    /** Why there is no result. */
    static String text(CelEvaluationException failure) {
        var message = PREFIX.matcher(String.valueOf(failure.getMessage())).replaceFirst("");
        return switch (failure.getErrorCode()) {
            case ATTRIBUTE_NOT_FOUND -> "no such key: " + key(message);
            case DIVIDE_BY_ZERO -> message.contains("odul") ? "modulus by zero" : "division by zero";
            case INDEX_OUT_OF_BOUNDS -> message.replace("Index out of bounds", "index out of bounds");
            case NUMERIC_OVERFLOW -> message.replace("long overflow", "integer overflow");
            case OVERLOAD_NOT_FOUND -> "no such overload";
            case INTERNAL_ERROR -> cause(failure, message);
            default -> message;
        };
    }

    private static String key(String message) {
        var matcher = KEY.matcher(message);
        return matcher.find() ? matcher.group(1) : message;
    }

    /** Own functions say what is wrong by the exception that they throw; the library wraps it. */
    private static String cause(CelEvaluationException failure, String message) {
        Throwable cause = failure.getCause();
        while (cause != null && cause.getCause() != null && !(cause instanceof IllegalArgumentException)) {
            cause = cause.getCause();
        }
        return cause instanceof IllegalArgumentException && cause.getMessage() != null ? cause.getMessage() : message;
    }
}
