package io.luban.kube;

import io.fabric8.kubernetes.client.Config;
import io.luban.model.ParseException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * The client certificate of a kubeconfig. Reads every form of private key that clusters hand out: PKCS #8, and the older
 * forms of RSA (RFC 8017) and elliptic curves (RFC 5915), which the client library cannot all tell apart.
 */
final class ClientIdentity {
    private static final Pattern PEM =
            Pattern.compile("-----BEGIN ([A-Z ]*PRIVATE KEY)-----([^-]+)-----END", Pattern.DOTALL);
    private static final byte[] RSA_ALGORITHM = {
        0x30, 0x0d, 0x06, 0x09, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00
    };
    private static final byte[] EC_ALGORITHM = {0x06, 0x07, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x02, 0x01};
    private static final byte[] VERSION_ZERO = {0x02, 0x01, 0x00};
    private static final byte OID = 0x06;
    private static final byte OCTETS = 0x04;
    private static final byte SEQUENCE = 0x30;
    private static final char[] NO_PASSWORD = new char[0];

    private ClientIdentity() {}

    /** Takes certificate and key out of the configuration, ready for a TLS context; empty when it holds none. */
    static Optional<KeyManager[]> takeFrom(Config config) {
        var certificate = content(config.getClientCertData(), config.getClientCertFile());
        var key = content(config.getClientKeyData(), config.getClientKeyFile());
        if (certificate.isEmpty() || key.isEmpty()) {
            return Optional.empty();
        }
        config.setClientCertData(null);
        config.setClientCertFile(null);
        config.setClientKeyData(null);
        config.setClientKeyFile(null);
        return Optional.of(keyManagers(certificate.get(), key.get()));
    }

    private static Optional<byte[]> content(@Nullable String data, @Nullable String file) {
        if (data != null && !data.isEmpty()) {
            return Optional.of(Base64.getMimeDecoder().decode(data));
        }
        if (file == null || file.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Files.readAllBytes(Path.of(file)));
        } catch (IOException e) {
            throw new UncheckedIOException("kubeconfig: %s cannot be read".formatted(file), e);
        }
    }

    private static KeyManager[] keyManagers(byte[] certificatePem, byte[] keyPem) {
        try {
            var chain = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(certificatePem))
                    .toArray(new Certificate[0]);
            var store = KeyStore.getInstance("PKCS12");
            store.load(null, NO_PASSWORD);
            store.setKeyEntry("client", privateKey(keyPem), NO_PASSWORD, chain);
            var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store, NO_PASSWORD);
            return factory.getKeyManagers();
        } catch (GeneralSecurityException | IOException e) {
            throw new ParseException("kubeconfig: the client certificate cannot be used: " + e.getMessage());
        }
    }

    static PrivateKey privateKey(byte[] pem) throws GeneralSecurityException {
        var match = PEM.matcher(new String(pem, StandardCharsets.US_ASCII));
        if (!match.find()) {
            throw new ParseException("kubeconfig: client-key-data holds no private key in PEM");
        }
        var der = Base64.getMimeDecoder().decode(match.group(2));
        return switch (match.group(1)) {
            case "RSA PRIVATE KEY" -> generate("RSA", wrapped(RSA_ALGORITHM, der));
            case "EC PRIVATE KEY" -> generate("EC", wrapped(curveAlgorithm(der), der));
            default -> ofAnyAlgorithm(der);
        };
    }

    /** The key says itself what it is, but the factories can only be asked one after the other. */
    private static PrivateKey ofAnyAlgorithm(byte[] pkcs8) throws GeneralSecurityException {
        var refused = new GeneralSecurityException("the key is of no known algorithm");
        for (var algorithm : new String[] {"EC", "RSA", "Ed25519"}) {
            try {
                return generate(algorithm, pkcs8);
            } catch (InvalidKeySpecException e) {
                refused.addSuppressed(e);
            }
        }
        throw refused;
    }

    private static PrivateKey generate(String algorithm, byte[] pkcs8) throws GeneralSecurityException {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    }

    private static byte[] wrapped(byte[] algorithm, byte[] key) {
        return element(SEQUENCE, VERSION_ZERO, algorithm, element(OCTETS, key));
    }

    /** The curve stands in the key as the first object identifier. */
    private static byte[] curveAlgorithm(byte[] key) {
        for (int i = 0; i + 1 < key.length; i++) {
            boolean isTagged = i >= 2 && key[i - 2] == (byte) 0xa0 && key[i - 1] == key[i + 1] + 2;
            if (key[i] == OID && isTagged) {
                var curve = java.util.Arrays.copyOfRange(key, i, i + 2 + key[i + 1]);
                return element(SEQUENCE, EC_ALGORITHM, curve);
            }
        }
        throw new ParseException("kubeconfig: the elliptic-curve key does not name its curve");
    }

    private static byte[] element(byte tag, byte[]... parts) {
        var content = new ByteArrayOutputStream();
        for (var part : parts) {
            content.writeBytes(part);
        }
        var element = new ByteArrayOutputStream();
        element.write(tag);
        int length = content.size();
        if (length > 255) {
            element.write(0x82);
            element.write(length >> 8);
        } else if (length > 127) {
            element.write(0x81);
        }
        element.write(length & 0xff);
        element.writeBytes(content.toByteArray());
        return element.toByteArray();
    }
}
