package io.luban.apiserver.ingress;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.http.HttpServer;
import io.luban.http.TlsMaterial;
import io.luban.kube.CollectionQuery;
import io.luban.kube.KubeRest;
import io.luban.kube.ObjectName;
import io.luban.kube.ProjectedCache;
import io.luban.pki.Pem;
import io.luban.pki.PkiException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives a server the certificates that Ingresses name, for clients that ask for a host of theirs; everybody else gets the
 * server's own. Secrets that hold no certificate with its key are passed over.
 */
final class IngressCertificates implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(IngressCertificates.class);
    private static final long SETTLING_MILLIS = 100;

    private final HttpServer server;
    private final TlsMaterial own;
    private final Supplier<Set<ObjectName>> named;
    private final ProjectedCache<TlsMaterial> secrets;
    private final Semaphore changes = new Semaphore(0);
    private final Thread thread;

    /** Certificates of the Secrets that are {@code named} from now on, beside the server's own. */
    IngressCertificates(KubeRest kube, HttpServer server, TlsMaterial own, Supplier<Set<ObjectName>> named) {
        this.server = server;
        this.own = own;
        this.named = named;
        this.secrets = ProjectedCache.start(
                kube,
                CollectionQuery.of("/api/v1/secrets").where("type=kubernetes.io/tls"),
                IngressCertificates::read,
                (name, before, after) -> look());
        this.thread = Thread.ofVirtual().name("ingress certificates").start(this::run);
    }

    /** What the server begins with. */
    static TlsMaterial initial(TlsMaterial own) {
        return own.with(List.of(own));
    }

    /** Has the Ingresses looked at again soon. Never blocks. */
    void look() {
        changes.release();
    }

    private void run() {
        var used = initial(own);
        try {
            while (true) {
                changes.acquire();
                // many change at once when the cluster is listed
                while (changes.tryAcquire(SETTLING_MILLIS, TimeUnit.MILLISECONDS)) {
                    changes.drainPermits();
                }
                used = use(used);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private TlsMaterial use(TlsMaterial used) {
        var found = new ArrayList<TlsMaterial>();
        for (var name : named.get()) {
            secrets.find(name.namespace(), name.name()).ifPresent(found::add);
        }
        // never none, which would turn the choice by name off
        found.add(own);
        var wanted = own.with(found);
        if (wanted.equals(used)) {
            return used;
        }
        try {
            server.reloadTls(wanted);
            return wanted;
        } catch (RuntimeException e) {
            // the border of a task in the background: what was there before stays
            log.atWarn().setCause(e).log("certificates of Ingresses cannot be used");
            return used;
        }
    }

    private static Optional<TlsMaterial> read(ObjectNode secret) {
        var name = ObjectName.of(secret);
        try {
            var certificate =
                    Base64.getDecoder().decode(secret.at("/data/tls.crt").asText(""));
            var key = Base64.getDecoder().decode(secret.at("/data/tls.key").asText(""));
            boolean fits = belong(
                    Pem.privateKey(key, name),
                    Pem.certificate(certificate, name).getPublicKey());
            return fits ? Optional.of(new TlsMaterial(certificate, key, false)) : Optional.empty();
        } catch (PkiException | IllegalArgumentException e) {
            log.atInfo()
                    .addKeyValue("name", name)
                    .addKeyValue("cause", e.getMessage())
                    .log("secret holds no identity");
            return Optional.empty();
        }
    }

    private static boolean belong(PrivateKey key, PublicKey holder) {
        var algorithm = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC", "ECDSA" -> "SHA256withECDSA";
            default -> key.getAlgorithm();
        };
        try {
            var text = new byte[] {1};
            var signing = Signature.getInstance(algorithm);
            signing.initSign(key);
            signing.update(text);
            var checking = Signature.getInstance(algorithm);
            checking.initVerify(holder);
            checking.update(text);
            return checking.verify(signing.sign());
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        secrets.close();
    }
}
