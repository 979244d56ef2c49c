package io.luban.apiserver.backend;

import io.luban.http.TlsMaterial;
import io.luban.pki.CertificateAuthority;
import io.luban.pki.KeyPairs;
import io.luban.pki.Pem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.KeyPurposeId;

/** Signs certificates of servers for one test. */
public final class TestAuthority {
    /** Of all stores made here. */
    public static final String PASSWORD = "of-the-test";

    private final CertificateAuthority authority;

    /** A new authority of that name. */
    public TestAuthority(String name) {
        var pair = KeyPairs.newEc();
        var certificate = CertificateAuthority.selfSigned(
                new X500Name("CN=" + name), pair, Duration.ofHours(1), Clock.systemUTC());
        authority = new CertificateAuthority(certificate, pair.getPrivate(), Clock.systemUTC());
    }

    /** Its own certificate in PEM. */
    public byte[] pem() {
        return Pem.encode(authority.certificate());
    }

    /** A PKCS 12 file with the key and certificate of a server of those DNS names. */
    public Path store(Path file, String... names) throws IOException, GeneralSecurityException {
        try (var out = Files.newOutputStream(file)) {
            keys(names).store(out, PASSWORD.toCharArray());
        }
        return file;
    }

    /** TLS of a server of those DNS names. */
    public SSLContext context(String... names) throws GeneralSecurityException, IOException {
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(keys(names), PASSWORD.toCharArray());
        var context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    /** Identity of a server of this gateway with those DNS names. */
    public TlsMaterial identity(String... names) throws GeneralSecurityException, IOException {
        var store = keys(names);
        var key = (PrivateKey) store.getKey("server", PASSWORD.toCharArray());
        var certificate = (X509Certificate) store.getCertificate("server");
        return new TlsMaterial(Pem.encode(certificate), Pem.encode(key), false);
    }

    /** TLS of a client that trusts this authority. */
    public SSLContext trusting() throws GeneralSecurityException, IOException {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("authority", authority.certificate());
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        var context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private KeyStore keys(String... names) throws GeneralSecurityException, IOException {
        var pair = KeyPairs.newEc();
        var certificate = authority.issue(new CertificateAuthority.Leaf(
                new X500Name("CN=" + names[0]),
                pair.getPublic(),
                Duration.ofHours(1),
                KeyPurposeId.id_kp_serverAuth,
                Arrays.stream(names)
                        .map(name -> new GeneralName(GeneralName.dNSName, name))
                        .toList()));
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("server", pair.getPrivate(), PASSWORD.toCharArray(), new Certificate[] {certificate});
        return store;
    }
}
