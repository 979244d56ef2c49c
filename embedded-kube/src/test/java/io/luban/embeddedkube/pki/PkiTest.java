package io.luban.embeddedkube.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luban.embeddedkube.EmbeddedKubeConfig;
import io.luban.embeddedkube.configuration.ExternalAddress;
import io.luban.embeddedkube.configuration.ServingSettings;
import io.luban.pki.KeyPairs;
import io.luban.pki.PkiException;
import java.io.ByteArrayInputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PkiTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    Path folder;

    private Pki open(Instant now) {
        return Pki.open(folder, EmbeddedKubeConfig.of(folder), Clock.fixed(now, ZoneOffset.UTC));
    }

    private static X509Certificate certificate(byte[] pem) throws Exception {
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(pem));
    }

    private static X509Certificate certificate(String pem) throws Exception {
        return certificate(pem.getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void the_authority_and_the_token_key_stay_the_same_after_a_restart() {
        var first = open(START);
        var second = open(START.plusSeconds(60));

        assertThat(second.caPem()).isEqualTo(first.caPem());
        assertThat(second.saKeyPair().getPublic()).isEqualTo(first.saKeyPair().getPublic());
        assertThat(first.caCertificate().getBasicConstraints()).isGreaterThanOrEqualTo(0);
    }

    @Test
    void the_serving_certificate_names_the_service_and_the_loopback_addresses() throws Exception {
        var pki = open(START);

        var certificate = certificate(pki.servingCertificate().certificatePem());

        certificate.verify(pki.caCertificate().getPublicKey());
        assertThat(certificate.getSubjectAlternativeNames())
                .map(pair -> pair.get(1).toString())
                .contains("localhost", "127.0.0.1", "10.96.0.1", "kubernetes.default.svc.cluster.local");
        assertThat(certificate.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
    }

    @Test
    void a_certificate_is_kept_until_two_thirds_of_its_life_are_over() {
        var first = open(START).servingCertificate().certificatePem();

        assertThat(open(START.plus(Duration.ofDays(200))).servingCertificate().certificatePem())
                .isEqualTo(first);
        assertThat(open(START.plus(Duration.ofDays(250))).servingCertificate().certificatePem())
                .isNotEqualTo(first);
    }

    @Test
    void a_new_external_name_renews_the_serving_certificate() throws Exception {
        open(START).servingCertificate();
        var base = EmbeddedKubeConfig.of(folder);
        var named = base.with(new ServingSettings(
                base.bindAddress(),
                0,
                Optional.of(ExternalAddress.parse("api.example.org:8443")),
                List.of("Kube.Example.COM", "192.0.2.7"),
                base.maxRequestBytes(),
                List.of()));

        var pki = Pki.open(folder, named, Clock.fixed(START, ZoneOffset.UTC));

        assertThat(certificate(pki.servingCertificate().certificatePem()).getSubjectAlternativeNames())
                .map(pair -> pair.get(1).toString())
                .contains("kube.example.com", "192.0.2.7", "api.example.org");
    }

    @Test
    void private_files_are_for_the_owner_only() throws Exception {
        var pki = open(START);
        pki.servingCertificate();
        var kubeconfig = folder.resolve("kubeconfig");

        pki.writeAdminKubeconfig(kubeconfig, 6443);

        for (var file : List.of("ca.key", "apiserver.key", "admin.key", "sa.key", "kubeconfig")) {
            assertThat(Files.getPosixFilePermissions(folder.resolve(file)))
                    .as(file)
                    .hasSize(2);
        }
        assertThat(Files.getPosixFilePermissions(folder)).hasSize(3);
        assertThat(Files.readString(kubeconfig)).contains("server: https://127.0.0.1:6443");
    }

    @Test
    void the_admin_belongs_to_the_masters() throws Exception {
        var certificate = certificate(open(START).adminCertificate().certificatePem());

        assertThat(certificate.getSubjectX500Principal().getName())
                .contains("CN=kubernetes-admin")
                .contains("O=system:masters");
        assertThat(certificate.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.2");
        assertThat(certificate.getBasicConstraints()).isEqualTo(-1);
    }

    @Test
    void a_request_is_signed_with_its_own_subject_and_key() throws Exception {
        var pki = open(START);
        var keys = KeyPairs.newRsa();
        var request = SigningRequest.parse(requestPem(keys, keys, "CN=joe,O=dev,O=ops"));

        var certificate = certificate(pki.signClient(request, Duration.ofHours(1)));

        assertThat(request.commonName()).isEqualTo("joe");
        assertThat(request.organizations()).containsExactly("dev", "ops");
        assertThat(certificate.getPublicKey()).isEqualTo(keys.getPublic());
        assertThat(certificate.getSubjectX500Principal().getName()).contains("CN=joe");
        assertThat(certificate.getNotAfter().toInstant()).isEqualTo(START.plus(Duration.ofHours(1)));
        certificate.verify(pki.caCertificate().getPublicKey());
    }

    @Test
    void a_request_signed_by_another_key_is_refused() throws Exception {
        var forged = requestPem(KeyPairs.newEc(), KeyPairs.newEc(), "CN=joe");

        assertThatThrownBy(() -> SigningRequest.parse(forged)).isInstanceOf(PkiException.class);
        assertThatThrownBy(() -> SigningRequest.parse("nonsense")).isInstanceOf(PkiException.class);
    }

    private static String requestPem(KeyPair keys, KeyPair signer, String subject) throws Exception {
        var algorithm = signer.getPrivate().getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
        var request = new JcaPKCS10CertificationRequestBuilder(new X500Name(subject), keys.getPublic())
                .build(new JcaContentSignerBuilder(algorithm).build(signer.getPrivate()));
        var text = new StringWriter();
        try (var writer = new JcaPEMWriter(text)) {
            writer.writeObject(request);
        }
        return text.toString();
    }
}
