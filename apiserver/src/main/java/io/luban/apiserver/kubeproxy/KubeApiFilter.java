package io.luban.apiserver.kubeproxy;

import io.luban.apiserver.endpoint.Forwarding;
import io.luban.apiserver.masking.Masking;
import io.luban.apiserver.masking.Secrecy;
import io.luban.apiserver.pipeline.Exchange;
import io.luban.apiserver.pipeline.RequestInfo;
import io.luban.apiserver.pipeline.Stage;
import io.luban.apiserver.pipeline.Step;
import io.luban.apiserver.pipeline.User;
import io.luban.http.Headers;
import io.luban.http.Reply;
import io.luban.http.Request;

/**
 * Hands Kubernetes requests to the Kubernetes API, after authorization decided them by the platform's roles. The user's own
 * credentials stay here; Kubernetes sees the gateway's, and so secrets of objects are taken out of its answers.
 */
public final class KubeApiFilter implements Stage {
    private final KubeUpstream upstream;
    private final KubeOptions options;
    private final Masking masking;

    /** Hands requests to the upstream. */
    public KubeApiFilter(KubeUpstream upstream, KubeOptions options, Masking masking) {
        this.upstream = upstream;
        this.options = options;
        this.masking = masking;
    }

    @Override
    public Step attempt(Exchange exchange) {
        if (!exchange.info().isKubernetesRequest()) {
            return Step.next(exchange);
        }
        var hiding = masking.hiding(exchange);
        return upstream.blocks() || masking.blocks(exchange, hiding)
                ? Step.blocked()
                : Step.answer(forward(exchange, hiding));
    }

    @Override
    public Step perform(Exchange exchange) {
        return Step.answer(forward(exchange));
    }

    /**
     * Hands on an authorized request whose target is a path of Kubernetes. What its answer may show follows from the
     * exchange's info. May block.
     */
    public Reply forward(Exchange exchange) {
        return forward(exchange, masking.hiding(exchange));
    }

    private Reply forward(Exchange exchange, Secrecy hiding) {
        return hiding == Secrecy.NONE
                ? send(exchange)
                : Masking.masked(send(masking.prepared(exchange, hiding)), hiding);
    }

    private Reply send(Exchange exchange) {
        var request = exchange.request();
        var headers = Forwarding.marked(request.headers().without("Authorization"));
        if (options.identity() == KubeOptions.Identity.IMPERSONATE) {
            headers = impersonating(headers, exchange.user());
        }
        var cleaned = request.withHeaders(headers).with(KubeUpstream.AUTHORIZED_USER, exchange.user());
        return upstream.forward(validated(cleaned, exchange.info()), exchange.info());
    }

    private Request validated(Request request, RequestInfo info) {
        boolean writes = info.verb().equals("create") || info.verb().equals("update");
        if (options.validation() == KubeOptions.Validation.UNSET
                || !writes
                || request.query("fieldValidation").isPresent()) {
            return request;
        }
        var query = request.rawQuery();
        return request.withTarget(
                request.rawPath(), query + (query.isEmpty() ? "" : "&") + "fieldValidation=" + options.validation());
    }

    /** The request's own fields of these names were removed when it came in. */
    private static Headers impersonating(Headers headers, User user) {
        var builder = headers.toBuilder().add("Impersonate-User", user.name());
        if (!user.uid().isEmpty()) {
            builder.add("Impersonate-Uid", user.uid());
        }
        user.groups().forEach(group -> builder.add("Impersonate-Group", group));
        user.extra()
                .forEach((key, values) ->
                        values.forEach(value -> builder.add("Impersonate-Extra-" + Forwarding.headerName(key), value)));
        return builder.build();
    }
}
