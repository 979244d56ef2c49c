package io.luban.http;

/** The target of a request line (RFC 9112 §3.2). */
final class RequestTarget {
    private static final String HTTP = "http://";
    private static final String HTTPS = "https://";

    private RequestTarget() {}

    /**
     * Path and query. {@code ""} when the target is of another form, names no host or has characters that may not stand in
     * one (RFC 3986 §2).
     */
    static String originForm(String target) {
        for (int i = 0; i < target.length(); i++) {
            char c = target.charAt(i);
            if (c <= ' ' || c >= 0x7f || c == '#') {
                return "";
            }
        }
        if (target.startsWith("/") || target.equals("*")) {
            return target;
        }
        var authority = authority(target);
        if (authority.isEmpty() || !Fields.isHost(authority)) {
            return "";
        }
        var rest = target.substring(authorityOf(target) + authority.length());
        return rest.startsWith("/") ? rest : "/" + rest;
    }

    /** The server that an absolute target names, which counts more than the Host field (RFC 9112 §3.2.2); {@code ""} without. */
    static String authority(String target) {
        int from = authorityOf(target);
        int to = from;
        while (to < target.length() && target.charAt(to) != '/' && target.charAt(to) != '?') {
            to++;
        }
        return from == 0 ? "" : target.substring(from, to);
    }

    /** Where the authority of an absolute target begins, 0 when it is none. */
    private static int authorityOf(String target) {
        if (target.regionMatches(true, 0, HTTP, 0, HTTP.length())) {
            return HTTP.length();
        }
        return target.regionMatches(true, 0, HTTPS, 0, HTTPS.length()) ? HTTPS.length() : 0;
    }
}
