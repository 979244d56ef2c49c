package io.luban.standalone;

import io.luban.http.TlsMaterial;
import io.luban.pki.CertificateAuthority;
import io.luban.pki.KeyPairs;
import io.luban.pki.Pem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.KeyPurposeId;

/** The certificate under which host names of extensions are served, signed by the cluster's authority at every start. */
final class IngressCertificate {
    private static final Duration LIFE = Duration.ofDays(397);

    private IngressCertificate() {}

    /**
     * A new one.
     *
     * @param authority folder with {@code ca.crt} and {@code ca.key}
     * @param domain below which extensions have their names
     */
    static TlsMaterial issue(Path authority, String domain, Clock clock) {
        try {
            var certificate = authority.resolve("ca.crt");
            var key = authority.resolve("ca.key");
            var signer = new CertificateAuthority(
                    Pem.certificate(Files.readAllBytes(certificate), certificate),
                    Pem.privateKey(Files.readAllBytes(key), key),
                    clock);
            var keys = KeyPairs.newEc();
            var names = List.of(
                    new GeneralName(GeneralName.dNSName, "*." + domain),
                    new GeneralName(GeneralName.dNSName, domain),
                    new GeneralName(GeneralName.dNSName, "localhost"),
                    new GeneralName(GeneralName.iPAddress, "127.0.0.1"));
            var leaf = new CertificateAuthority.Leaf(
                    new X500Name("CN=luban-extensions"), keys.getPublic(), LIFE, KeyPurposeId.id_kp_serverAuth, names);
            return new TlsMaterial(Pem.encode(signer.issue(leaf)), Pem.encode(keys.getPrivate()), false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
