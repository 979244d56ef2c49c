package io.luban.http;

import java.util.regex.Pattern;

/** What the operating system said of a failed call, told alike by every transport. */
final class SystemMessage {
    /** The native transport puts its name of the call and the number of the error before the system's words. */
    private static final Pattern NATIVE_CALL = Pattern.compile("^\\w+\\(\\.\\.\\) failed with error\\(-\\d+\\): ");

    private SystemMessage() {}

    /** The message of the first cause, or its type where it has none. */
    static String of(Throwable failure) {
        var root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        var text = root.getMessage();
        return text == null
                ? root.getClass().getSimpleName()
                : NATIVE_CALL.matcher(text).replaceFirst("");
    }
}
