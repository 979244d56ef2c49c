package io.luban.embeddedkube.controller;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.pki.Pki;
import io.luban.embeddedkube.pki.SignerRules;
import io.luban.embeddedkube.pki.SigningRequest;
import io.luban.embeddedkube.reconcile.Cluster;
import io.luban.embeddedkube.reconcile.Controller;
import io.luban.embeddedkube.reconcile.Outcome;
import io.luban.embeddedkube.store.Event;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.tree.Conditions;
import io.luban.embeddedkube.tree.Conditions.Condition;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.GroupResource;
import io.luban.pki.PkiException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.function.Consumer;

/** Signs approved certificate requests for the signers that belong to this server. */
public final class CertificateSigner implements Controller {
    private static final GroupResource REQUESTS =
            new GroupResource("certificates.k8s.io", "certificatesigningrequests");
    private static final Duration LONGEST_LIFE = Duration.ofDays(365);
    private static final Duration SHORTEST_LIFE = Duration.ofMinutes(10);

    private final Cluster cluster;
    private final Pki pki;

    /** Signs with the authority of {@code pki}. */
    public CertificateSigner(Cluster cluster, Pki pki) {
        this.cluster = cluster.as("csr-signer");
        this.pki = pki;
    }

    @Override
    public String name() {
        return "certificate-signer";
    }

    @Override
    public boolean concerns(GroupResource resource) {
        return resource.equals(REQUESTS);
    }

    @Override
    public void observe(Event event, Consumer<ObjectKey> queue) {
        if (event.type() != Event.Type.DELETED) {
            queue.accept(event.object().key());
        }
    }

    @Override
    public Outcome reconcile(ObjectKey key) {
        cluster.get(key).filter(CertificateSigner::isDue).ifPresent(request -> sign(key, request));
        return Outcome.done();
    }

    private static boolean isDue(ObjectNode request) {
        var signer = Trees.text(request, "spec", "signerName");
        return Conditions.isTrue(request, "Approved")
                && !Conditions.isTrue(request, "Denied")
                && !Conditions.isTrue(request, "Failed")
                && Trees.text(request, "status", "certificate").isEmpty()
                && SignerRules.isKnown(signer);
    }

    private void sign(ObjectKey key, ObjectNode request) {
        try {
            var certificate = certificate(request);
            var encoded = Base64.getEncoder().encodeToString(certificate.getBytes(StandardCharsets.US_ASCII));
            cluster.modify(key, "status", live -> {
                Trees.ensure(live, "status").put("certificate", encoded);
                return live;
            });
        } catch (PkiException | IllegalArgumentException e) {
            var condition = new Condition("Failed", true, "SignerValidationFailure", String.valueOf(e.getMessage()));
            cluster.modify(key, "status", live -> {
                Conditions.set(Trees.ensure(live, "status"), condition, cluster.now());
                return live;
            });
        }
    }

    private String certificate(ObjectNode request) {
        var pem = new String(
                Base64.getDecoder().decode(Trees.text(request, "spec", "request")), StandardCharsets.US_ASCII);
        var parsed = SigningRequest.parse(pem);
        var life = life(request);
        var signer = Trees.text(request, "spec", "signerName");
        SignerRules.problem(signer, parsed, Trees.items(Trees.at(request, "spec", "usages")))
                .ifPresent(problem -> {
                    throw new IllegalArgumentException(problem);
                });
        return SignerRules.isForServers(signer) ? pki.signServer(parsed, life) : pki.signClient(parsed, life);
    }

    private static Duration life(ObjectNode request) {
        var wanted = Trees.at(request, "spec", "expirationSeconds");
        if (!wanted.isNumber()) {
            return LONGEST_LIFE;
        }
        var life = Duration.ofSeconds(wanted.asLong());
        if (life.compareTo(SHORTEST_LIFE) < 0) {
            return SHORTEST_LIFE;
        }
        return life.compareTo(LONGEST_LIFE) > 0 ? LONGEST_LIFE : life;
    }
}
