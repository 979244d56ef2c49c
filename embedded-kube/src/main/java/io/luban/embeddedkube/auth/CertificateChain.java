package io.luban.embeddedkube.auth;

import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.CertificateParsingException;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Comparator;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How a certificate descends from an authority.
 *
 * @param certificates from the leaf to the one that the authority signed
 */
record CertificateChain(List<X509Certificate> certificates) {
    private static final int MOST_PRESENTED = 10;
    private static final int MOST_BETWEEN = 5;
    private static final List<String> FOR_CLIENTS = List.of("1.3.6.1.5.5.7.3.2", "2.5.29.37.0");

    /** The chain of the first of the presented certificates, by way of the others; empty when there is none. */
    static Optional<CertificateChain> find(List<X509Certificate> presented, X509Certificate authority, Instant moment) {
        var leaf = presented.getFirst();
        try {
            if (leaf.getIssuerX500Principal().equals(authority.getSubjectX500Principal()) && presented.size() == 1) {
                leaf.verify(authority.getPublicKey());
                leaf.checkValidity(Date.from(moment));
                return Optional.of(new CertificateChain(List.of(leaf)));
            }
            return presented.size() <= MOST_PRESENTED ? build(presented, authority, moment) : Optional.empty();
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    private static Optional<CertificateChain> build(
            List<X509Certificate> presented, X509Certificate authority, Instant moment)
            throws GeneralSecurityException {
        var wanted = new X509CertSelector();
        wanted.setCertificate(presented.getFirst());
        var parameters = new PKIXBuilderParameters(Set.of(new TrustAnchor(authority, null)), wanted);
        parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(presented)));
        parameters.setRevocationEnabled(false);
        parameters.setMaxPathLength(MOST_BETWEEN);
        parameters.setDate(Date.from(moment));
        var path = CertPathBuilder.getInstance("PKIX").build(parameters).getCertPath();
        var chain =
                path.getCertificates().stream().map(X509Certificate.class::cast).toList();
        for (var between : chain.subList(1, chain.size())) {
            if (!isForClients(between)) {
                return Optional.empty();
            }
        }
        return Optional.of(new CertificateChain(chain));
    }

    /** An authority that names usages passes on no others. */
    private static boolean isForClients(X509Certificate between) throws CertificateParsingException {
        var usages = between.getExtendedKeyUsage();
        return usages == null || usages.stream().anyMatch(FOR_CLIENTS::contains);
    }

    /** When the first of them ends. */
    Instant notAfter() {
        return certificates.stream()
                .map(certificate -> certificate.getNotAfter().toInstant())
                .min(Comparator.naturalOrder())
                .orElse(Instant.EPOCH);
    }
}
