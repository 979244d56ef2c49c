package io.luban.standalone.apiserver;

import io.luban.apiserver.endpoint.ServiceRoute;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/**
 * Finds out whether names of the cluster's services mean something to this process.
 *
 * @param resolves whether a host name has an address here; may block for a while
 */
record ClusterNames(Map<String, String> environment, Predicate<String> resolves) {
    private static final String KUBERNETES = "kubernetes.default.svc";
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** By the name service of this machine. */
    static ClusterNames in(Map<String, String> environment) {
        return new ClusterNames(environment, ClusterNames::hasAddress);
    }

    /** What {@code auto} stands for here; other routes stay. */
    ServiceRoute route(ServiceRoute wanted) {
        boolean inPod = !environment.getOrDefault("KUBERNETES_SERVICE_HOST", "").isEmpty();
        return wanted == ServiceRoute.AUTO && inPod && resolves.test(KUBERNETES) ? ServiceRoute.DNS : wanted;
    }

    private static boolean hasAddress(String host) {
        var answer = new CompletableFuture<Boolean>();
        Thread.ofVirtual().name("cluster names").start(() -> {
            try {
                answer.complete(InetAddress.getByName(host).getAddress().length > 0);
            } catch (UnknownHostException e) {
                answer.complete(false);
            }
        });
        try {
            return answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException | TimeoutException e) {
            return false;
        }
    }
}
