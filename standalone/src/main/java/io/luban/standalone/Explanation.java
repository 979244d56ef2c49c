package io.luban.standalone;

import io.luban.model.ApiException;
import io.luban.model.ParseException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.util.Objects;

/** One line for people about a failure that ended a command. */
final class Explanation {
    private Explanation() {}

    static String of(Throwable failure) {
        return switch (failure) {
            case AccessDeniedException denied -> denied.getFile() + ": permission denied";
            case FileSystemException file -> file.getFile() + ": " + reason(file);
            case UncheckedIOException wrapped -> explain(wrapped);
            case IOException io -> message(io);
            case ApiException api -> message(api);
            case ParseException parse -> message(parse);
            case IllegalStateException state -> message(state);
            case IllegalArgumentException argument -> message(argument);
            default -> failure.toString();
        };
    }

    private static String explain(UncheckedIOException wrapped) {
        var cause = Objects.requireNonNullElse(wrapped.getCause(), wrapped);
        // without a message of its own the wrapper repeats its cause
        return !cause.equals(wrapped) && cause.toString().equals(wrapped.getMessage()) ? of(cause) : message(wrapped);
    }

    private static String reason(FileSystemException file) {
        var reason = file.getReason();
        return reason == null ? file.getClass().getSimpleName() : reason;
    }

    private static String message(Throwable failure) {
        var message = failure.getMessage();
        return message == null ? failure.toString() : message;
    }
}
