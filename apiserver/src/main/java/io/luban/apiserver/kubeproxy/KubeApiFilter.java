package io.luban.apiserver.kubeproxy;

import io.luban.apiserver.pipeline.Exchange;
import io.luban.apiserver.pipeline.Stage;
import io.luban.apiserver.pipeline.Step;
import io.luban.http.Reply;

/**
 * Hands Kubernetes requests to the Kubernetes API, after authorization decided them by the platform's roles. The user's own
 * credentials stay here; Kubernetes sees the gateway's.
 */
public final class KubeApiFilter implements Stage {
    private final KubeUpstream upstream;

    /** Hands requests to the upstream. */
    public KubeApiFilter(KubeUpstream upstream) {
        this.upstream = upstream;
    }

    @Override
    public Step attempt(Exchange exchange) {
        if (!exchange.info().isKubernetesRequest()) {
            return Step.next(exchange);
        }
        return upstream.blocks() ? Step.blocked() : Step.answer(forward(exchange));
    }

    @Override
    public Step perform(Exchange exchange) {
        return Step.answer(forward(exchange));
    }

    private Reply forward(Exchange exchange) {
        var request = exchange.request();
        var cleaned = request.withHeaders(request.headers().without("Authorization"))
                .with(KubeUpstream.AUTHORIZED_USER, exchange.user());
        return upstream.forward(cleaned, exchange.info());
    }
}
