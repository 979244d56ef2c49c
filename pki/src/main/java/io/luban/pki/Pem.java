package io.luban.pki;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemWriter;

/** Keys and certificates as PEM text. */
public final class Pem {
    private Pem() {}

    /** A block of the type. */
    public static byte[] encode(String type, byte[] der) {
        var text = new StringWriter();
        try (var writer = new PemWriter(text)) {
            writer.writeObject(new PemObject(type, der));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** A certificate. */
    public static byte[] encode(X509Certificate certificate) {
        try {
            return encode("CERTIFICATE", certificate.getEncoded());
        } catch (CertificateException e) {
            throw new PkiException("cannot encode certificate of " + certificate.getSubjectX500Principal(), e);
        }
    }

    /** A private key in PKCS #8. */
    public static byte[] encode(PrivateKey key) {
        return encode("PRIVATE KEY", key.getEncoded());
    }

    /** The first certificate of a text; {@code source} is where it comes from, for the message of the failure. */
    public static X509Certificate certificate(byte[] pem, Object source) {
        try {
            if (first(pem) instanceof X509CertificateHolder holder) {
                return new JcaX509CertificateConverter().getCertificate(holder);
            }
        } catch (IOException | CertificateException e) {
            throw new PkiException("cannot read the certificate in " + source, e);
        }
        throw new PkiException("no certificate in " + source);
    }

    /** The first private key of a text; {@code source} is where it comes from, for the message of the failure. */
    public static PrivateKey privateKey(byte[] pem, Object source) {
        var converter = new JcaPEMKeyConverter();
        try {
            return switch (first(pem)) {
                case PrivateKeyInfo info -> converter.getPrivateKey(info);
                case PEMKeyPair pair -> converter.getPrivateKey(pair.getPrivateKeyInfo());
                default -> throw new PkiException("no private key in " + source);
            };
        } catch (IOException e) {
            throw new PkiException("cannot read the private key in " + source, e);
        }
    }

    /** The first PEM object of a text, empty when there is none. */
    public static Optional<Object> parse(String text) throws IOException {
        try (var parser = new PEMParser(new StringReader(text))) {
            return Optional.ofNullable(parser.readObject());
        }
    }

    private static Object first(byte[] pem) throws IOException {
        return parse(new String(pem, StandardCharsets.US_ASCII))
                .orElseThrow(() -> new IOException("the file holds no PEM block"));
    }
}
