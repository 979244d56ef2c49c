package io.luban.extensionformat.remote;

/**
 * How a server is trusted and what it is told about the caller.
 *
 * @param username sent only together with a password
 * @param password sent only together with a user name
 * @param caBundle certificates in PEM, in base64, that replace the system's; empty for the system's
 * @param insecure whether any certificate is accepted
 */
public record RemoteAccess(String username, String password, String caBundle, boolean insecure) {
    /** No credentials, the system's trust. */
    public static final RemoteAccess ANONYMOUS = new RemoteAccess("", "", "", false);

    /** Whether there is something to tell about the caller. */
    public boolean hasCredentials() {
        return !username.isEmpty() && !password.isEmpty();
    }

    /** The same trust without credentials. */
    public RemoteAccess withoutCredentials() {
        return new RemoteAccess("", "", caBundle, insecure);
    }

    /** Never shows the password. */
    @Override
    public String toString() {
        return "RemoteAccess[username=%s, insecure=%s]".formatted(username, insecure);
    }
}
