package io.luban.apiserver.reverseproxy;

import io.luban.http.Reply;
import java.util.Set;

/**
 * A path that the gateway answers with another address.
 *
 * @param location URL or path with placeholders
 * @param code status of the answer
 */
record Redirect(PathPattern pattern, String location, int code, Placeholders placeholders) {
    static final int USUAL_CODE = 302;
    static final Set<Integer> CODES = Set.of(301, 302, 303, 307, 308);

    boolean matches(Outbound request) {
        return pattern.matches(request.path());
    }

    Reply reply(Outbound request) {
        return Reply.redirect(code, Placeholders.expand(location, name -> value(name, request)));
    }

    /** Values go into a header field; what ends a line there would begin another field. */
    private String value(String name, Outbound request) {
        var value = name.equals("path") ? request.path() : placeholders.inPath(name, request);
        return value.replaceAll("\\p{Cntrl}", "");
    }
}
