package io.luban.embeddedkube.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.luban.embeddedkube.EmbeddedKubeConfig;
import io.luban.embeddedkube.pki.Pki;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
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

        var user = certificates.verify(leaf).orElseThrow();

        assertThat(user.name()).isEqualTo("ann");
        assertThat(user.groups()).containsExactlyInAnyOrder("devs", "ops");
        assertThat(certificates.known(leaf)).contains(user);
    }

    @Test
    void a_known_certificate_expires_too() throws GeneralSecurityException {
        var leaf = parsed(pki.issueClient("ann", List.of(), newKey(), Duration.ofHours(1)));
        var later = new ClientCertificates(pki.caCertificate(), Clock.offset(Clock.systemUTC(), Duration.ofHours(2)));

        assertThat(later.verify(leaf)).isEmpty();
        assertThat(later.known(leaf)).isEmpty();
    }

    @Test
    void certificates_of_others_and_of_servers_are_refused() throws GeneralSecurityException {
        var other = Pki.open(folder.resolve("other"), EmbeddedKubeConfig.of(folder), Clock.systemUTC());
        var foreign = parsed(other.issueClient("ann", List.of(), newKey(), Duration.ofHours(1)));
        var serving = parsed(new String(pki.servingCertificate().certificatePem(), StandardCharsets.US_ASCII));

        assertThat(certificates.verify(foreign)).isEmpty();
        assertThat(certificates.verify(serving)).isEmpty();
        assertThat(certificates.verify(pki.caCertificate())).isEmpty();
    }

    private static PublicKey newKey() throws GeneralSecurityException {
        return KeyPairGenerator.getInstance("EC").generateKeyPair().getPublic();
    }

    private static X509Certificate parsed(String pem) throws GeneralSecurityException {
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
    }
}
