package io.luban.console;

import io.luban.http.Request;

/** What kind of answer a client wants. */
final class Accepted {
    private Accepted() {}

    /** Whether a page would do: only browsers that navigate name HTML. */
    static boolean html(Request request) {
        return request.header("Accept").orElse("").contains("text/html");
    }
}
