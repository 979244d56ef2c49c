package io.luban.http;

import java.util.Arrays;

/**
 * Identity of a TLS server.
 *
 * @param certificatePem certificate chain in PEM, leaf first
 * @param keyPem private key in PEM (PKCS #8, or the older RSA and EC forms)
 * @param requestsClientCertificate ask for a client certificate; whatever comes passes the handshake and is left to
 *     authentication
 */
public record TlsMaterial(byte[] certificatePem, byte[] keyPem, boolean requestsClientCertificate) {
    @Override
    public boolean equals(Object other) {
        return other instanceof TlsMaterial that
                && requestsClientCertificate == that.requestsClientCertificate
                && Arrays.equals(certificatePem, that.certificatePem)
                && Arrays.equals(keyPem, that.keyPem);
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
