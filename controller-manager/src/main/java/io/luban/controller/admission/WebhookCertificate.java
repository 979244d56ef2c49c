package io.luban.controller.admission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.kube.KubeRest;
import io.luban.kube.Namespaces;
import io.luban.model.ApiException;
import io.luban.model.Json;
import io.luban.pki.CertificateAuthority;
import io.luban.pki.Credentials;
import io.luban.pki.KeyPairs;
import io.luban.pki.Pem;
import io.luban.pki.PkiException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.KeyPurposeId;

/**
 * The certificate of the webhooks and the authority that signed it, kept in a Secret that all replicas share. Both are
 * made anew when two thirds of their life have passed, the certificate also when it lacks a name.
 */
final class WebhookCertificate {
    private static final String NAMESPACE = "kubesphere-system";
    private static final String SECRETS = "/api/v1/namespaces/" + NAMESPACE + "/secrets";
    private static final String SECRET = "ks-controller-manager-webhook-cert";
    private static final Duration AUTHORITY_LIFE = Duration.ofDays(3650);
    private static final Duration LIFE = Duration.ofDays(365);
    private static final int ATTEMPTS = 4;
    private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|[0-9a-fA-F:]*:[0-9a-fA-F:.]*");

    private final KubeRest kube;
    private final List<String> names;
    private final Clock clock;

    WebhookCertificate(KubeRest kube, List<String> names, Clock clock) {
        this.kube = kube;
        this.names = names;
        this.clock = clock;
    }

    /**
     * What the server presents.
     *
     * @param authorityPem what callers trust
     */
    record Identity(Credentials credentials, String authorityPem) {}

    /** The identity in the Secret, made first where it is missing or due. */
    Identity ensure() {
        for (int attempt = 1; ; attempt++) {
            var present = kube.find(SECRETS + "/" + SECRET);
            var kept = present.flatMap(this::usable);
            if (kept.isPresent()) {
                return kept.get();
            }
            try {
                return store(present);
            } catch (ApiException e) {
                // another replica was faster: what it stored is looked at next
                if (e.code() != 409 || attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private Identity store(Optional<ObjectNode> present) {
        var authority = present.flatMap(this::authority);
        var authorityKeys = KeyPairs.newEc();
        var signer = authority.orElseGet(() -> {
            var name = new X500Name("CN=luban-webhooks");
            var certificate = CertificateAuthority.selfSigned(name, authorityKeys, AUTHORITY_LIFE, clock);
            return new CertificateAuthority(certificate, authorityKeys.getPrivate(), clock);
        });
        var keys = KeyPairs.newEc();
        var certificate = signer.issue(new CertificateAuthority.Leaf(
                new X500Name("CN=ks-controller-manager"),
                keys.getPublic(),
                LIFE,
                KeyPurposeId.id_kp_serverAuth,
                names.stream().map(WebhookCertificate::generalName).toList()));
        var secret = present.orElseGet(WebhookCertificate::newSecret);
        var data = secret.withObject("/data");
        put(data, "ca.crt", Pem.encode(signer.certificate()));
        if (authority.isEmpty()) {
            put(data, "ca.key", Pem.encode(authorityKeys.getPrivate()));
        }
        put(data, "tls.crt", Pem.encode(certificate));
        put(data, "tls.key", Pem.encode(keys.getPrivate()));
        if (present.isPresent()) {
            kube.update(SECRETS + "/" + SECRET, secret);
        } else {
            Namespaces.ensure(kube, NAMESPACE);
            kube.create(SECRETS, secret);
        }
        return identity(data);
    }

    private static ObjectNode newSecret() {
        var secret = Json.object().put("apiVersion", "v1").put("kind", "Secret").put("type", "kubernetes.io/tls");
        secret.putObject("metadata").put("name", SECRET).put("namespace", NAMESPACE);
        return secret;
    }

    private Optional<Identity> usable(ObjectNode secret) {
        var authority = authority(secret);
        var data = secret.path("data");
        if (authority.isEmpty() || !data.hasNonNull("tls.crt") || !data.hasNonNull("tls.key")) {
            return Optional.empty();
        }
        try {
            var certificate = Pem.certificate(bytes(data, "tls.crt"), SECRET);
            Pem.privateKey(bytes(data, "tls.key"), SECRET);
            boolean fits = authority.get().signed(certificate)
                    && isFresh(certificate)
                    && alternativeNames(certificate).containsAll(names);
            return fits ? Optional.of(identity(data)) : Optional.empty();
        } catch (PkiException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private Optional<CertificateAuthority> authority(ObjectNode secret) {
        var data = secret.path("data");
        if (!data.hasNonNull("ca.crt") || !data.hasNonNull("ca.key")) {
            return Optional.empty();
        }
        try {
            var certificate = Pem.certificate(bytes(data, "ca.crt"), SECRET);
            var key = Pem.privateKey(bytes(data, "ca.key"), SECRET);
            return isFresh(certificate)
                    ? Optional.of(new CertificateAuthority(certificate, key, clock))
                    : Optional.empty();
        } catch (PkiException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private boolean isFresh(X509Certificate certificate) {
        var from = certificate.getNotBefore().toInstant();
        var life = Duration.between(from, certificate.getNotAfter().toInstant());
        return clock.instant().isBefore(from.plus(life.multipliedBy(2).dividedBy(3)));
    }

    private static Collection<String> alternativeNames(X509Certificate certificate) {
        try {
            return Optional.ofNullable(certificate.getSubjectAlternativeNames()).orElse(List.of()).stream()
                    .map(pair -> Objects.toString(pair.get(1)))
                    .toList();
        } catch (CertificateParsingException e) {
            return List.of();
        }
    }

    private static GeneralName generalName(String name) {
        return new GeneralName(ADDRESS.matcher(name).matches() ? GeneralName.iPAddress : GeneralName.dNSName, name);
    }

    private static Identity identity(com.fasterxml.jackson.databind.JsonNode data) {
        return new Identity(
                new Credentials(bytes(data, "tls.crt"), bytes(data, "tls.key")),
                new String(bytes(data, "ca.crt"), java.nio.charset.StandardCharsets.US_ASCII));
    }

    private static byte[] bytes(com.fasterxml.jackson.databind.JsonNode data, String key) {
        return Base64.getDecoder().decode(data.path(key).asText(""));
    }

    private static void put(ObjectNode data, String key, byte[] value) {
        data.put(key, Base64.getEncoder().encodeToString(value));
    }
}
