package io.luban.http;

/** The target of a request line (RFC 9112 §3.2). */
final class RequestTarget {
    private static final String HTTP = "http://";
    private static final String HTTPS = "https://";

    private RequestTarget() {}

    /**
     * Path and query; the authority of an absolute target is dropped, since the gateway answers for every name. {@code ""}
     * when the target is of another form or has characters that may not stand in one (RFC 3986 §2).
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
        int authority = authorityOf(target);
        return authority == 0 ? "" : afterAuthority(target, authority);
    }

    /** Where the authority of an absolute target begins, 0 when it is none. */
    private static int authorityOf(String target) {
        if (target.regionMatches(true, 0, HTTP, 0, HTTP.length())) {
            return HTTP.length();
        }
        return target.regionMatches(true, 0, HTTPS, 0, HTTPS.length()) ? HTTPS.length() : 0;
    }

    private static String afterAuthority(String target, int authority) {
        int question = target.indexOf('?', authority);
        int slash = target.indexOf('/', authority);
        if (question >= 0 && (slash < 0 || question < slash)) {
            return "/" + target.substring(question);
        }
        return slash < 0 ? "/" : target.substring(slash);
    }
}
