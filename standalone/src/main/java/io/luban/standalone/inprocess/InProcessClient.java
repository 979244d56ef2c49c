package io.luban.standalone.inprocess;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.luban.http.Handler;
import io.luban.kube.KubeClients;
import java.util.function.Supplier;

/** Makes Kubernetes clients of an API server in the same process. */
public final class InProcessClient {
    private InProcessClient() {}

    /**
     * A client of {@code kubernetes}, which says itself as whom a request is made: nothing that is sent along identifies
     * the caller. Closing the client ends its requests and watches.
     *
     * @param url where the same server is found on the network; stands in messages
     * @param network a client of that address with the same rights, made when first needed: for WebSockets and for
     *     requests that the server passes on to another one
     */
    public static KubernetesClient of(Handler kubernetes, String url, Supplier<KubernetesClient> network) {
        return KubeClients.over(new HandlerTransport(kubernetes, new Network(network)), url);
    }
}
