package io.luban.apiserver.content;

import io.luban.http.Request;

/** What a client says it has already (RFC 9110 §13.1.2). */
public final class EntityTags {
    private EntityTags() {}

    /** Whether the client has the content of that tag; compares weakly, as is the rule for reading. */
    public static boolean hold(Request request, String tag) {
        for (var field : request.headers().all("If-None-Match")) {
            for (var candidate : field.split(",", -1)) {
                var stripped = candidate.strip();
                if (stripped.equals("*") || stripped.equals(tag) || stripped.equals("W/" + tag)) {
                    return true;
                }
            }
        }
        return false;
    }
}
