package io.luban.pki;

import java.util.Arrays;

/** A certificate and its private key, both PEM. */
public record Credentials(byte[] certificatePem, byte[] keyPem) {
    @Override
    public boolean equals(Object other) {
        return other instanceof Credentials that
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
        return "Credentials[" + certificatePem.length + " bytes]";
    }
}
