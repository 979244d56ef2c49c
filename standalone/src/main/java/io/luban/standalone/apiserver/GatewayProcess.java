package io.luban.standalone.apiserver;

import io.luban.apiserver.ApiServer;
import io.luban.apiserver.ApiServerConfig;
import io.luban.apiserver.kapis.installplans.PlanOperations;
import io.luban.apiserver.kubeproxy.KubeUpstream;
import io.luban.http.HttpRuntime;
import io.luban.http.ServerConfig;
import io.luban.standalone.process.Cluster;
import io.luban.standalone.process.FileWatch;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The running gateway with what it stands on: event loops, a client of the cluster, files that are watched. */
final class GatewayProcess implements AutoCloseable {
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final ApiServer gateway;

    private GatewayProcess(String kubeconfig, ApiServerConfig config, PlanOperations plans, Clock clock) {
        try {
            var runtime = add(HttpRuntime.create(clock));
            var client = add(Cluster.reach(kubeconfig));
            var behind = new ApiServer.Behind(KubeUpstream.fromKubeconfig(kubeconfig), plans);
            gateway = add(ApiServer.start(config, runtime, client, behind, clock));
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Starts; throws what went wrong with nothing left open. */
    static GatewayProcess start(String kubeconfig, ApiServerConfig config, PlanOperations plans, Clock clock) {
        return new GatewayProcess(kubeconfig, config, plans, clock);
    }

    /** Where the gateway listens, as the flags say. */
    static ServerConfig server(Listening listening, ServerConfig standard) {
        return new ServerConfig(
                listening.address(),
                listening.port(),
                listening.keyPair().map(Listening.KeyPair::read),
                standard.limits());
    }

    /** Uses a changed key pair for new connections. */
    void follow(Listening.KeyPair pair) {
        add(new FileWatch(List.of(pair.certificate(), pair.key()), () -> gateway.reloadTls(pair.read())));
    }

    /** Goes by a changed configuration file as far as that is possible without a new start. */
    void follow(Optional<Path> file, Supplier<ApiServerConfig> reading) {
        file.ifPresent(path -> add(new FileWatch(List.of(path), () -> gateway.reconfigure(reading.get()))));
    }

    int port() {
        return gateway.port();
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
                org.slf4j.LoggerFactory.getLogger(GatewayProcess.class)
                        .atError()
                        .setCause(e)
                        .log("part did not close");
            }
        }
    }
}
