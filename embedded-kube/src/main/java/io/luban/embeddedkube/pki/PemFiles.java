package io.luban.embeddedkube.pki;

import io.luban.pki.KeyPairs;
import io.luban.pki.Pem;
import io.luban.pki.PkiException;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPrivateCrtKey;

/** The private files that PEM text is kept in (0600 in folders of 0700, replaced atomically). */
final class PemFiles {
    private static final boolean POSIX =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

    private PemFiles() {}

    static X509Certificate certificate(Path file) {
        return Pem.certificate(read(file), file);
    }

    static PrivateKey privateKey(Path file) {
        return Pem.privateKey(read(file), file);
    }

    /** The pair behind an RSA private key file, whose public half follows from the private one. */
    static KeyPair rsaKeyPair(Path file) {
        if (privateKey(file) instanceof RSAPrivateCrtKey key) {
            return new KeyPair(KeyPairs.publicKeyOf(key), key);
        }
        throw new PkiException("no RSA private key in " + file);
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
