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
        int question = location.indexOf('?');
        var path = question < 0 ? location : location.substring(0, question);
        var expanded = Placeholders.expand(path, name -> value(name, request));
        return Reply.redirect(
                code, question < 0 ? expanded : expanded + tail(location.substring(question + 1), request));
    }

    /** The query and what follows it, in which values are escaped as in a rewrite. */
    private String tail(String template, Outbound request) {
        int hash = template.indexOf('#');
        var query = RewriteTarget.query(
                hash < 0 ? template : template.substring(0, hash),
                request.query(),
                name -> RewriteTarget.encoded(placeholders.value(name, request)));
        var fragment = hash < 0 ? "" : Placeholders.expand(template.substring(hash), name -> value(name, request));
        return (query.isEmpty() ? "" : "?" + query) + fragment;
    }

    /** Values go into a header field; what ends a line there would begin another field. */
    private String value(String name, Outbound request) {
        var value = name.equals("path") ? request.path() : placeholders.inPath(name, request);
        return value.replaceAll("\\p{Cntrl}", "");
    }
}
