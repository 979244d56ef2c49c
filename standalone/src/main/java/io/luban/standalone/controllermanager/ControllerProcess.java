package io.luban.standalone.controllermanager;

import io.luban.apiserver.health.Check;
import io.luban.apiserver.kapis.version.KubernetesVersion;
import io.luban.controller.ControllerManager;
import io.luban.controller.ControllerManagerConfig;
import io.luban.http.HttpRuntime;
import io.luban.http.Limits;
import io.luban.http.ServerConfig;
import io.luban.kube.KubeRest;
import io.luban.standalone.process.Cluster;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The running controllers with what they stand on: event loops, a client of the cluster, the server that tells of them. */
final class ControllerProcess implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ControllerProcess.class);

    private final List<AutoCloseable> opened = new ArrayList<>();
    private final ControllerManager controllers;
    private final StateServer state;

    /** Starts; throws what went wrong with nothing left open. */
    ControllerProcess(String kubeconfig, ControllerManagerConfig config, Ports ports, Clock clock) {
        try {
            var runtime = add(HttpRuntime.create(clock));
            var client = add(Cluster.reach(kubeconfig));
            var kubernetes = add(new KubernetesVersion(KubeRest.of(client)));
            controllers = add(ControllerManager.start(config, client, clock, runtime));
            var ready = List.of(Check.PING, new Check("kubernetes-api", kubernetes::isReachable));
            var server = new ServerConfig(ports.host(), ports.metrics(), Optional.empty(), Limits.DEFAULTS);
            state = add(new StateServer(runtime, server, controllers.metrics(), ready));
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** The port of metrics and health. */
    int metricsPort() {
        return state.port();
    }

    /** The port for gateways; 0 when nobody is answered. */
    int operationsPort() {
        return controllers.operationsPort();
    }

    String catalogUrl() {
        return controllers.catalogUrl();
    }

    /** Stops in order: from now on the process says that it is not ready. */
    void stop() {
        state.stopping();
        close();
    }

    private <T extends AutoCloseable> T add(T part) {
        opened.addFirst(part);
        return part;
    }

    @Override
    public void close() {
        for (var part : opened) {
            try {
                part.close();
            } catch (Exception e) {
                // the border of closing: the other parts are closed all the same
                log.atError().setCause(e).log("part did not close");
            }
        }
    }
}
