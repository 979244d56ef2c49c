package io.luban.http;

import java.util.Arrays;
import java.util.Optional;

/**
 * A server requests are forwarded to. Equal values share pooled connections, so make them from configuration, not from
 * requests.
 *
 * @param tls whether to speak TLS
 * @param host name or address; certificates are checked against it
 * @param port TCP port
 * @param caPem trust anchors in PEM, empty for the system's
 * @param insecure accept any certificate
 * @param identity certificate to present to the server, if any
 * @param address where to connect instead of {@code host} and {@code port}, if elsewhere
 */
public record Upstream(
        boolean tls,
        String host,
        int port,
        byte[] caPem,
        boolean insecure,
        Optional<TlsMaterial> identity,
        Optional<Address> address) {
    /** Host name or IP address and TCP port to connect to. */
    public record Address(String host, int port) {}

    /** An upstream that is found under its own name and asks for no certificate. */
    public Upstream(boolean tls, String host, int port, byte[] caPem, boolean insecure) {
        this(tls, host, port, caPem, insecure, Optional.empty(), Optional.empty());
    }

    /** A plain-text upstream. */
    public static Upstream http(String host, int port) {
        return new Upstream(false, host, port, new byte[0], false);
    }

    /** The same with a certificate to present. */
    public Upstream presenting(TlsMaterial certificate) {
        return new Upstream(tls, host, port, caPem, insecure, Optional.of(certificate), address);
    }

    /** The same server, reached at another address; Host header and certificate checks stay. */
    public Upstream at(String addressHost, int addressPort) {
        var elsewhere = new Address(addressHost, addressPort);
        return new Upstream(tls, host, port, caPem, insecure, identity, Optional.of(elsewhere));
    }

    /** Host with the port where it is not the scheme's own; the value for the Host header. */
    public String authority() {
        boolean usual = port == (tls ? 443 : 80);
        return usual ? host : host + ":" + port;
    }

    /** The server as its administrators write it. */
    String url() {
        return (tls ? "https://" : "http://") + host + ":" + port;
    }

    /** Why it did not answer, for those who asked. */
    String explain(Throwable failure) {
        return "error trying to reach " + url() + ": " + SystemMessage.of(failure);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Upstream that
                && tls == that.tls
                && insecure == that.insecure
                && port == that.port
                && host.equals(that.host)
                && address.equals(that.address)
                && identity.equals(that.identity)
                && Arrays.equals(caPem, that.caPem);
    }

    @Override
    public int hashCode() {
        return host.hashCode() * 31 + port;
    }
}
