package io.luban.controller.extension;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.helm.ReleaseRecord;
import io.luban.kube.KubeRest;
import io.luban.model.ParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What Helm remembers of a release, read and tidied without the engine. */
final class ReleaseHistory {
    private static final Logger log = LoggerFactory.getLogger(ReleaseHistory.class);

    private final KubeRest kube;
    private final String namespace;
    private final String release;

    ReleaseHistory(KubeRest kube, String namespace, String release) {
        this.kube = kube;
        this.namespace = namespace;
        this.release = release;
    }

    private record Revision(ObjectNode secret, ReleaseRecord record) {}

    /** Whether Helm knows the release. */
    boolean exists() {
        return !records().isEmpty();
    }

    /** The newest revision. */
    Optional<ReleaseRecord> latest() {
        var revisions = revisions();
        return revisions.isEmpty()
                ? Optional.empty()
                : Optional.of(revisions.getLast().record());
    }

    /** The revision in force. */
    Optional<ReleaseRecord> inForce() {
        return revisions().reversed().stream()
                .map(Revision::record)
                .filter(ReleaseRecord::isDeployed)
                .findFirst();
    }

    /** Marks a revision that an operation left unfinished as failed; Helm refuses to go on otherwise. */
    void repairPending() {
        for (var revision : revisions()) {
            if (revision.record().isPending()) {
                log.atWarn()
                        .addKeyValue("name", release)
                        .addKeyValue("revision", revision.record().revision())
                        .log("release was left unfinished, marked as failed");
                kube.update(
                        path(revision.secret()),
                        ReleaseRecord.withStatus(revision.secret(), "failed", "the operation was interrupted"));
            }
        }
    }

    /** Keeps the newest revisions, and always the one in force; 0 keeps all. */
    void prune(int kept) {
        if (kept == 0) {
            return;
        }
        var revisions = revisions();
        for (var revision : revisions.subList(0, Math.max(0, revisions.size() - kept))) {
            if (!revision.record().isDeployed()) {
                kube.delete(path(revision.secret()));
            }
        }
    }

    /** Removes every trace; for releases that are given up. */
    void forget() {
        records().forEach(secret -> kube.delete(path(secret)));
    }

    private List<ObjectNode> records() {
        return Lists.items(kube, secrets() + "?labelSelector=owner%3Dhelm%2Cname%3D" + release);
    }

    private List<Revision> revisions() {
        var revisions = new ArrayList<Revision>();
        for (var secret : records()) {
            try {
                revisions.add(new Revision(secret, ReleaseRecord.decode(secret)));
            } catch (ParseException e) {
                // Helm passes over it as well.
                log.atWarn()
                        .addKeyValue("name", secret.at("/metadata/name").asText())
                        .addKeyValue("cause", e.getMessage())
                        .log("record of a release is damaged");
            }
        }
        revisions.sort(Comparator.comparingInt(revision -> revision.record().revision()));
        return revisions;
    }

    private String secrets() {
        return Paths.inNamespace(namespace, "secrets");
    }

    private String path(ObjectNode secret) {
        return secrets() + "/" + secret.at("/metadata/name").asText();
    }
}
