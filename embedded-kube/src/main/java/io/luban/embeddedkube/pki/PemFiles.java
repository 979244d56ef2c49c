package io.luban.embeddedkube.pki;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPrivateCrtKey;
import java.util.Optional;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemWriter;

/** PEM text and the private files it is kept in (0600 in folders of 0700, replaced atomically). */
final class PemFiles {
    private static final boolean POSIX =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

    private PemFiles() {}

    static byte[] encode(String type, byte[] der) {
        var text = new StringWriter();
        try (var writer = new PemWriter(text)) {
            writer.writeObject(new PemObject(type, der));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    static byte[] encode(X509Certificate certificate) {
        try {
            return encode("CERTIFICATE", certificate.getEncoded());
        } catch (CertificateException e) {
            throw new PkiException("cannot encode certificate of " + certificate.getSubjectX500Principal(), e);
        }
    }

    static byte[] encode(PrivateKey key) {
        return encode("PRIVATE KEY", key.getEncoded());
    }

    static X509Certificate certificate(Path file) {
        try {
            if (first(read(file)) instanceof X509CertificateHolder holder) {
                return new JcaX509CertificateConverter().getCertificate(holder);
            }
        } catch (IOException | CertificateException e) {
            throw new PkiException("cannot read the certificate in " + file, e);
        }
        throw new PkiException("no certificate in " + file);
    }

    static PrivateKey privateKey(Path file) {
        var converter = new JcaPEMKeyConverter();
        try {
            return switch (first(read(file))) {
                case PrivateKeyInfo info -> converter.getPrivateKey(info);
                case PEMKeyPair pair -> converter.getPrivateKey(pair.getPrivateKeyInfo());
                default -> throw new PkiException("no private key in " + file);
            };
        } catch (IOException e) {
            throw new PkiException("cannot read the private key in " + file, e);
        }
    }

    /** The pair behind an RSA private key file, whose public half follows from the private one. */
    static KeyPair rsaKeyPair(Path file) {
        if (privateKey(file) instanceof RSAPrivateCrtKey key) {
            return new KeyPair(KeyPairs.publicKeyOf(key), key);
        }
        throw new PkiException("no RSA private key in " + file);
    }

    /** The first PEM object of a text, empty when there is none. */
    static Optional<Object> parse(String text) throws IOException {
        try (var parser = new PEMParser(new StringReader(text))) {
            return Optional.ofNullable(parser.readObject());
        }
    }

    private static Object first(byte[] pem) throws IOException {
        return parse(new String(pem, StandardCharsets.US_ASCII))
                .orElseThrow(() -> new IOException("the file holds no PEM block"));
    }

    static void createPrivateFolder(Path folder) {
        try {
            Files.createDirectories(folder);
            if (POSIX) {
                Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
            }
        } catch (IOException e) {
            throw new PkiException("cannot create the folder " + folder, e);
        }
    }

    static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new PkiException("cannot read " + file, e);
        }
    }

    static void write(Path file, byte[] content) {
        var folder = file.toAbsolutePath().getParent();
        if (folder == null) {
            throw new PkiException("cannot write " + file + ": it has no folder");
        }
        try {
            var part = createPrivateFile(folder, file.getFileName() + ".");
            Files.write(part, content);
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new PkiException("cannot write " + file, e);
        }
    }

    static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new PkiException("cannot delete " + file, e);
        }
    }

    private static Path createPrivateFile(Path folder, String prefix) throws IOException {
        if (POSIX) {
            var owner = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
            return Files.createTempFile(folder, prefix, ".tmp", owner);
        }
        return Files.createTempFile(folder, prefix, ".tmp");
    }
}
