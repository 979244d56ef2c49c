package io.luban.apiserver.authentication.token;

/**
 * A Redis server that keeps logins.
 *
 * @param username empty for the default user
 * @param password empty for none
 * @param database number of the database
 * @param tls how the connection is encrypted
 */
public record RedisSettings(String host, int port, String username, String password, int database, Tls tls) {
    /**
     * Encryption of the connection.
     *
     * @param enabled whether it is encrypted
     * @param caBundle certificates in PEM that vouch for the server's, as base64; those of the system when empty
     */
    public record Tls(boolean enabled, String caBundle) {
        /** No encryption. */
        public static final Tls OFF = new Tls(false, "");
    }

    /** Where it is, for people. */
    public String address() {
        return host + ":" + port;
    }

    @Override
    public String toString() {
        return "Redis at " + address();
    }
}
