package io.luban.standalone.inprocess;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.StandardHttpClient;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The way to the same server over its listener, opened by the first request that needs it. */
final class Network {
    private final Supplier<KubernetesClient> source;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable KubernetesClient client;
    private boolean closed;

    Network(Supplier<KubernetesClient> source) {
        this.source = source;
    }

    /** Throws {@link IllegalStateException} once it is closed. */
    StandardHttpClient<?, ?, ?> http() {
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("the kubernetes client is closed");
            }
            var known = client;
            if (known == null) {
                known = source.get();
                client = known;
            }
            if (known.getHttpClient() instanceof StandardHttpClient<?, ?, ?> http) {
                return http;
            }
            throw new IllegalStateException("no client of the network that takes requests as they are: " + known);
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            closed = true;
            if (client != null) {
                client.close();
            }
        } finally {
            lock.unlock();
        }
    }
}
