package io.luban.http;

import java.util.Arrays;
import java.util.List;

/**
 * Identity of a TLS server.
 *
 * @param certificatePem certificate chain in PEM, leaf first
 * @param keyPem private key in PEM (PKCS #8, or the older RSA and EC forms)
 * @param requestsClientCertificate ask for a client certificate; whatever comes passes the handshake and is left to
 *     authentication
 * @param named identities for clients that ask for a name that one of them has; nothing where all get the same
 */
public record TlsMaterial(
        byte[] certificatePem, byte[] keyPem, boolean requestsClientCertificate, List<TlsMaterial> named) {
    /** Defensive copy. */
    public TlsMaterial {
        named = List.copyOf(named);
    }

    /** One identity for all clients. */
    public TlsMaterial(byte[] certificatePem, byte[] keyPem, boolean requestsClientCertificate) {
        this(certificatePem, keyPem, requestsClientCertificate, List.of());
    }

    /** The same for clients that ask for no name that one of these has. */
    public TlsMaterial with(List<TlsMaterial> identities) {
        return new TlsMaterial(certificatePem, keyPem, requestsClientCertificate, identities);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TlsMaterial that
                && requestsClientCertificate == that.requestsClientCertificate
                && Arrays.equals(certificatePem, that.certificatePem)
                && Arrays.equals(keyPem, that.keyPem)
                && named.equals(that.named);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(certificatePem);
    }

    /** Never shows the key. */
    @Override
    public String toString() {
        return "TlsMaterial[requestsClientCertificate=" + requestsClientCertificate + "]";
    }
}
