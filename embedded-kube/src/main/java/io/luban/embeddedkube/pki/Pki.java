package io.luban.embeddedkube.pki;

import io.luban.embeddedkube.EmbeddedKubeConfig;
import io.luban.pki.CertificateAuthority;
import io.luban.pki.Credentials;
import io.luban.pki.KeyPairs;
import io.luban.pki.Pem;
import io.luban.pki.PkiException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.KeyPurposeId;

/**
 * Every key and certificate of one embedded API server, created on first use in a folder that only its owner may read
 * and renewed when two thirds of a certificate's life have passed. Safe for use from any thread.
 */
public final class Pki {
    /** Name of the client certificate that servers behind this one believe about users. */
    public static final String FRONT_PROXY_CLIENT = "front-proxy-client";

    private static final Duration AUTHORITY_LIFE = Duration.ofDays(3650);
    private static final Duration LEAF_LIFE = Duration.ofDays(365);

    private final Path folder;
    private final Clock clock;
    private final List<GeneralName> servingNames;
    private final CertificateAuthority authority;
    private final CertificateAuthority frontProxy;
    private final KeyPair tokenKeys;
    private final ReentrantLock renewing = new ReentrantLock();

    private Pki(Path folder, EmbeddedKubeConfig config, Clock clock) {
        this.folder = folder;
        this.clock = clock;
        this.servingNames = ServingNames.of(config);
        this.authority = openAuthority("ca", "luban-kubernetes");
        this.frontProxy = openAuthority("front-proxy-ca", "front-proxy-ca");
        this.tokenKeys = openTokenKeys();
    }

    /** Opens the folder, creating what is missing; throws {@link PkiException} naming a damaged file. */
    public static Pki open(Path folder, EmbeddedKubeConfig config, Clock clock) {
        PemFiles.createPrivateFolder(folder);
        return new Pki(folder, config, clock);
    }

    /** The authority's certificate, PEM. */
    public String caPem() {
        return new String(Pem.encode(authority.certificate()), StandardCharsets.US_ASCII);
    }

    /** The authority's certificate. */
    public X509Certificate caCertificate() {
        return authority.certificate();
    }

    /** Certificate of the authority that {@link #frontProxyClient} descends from, PEM. */
    public String frontProxyCaPem() {
        return pem(frontProxy.certificate());
    }

    /** What this server presents to servers behind it, so that they believe which user it names. */
    public Credentials frontProxyClient() {
        return renewed(
                frontProxy,
                FRONT_PROXY_CLIENT,
                KeyPairs::newEc,
                certificate -> isFresh(frontProxy, certificate),
                keys -> new CertificateAuthority.Leaf(
                        Subjects.of(FRONT_PROXY_CLIENT, List.of()),
                        keys.getPublic(),
                        LEAF_LIFE,
                        KeyPurposeId.id_kp_clientAuth,
                        List.of()));
    }

    /** Signs and verifies tokens of service accounts (RSA 2048). */
    public KeyPair saKeyPair() {
        return tokenKeys;
    }

    /** The certificate of the TLS listener; a new one when it is due or lacks a configured name. */
    public Credentials servingCertificate() {
        return renewed(
                authority,
                "apiserver",
                KeyPairs::newEc,
                this::isUsableForServing,
                keys -> new CertificateAuthority.Leaf(
                        Subjects.of("kube-apiserver", List.of()),
                        keys.getPublic(),
                        LEAF_LIFE,
                        KeyPurposeId.id_kp_serverAuth,
                        servingNames));
    }

    /** The certificate of {@code kubernetes-admin}, member of {@code system:masters}. */
    public Credentials adminCertificate() {
        return renewed(
                authority,
                "admin",
                // some Java clients take every key without an algorithm beside it for RSA
                KeyPairs::newRsa,
                this::isFresh,
                keys -> new CertificateAuthority.Leaf(
                        Subjects.of("kubernetes-admin", List.of("system:masters")),
                        keys.getPublic(),
                        LEAF_LIFE,
                        KeyPurposeId.id_kp_clientAuth,
                        List.of()));
    }

    /** A kubeconfig with which the admin reaches the API server on the loopback address. */
    public String adminKubeconfig(int port) {
        return Kubeconfig.of("https://127.0.0.1:" + port, caPem(), adminCertificate());
    }

    /** Writes {@link #adminKubeconfig} to a file that only its owner may read. */
    public void writeAdminKubeconfig(Path file, int port) {
        PemFiles.write(file, adminKubeconfig(port).getBytes(StandardCharsets.UTF_8));
    }

    /** The same for a server that is called by another URL. */
    public void writeAdminKubeconfig(Path file, String server) {
        PemFiles.write(file, Kubeconfig.of(server, caPem(), adminCertificate()).getBytes(StandardCharsets.UTF_8));
    }

    /** A client certificate for a user and its groups, PEM. */
    public String issueClient(String user, List<String> groups, PublicKey key, Duration life) {
        var leaf = new CertificateAuthority.Leaf(
                Subjects.of(user, groups), key, life, KeyPurposeId.id_kp_clientAuth, List.of());
        return pem(authority.issue(leaf));
    }

    /** A client certificate with the subject and key of a request, PEM. */
    public String signClient(SigningRequest request, Duration life) {
        return issueClient(request.commonName(), request.organizations(), request.publicKey(), life);
    }

    /** A server certificate with the subject, names and key of a request, PEM. */
    public String signServer(SigningRequest request, Duration life) {
        var leaf = new CertificateAuthority.Leaf(
                Subjects.of(request.commonName(), request.organizations()),
                request.publicKey(),
                life,
                KeyPurposeId.id_kp_serverAuth,
                request.names());
        return pem(authority.issue(leaf));
    }

    private static String pem(X509Certificate certificate) {
        return new String(Pem.encode(certificate), StandardCharsets.US_ASCII);
    }

    private CertificateAuthority openAuthority(String file, String name) {
        var certificateFile = folder.resolve(file + ".crt");
        var keyFile = folder.resolve(file + ".key");
        if (Files.exists(certificateFile) && Files.exists(keyFile)) {
            return new CertificateAuthority(PemFiles.certificate(certificateFile), PemFiles.privateKey(keyFile), clock);
        }
        var keys = KeyPairs.newEc();
        var certificate = CertificateAuthority.selfSigned(Subjects.of(name, List.of()), keys, AUTHORITY_LIFE, clock);
        PemFiles.write(keyFile, Pem.encode(keys.getPrivate()));
        PemFiles.write(certificateFile, Pem.encode(certificate));
        return new CertificateAuthority(certificate, keys.getPrivate(), clock);
    }

    private KeyPair openTokenKeys() {
        var file = folder.resolve("sa.key");
        if (Files.exists(file)) {
            return PemFiles.rsaKeyPair(file);
        }
        var keys = KeyPairs.newRsa();
        PemFiles.write(file, Pem.encode(keys.getPrivate()));
        return keys;
    }

    private Credentials renewed(
            CertificateAuthority issuer,
            String name,
            Supplier<KeyPair> newKeys,
            Predicate<X509Certificate> usable,
            Function<KeyPair, CertificateAuthority.Leaf> content) {
        var certificateFile = folder.resolve(name + ".crt");
        var keyFile = folder.resolve(name + ".key");
        renewing.lock();
        try {
            if (!Files.exists(certificateFile)
                    || !Files.exists(keyFile)
                    || !usable.test(PemFiles.certificate(certificateFile))) {
                var keys = newKeys.get();
                var certificate = issuer.issue(content.apply(keys));
                // without a certificate an interrupted renewal starts anew instead of leaving a pair that does not fit
                PemFiles.delete(certificateFile);
                PemFiles.write(keyFile, Pem.encode(keys.getPrivate()));
                PemFiles.write(certificateFile, Pem.encode(certificate));
            }
            return new Credentials(PemFiles.read(certificateFile), PemFiles.read(keyFile));
        } finally {
            renewing.unlock();
        }
    }

    private boolean isUsableForServing(X509Certificate certificate) {
        return isFresh(certificate) && alternativeNames(certificate).containsAll(textOf(servingNames));
    }

    private boolean isFresh(X509Certificate certificate) {
        return isFresh(authority, certificate);
    }

    private boolean isFresh(CertificateAuthority issuer, X509Certificate certificate) {
        var from = certificate.getNotBefore().toInstant();
        var life = Duration.between(from, certificate.getNotAfter().toInstant());
        return issuer.signed(certificate)
                && clock.instant().isBefore(from.plus(life.multipliedBy(2).dividedBy(3)));
    }

    private static Collection<String> alternativeNames(X509Certificate certificate) {
        try {
            var names = Optional.ofNullable(certificate.getSubjectAlternativeNames());
            return names.orElse(List.of()).stream()
                    .map(pair -> normalized(Objects.toString(pair.get(1))))
                    .collect(Collectors.toSet());
        } catch (CertificateParsingException e) {
            return List.of();
        }
    }

    private static List<String> textOf(List<GeneralName> names) {
        return names.stream()
                .map(name -> normalized(
                        name.getTagNo() == GeneralName.iPAddress
                                ? addressText(name)
                                : name.getName().toString()))
                .toList();
    }

    private static String addressText(GeneralName name) {
        var octets = ASN1OctetString.getInstance(name.getName()).getOctets();
        try {
            return InetAddress.getByAddress(octets).getHostAddress();
        } catch (UnknownHostException e) {
            throw new PkiException("a serving address has " + octets.length + " bytes", e);
        }
    }

    private static String normalized(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
