package io.luban.embeddedkube.junit;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.luban.embeddedkube.EmbeddedKubeConfig;
import io.luban.embeddedkube.EmbeddedKubernetes;
import io.luban.kube.KubeClients;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * An embedded Kubernetes API server that can be stopped and started again on the same folder and port, as a crash or an
 * upgrade would, with one client that outlives the restarts. Used by one thread.
 */
public final class RunningKubernetes implements AutoCloseable {
    private static final Duration PORT_PATIENCE = Duration.ofSeconds(20);
    private static final Duration PORT_PAUSE = Duration.ofMillis(200);

    private final EmbeddedKubeConfig config;
    private final int port;
    private final KubernetesClient client;
    private EmbeddedKubernetes server;
    private boolean running = true;

    private RunningKubernetes(EmbeddedKubeConfig config, EmbeddedKubernetes server) {
        this.config = config;
        this.server = server;
        port = server.port();
        client = KubeClients.fromKubeconfig(server.kubeconfig());
    }

    /** Starts a server with event loops of its own; throws what kept it from starting. */
    public static RunningKubernetes start(EmbeddedKubeConfig config) {
        var server = EmbeddedKubernetes.start(config);
        try {
            return new RunningKubernetes(config, server);
        } catch (RuntimeException e) {
            server.close();
            throw e;
        }
    }

    /** The server that runs now. */
    public EmbeddedKubernetes server() {
        return server;
    }

    /** A client with all permissions. It is closed with the server. */
    public KubernetesClient client() {
        return client;
    }

    /** The administrator's kubeconfig; stays right across restarts. */
    public Path kubeconfig() {
        return server.kubeconfig();
    }

    /** Port of the TLS listener; the same across restarts. */
    public int port() {
        return port;
    }

    /** Stops the server: clients find nobody there until {@link #resume}. Does nothing when it is stopped. */
    public void pause() {
        if (running) {
            running = false;
            server.close();
        }
    }

    /**
     * Starts the server again over the same folder and port, which is waited for if somebody else has it. Does nothing when
     * it runs.
     */
    public void resume() {
        if (!running) {
            server = startAgain();
            running = true;
        }
    }

    /** While nobody listened there, the system may have given the port to somebody else for a moment. */
    private EmbeddedKubernetes startAgain() {
        long begin = System.nanoTime();
        while (true) {
            try {
                return EmbeddedKubernetes.start(config.onPort(port));
            } catch (UncheckedIOException e) {
                var isTaken = String.valueOf(e.getMessage()).contains("cannot listen on");
                if (!isTaken || System.nanoTime() - begin > PORT_PATIENCE.toNanos()) {
                    throw e;
                }
                LockSupport.parkNanos(PORT_PAUSE.toNanos());
            }
        }
    }

    /** Stops the server and starts it again over the same folder and port. */
    public void restart() {
        pause();
        resume();
    }

    @Override
    public void close() {
        client.close();
        pause();
    }
}
