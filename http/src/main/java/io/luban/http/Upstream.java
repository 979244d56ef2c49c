package io.luban.http;

import java.util.Arrays;

/**
 * A server requests are forwarded to. Equal values share pooled connections, so make them from configuration, not from
 * requests.
 *
 * @param tls whether to speak TLS
 * @param host name or address
 * @param port TCP port
 * @param caPem trust anchors in PEM, empty for the system's
 * @param insecure accept any certificate
 */
public record Upstream(boolean tls, String host, int port, byte[] caPem, boolean insecure) {
    /** A plain-text upstream. */
    public static Upstream http(String host, int port) {
        return new Upstream(false, host, port, new byte[0], false);
    }

    /** Host with the port where it is not the scheme's own; the value for the Host header. */
    public String authority() {
        boolean usual = port == (tls ? 443 : 80);
        return usual ? host : host + ":" + port;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Upstream that
                && tls == that.tls
                && insecure == that.insecure
                && port == that.port
                && host.equals(that.host)
                && Arrays.equals(caPem, that.caPem);
    }

    @Override
    public int hashCode() {
        return host.hashCode() * 31 + port;
    }
}
