package io.luban.controller.extension;

import io.luban.controller.executor.MissingNamespaces;
import io.luban.kube.KubeRest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where workloads are only simulated, the Job of a hook completes without having done anything. What charts let such Jobs
 * do before the rest is installed is to make further namespaces, so these are made here when they turn out to be missing.
 */
final class SimulatedHooks implements MissingNamespaces {
    private static final Logger log = LoggerFactory.getLogger(SimulatedHooks.class);
    private static final String SIMULATION =
            "/apis/storage.k8s.io/v1/storageclasses?labelSelector=kube.luban.io%2Fsimulated%3Dtrue";

    private final KubeRest kube;
    private final String extension;

    SimulatedHooks(KubeRest kube, String extension) {
        this.kube = kube;
        this.extension = extension;
    }

    @Override
    public boolean provide(String namespace) {
        var wanted = new ExtensionNamespace(kube, extension);
        if (wanted.exists(namespace) || Lists.items(kube, SIMULATION).isEmpty()) {
            return false;
        }
        log.atInfo()
                .addKeyValue("namespace", namespace)
                .addKeyValue("extension", extension)
                .log("namespace made in place of a hook whose Job was simulated");
        wanted.ensure(namespace);
        return true;
    }
}
