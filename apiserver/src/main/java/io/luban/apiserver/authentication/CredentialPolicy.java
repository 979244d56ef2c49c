package io.luban.apiserver.authentication;

/** What a bad credential means on a route. */
enum CredentialPolicy {
    /** Refused. */
    STRICT,
    /** As if none had been sent: what the login page needs must not fail because of an expired session. */
    OPTIONAL,
    /** The header names an OAuth client, not a user. */
    CLIENT;

    static CredentialPolicy of(String path) {
        if (path.isEmpty() || path.charAt(0) != '/') {
            return STRICT;
        }
        return switch (path) {
            case "/oauth/token", "/oauth/revoke", "/oauth/introspect" -> CLIENT;
            case "/oauth/authorize", "/oauth/logout", "/oauth/keys", "/oauth/authenticate" -> OPTIONAL;
            case "/healthz", "/livez", "/readyz" -> OPTIONAL;
            default -> isOpen(path) ? OPTIONAL : STRICT;
        };
    }

    private static boolean isOpen(String path) {
        return path.startsWith("/dist/")
                || path.startsWith("/oauth/callback/")
                || path.startsWith("/oauth/.well-known/")
                || path.startsWith("/.well-known/")
                || path.startsWith("/healthz/")
                || path.startsWith("/livez/")
                || path.startsWith("/readyz/");
    }
}
