package io.luban.pki;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.RSAPublicKeySpec;

/** New key pairs of the two kinds in use. */
public final class KeyPairs {
    private KeyPairs() {}

    /** A new ECDSA pair on the curve P-256. */
    public static KeyPair newEc() {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new PkiException("cannot create an ECDSA key", e);
        }
    }

    /** A new RSA pair of 2048 bits. */
    public static KeyPair newRsa() {
        try {
            var generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new PkiException("cannot create an RSA key", e);
        }
    }

    /** The public half that follows from an RSA private key. */
    public static PublicKey publicKeyOf(RSAPrivateCrtKey key) {
        try {
            return KeyFactory.getInstance("RSA")
                    .generatePublic(new RSAPublicKeySpec(key.getModulus(), key.getPublicExponent()));
        } catch (GeneralSecurityException e) {
            throw new PkiException("cannot derive the public half of an RSA key", e);
        }
    }
}
