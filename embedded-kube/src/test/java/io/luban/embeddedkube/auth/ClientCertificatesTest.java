package io.luban.embeddedkube.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.luban.embeddedkube.EmbeddedKubeConfig;
import io.luban.embeddedkube.pki.Pki;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClientCertificatesTest {
    @TempDir
    Path folder;

    private Pki pki;
    private ClientCertificates certificates;

    @BeforeEach
    void open() {
        pki = Pki.open(folder.resolve("pki"), EmbeddedKubeConfig.of(folder), Clock.systemUTC());
        certificates = new ClientCertificates(pki.caCertificate(), Clock.systemUTC());
    }

    @Test
    void the_common_name_is_the_user_and_organizations_are_groups() throws GeneralSecurityException {
        var leaf = parsed(pki.issueClient("ann", List.of("devs", "ops"), newKey(), Duration.ofHours(1)));

        var user = certificates.verify(List.of(leaf)).orElseThrow();

        assertThat(user.name()).isEqualTo("ann");
        assertThat(user.groups()).containsExactlyInAnyOrder("devs", "ops");
        assertThat(certificates.known(leaf)).contains(user);
    }

    @Test
    void a_known_certificate_expires_too() throws GeneralSecurityException {
        var leaf = parsed(pki.issueClient("ann", List.of(), newKey(), Duration.ofHours(1)));
        var later = new ClientCertificates(pki.caCertificate(), Clock.offset(Clock.systemUTC(), Duration.ofHours(2)));

        assertThat(later.verify(List.of(leaf))).isEmpty();
        assertThat(later.known(leaf)).isEmpty();
    }

    @Test
    void certificates_of_others_and_of_servers_are_refused() throws GeneralSecurityException {
        var other = Pki.open(folder.resolve("other"), EmbeddedKubeConfig.of(folder), Clock.systemUTC());
        var foreign = parsed(other.issueClient("ann", List.of(), newKey(), Duration.ofHours(1)));
        var serving = parsed(new String(pki.servingCertificate().certificatePem(), StandardCharsets.US_ASCII));

        assertThat(certificates.verify(List.of(foreign))).isEmpty();
        assertThat(certificates.verify(List.of(serving))).isEmpty();
        assertThat(certificates.verify(List.of(pki.caCertificate()))).isEmpty();
    }

    @Test
    void an_authority_between_leads_to_the_one_that_is_trusted() throws Exception {
        var middle = new Middle(pki.caCertificate(), key("ca.key"), new BasicConstraints(0));
        var leaf = middle.leaf("ann");

        assertThat(certificates
                        .verify(List.of(leaf, middle.certificate()))
                        .orElseThrow()
                        .name())
                .isEqualTo("ann");
        assertThat(certificates.known(leaf)).isPresent();
    }

    @Test
    void what_stands_between_must_be_presented_and_be_an_authority() throws Exception {
        var other = Pki.open(folder.resolve("other"), EmbeddedKubeConfig.of(folder), Clock.systemUTC());
        var middle = new Middle(pki.caCertificate(), key("ca.key"), new BasicConstraints(0));
        var nobody = new Middle(pki.caCertificate(), key("ca.key"), new BasicConstraints(false));
        var foreign = new Middle(other.caCertificate(), newPair().getPrivate(), new BasicConstraints(0));

        assertThat(certificates.verify(List.of(middle.leaf("ann")))).isEmpty();
        assertThat(certificates.verify(List.of(nobody.leaf("ann"), nobody.certificate())))
                .isEmpty();
        assertThat(certificates.verify(List.of(foreign.leaf("ann"), foreign.certificate())))
                .isEmpty();
        var below = new Middle(middle.certificate(), middle.key(), new BasicConstraints(0));
        assertThat(certificates.verify(List.of(below.leaf("ann"), below.certificate(), middle.certificate())))
                .as("the one between may have none below it")
                .isEmpty();
    }

    private PrivateKey key(String file) throws IOException, GeneralSecurityException {
        try (var parser =
                new PEMParser(Files.newBufferedReader(folder.resolve("pki").resolve(file)))) {
            var object = parser.readObject();
            var info = object instanceof PEMKeyPair pair ? pair.getPrivateKeyInfo() : (PrivateKeyInfo) object;
            return new JcaPEMKeyConverter().getPrivateKey(info);
        }
    }

    private static KeyPair newPair() throws GeneralSecurityException {
        return KeyPairGenerator.getInstance("EC").generateKeyPair();
    }

    /** A certificate that another one signed and that signs others. */
    private record Middle(X509Certificate certificate, PrivateKey key) {
        Middle(X509Certificate above, PrivateKey aboveKey, BasicConstraints constraints) throws Exception {
            this(above, aboveKey, constraints, newPair());
        }

        private Middle(X509Certificate above, PrivateKey aboveKey, BasicConstraints constraints, KeyPair pair)
                throws Exception {
            this(
                    signed(
                            above.getSubjectX500Principal(),
                            "CN=between " + pair.getPublic().hashCode(),
                            pair.getPublic(),
                            aboveKey,
                            builder -> {
                                builder.addExtension(Extension.basicConstraints, true, constraints);
                                builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign));
                            }),
                    pair.getPrivate());
        }

        X509Certificate leaf(String user) throws Exception {
            return signed(
                    certificate.getSubjectX500Principal(),
                    "CN=" + user,
                    newKey(),
                    key,
                    builder -> builder.addExtension(
                            Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_clientAuth)));
        }

        private interface Extending {
            void to(JcaX509v3CertificateBuilder builder) throws IOException;
        }

        private static X509Certificate signed(
                X500Principal issuer, String subject, PublicKey subjectKey, PrivateKey signer, Extending extending)
                throws Exception {
            var now = Instant.now();
            var builder = new JcaX509v3CertificateBuilder(
                    issuer,
                    BigInteger.valueOf(now.toEpochMilli()),
                    Date.from(now.minusSeconds(60)),
                    Date.from(now.plusSeconds(3600)),
                    new X500Principal(subject),
                    subjectKey);
            extending.to(builder);
            return new JcaX509CertificateConverter()
                    .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(signer)));
        }
    }

    private static PublicKey newKey() throws GeneralSecurityException {
        return KeyPairGenerator.getInstance("EC").generateKeyPair().getPublic();
    }

    private static X509Certificate parsed(String pem) throws GeneralSecurityException {
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
    }
}
