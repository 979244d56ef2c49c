package io.luban.embeddedkube.controller;

import io.luban.embeddedkube.EmbeddedKubeConfig;
import io.luban.embeddedkube.admission.QuotaLedger;
import io.luban.embeddedkube.auth.ServiceAccountTokens;
import io.luban.embeddedkube.bootstrap.NamespaceContent;
import io.luban.embeddedkube.gc.GarbageCollector;
import io.luban.embeddedkube.pki.Pki;
import io.luban.embeddedkube.reconcile.Cluster;
import io.luban.embeddedkube.reconcile.Controller;
import io.luban.embeddedkube.reconcile.ControllerRunner;
import io.luban.embeddedkube.reconcile.EventRecorder;
import io.luban.embeddedkube.simulation.Simulation;
import java.util.ArrayList;
import java.util.Optional;

/** Starts every controller of the server. */
final class Controllers {
    private Controllers() {}

    /** What controllers need besides the cluster. */
    record Sources(Pki pki, ServiceAccountTokens tokens, NamespaceContent content, QuotaLedger quotas) {}

    static ControllerRunner start(Cluster cluster, Sources sources, EmbeddedKubeConfig config, EventRecorder recorder) {
        var controllers = new ArrayList<Controller>();
        controllers.add(new NamespaceDeletion(cluster));
        controllers.add(new NamespaceContentKeeper(cluster, sources.content()));
        controllers.add(new GarbageCollector(cluster, Optional.of(recorder.as("garbage-collector-controller"))));
        controllers.add(
                new TokenSecrets(cluster, sources.tokens(), sources.pki().caPem()));
        controllers.add(new CertificateSigner(cluster, sources.pki()));
        controllers.add(new EndpointsOfServices(cluster));
        controllers.add(new StorageProtection(cluster));
        controllers.add(new QuotaStatus(cluster, sources.quotas()));
        controllers.add(new StuckDeletions(cluster, recorder, StuckDeletions.PATIENCE));
        controllers.add(new EventExpiry(cluster, config.api().eventTtl()));
        controllers.addAll(Simulation.controllers(
                cluster, config.simulation(), config.api().workloadControllers(), recorder));
        return ControllerRunner.start(cluster.store(), controllers);
    }
}
