package io.luban.apiserver.reverseproxy;

import io.luban.http.Headers;

/**
 * A request on its way to a backend while directives change it.
 *
 * @param path percent-encoded, may be empty
 * @param query as sent, without the question mark
 */
record Outbound(String method, String path, String query, Headers headers) {
    Outbound withMethod(String changed) {
        return new Outbound(changed, path, query, headers);
    }

    Outbound withPath(String changed) {
        return new Outbound(method, changed, query, headers);
    }

    Outbound withTarget(String changedPath, String changedQuery) {
        return new Outbound(method, changedPath, EscapedPath.escapeQuery(changedQuery), headers);
    }

    /** With a path that may stand in a request line; an empty one stays empty. */
    Outbound rooted() {
        return path.isEmpty() || path.startsWith("/") ? this : withPath("/" + path);
    }

    Outbound with(Headers changed) {
        return new Outbound(method, path, query, changed);
    }
}
