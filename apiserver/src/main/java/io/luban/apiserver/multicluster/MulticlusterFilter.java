package io.luban.apiserver.multicluster;

import io.luban.apiserver.pipeline.ErrorResponses;
import io.luban.apiserver.pipeline.Exchange;
import io.luban.apiserver.pipeline.Stage;
import io.luban.apiserver.pipeline.Step;
import io.luban.http.Request;
import io.luban.model.Status;

/**
 * Serves requests for the host cluster here, without the cluster part of their path, and answers 400 for clusters that do
 * not exist. Runs before authorization, because a member cluster authorizes its own requests.
 */
public final class MulticlusterFilter implements Stage {
    private static final String HOST = "host";

    private final String hostName;

    /** {@code hostName} is the configured name of the host cluster; {@code host} always means it too. */
    public MulticlusterFilter(String hostName) {
        this.hostName = hostName;
    }

    @Override
    public Step attempt(Exchange exchange) {
        var cluster = exchange.info().cluster();
        if (cluster.isEmpty()) {
            return Step.next(exchange);
        }
        if (cluster.equals(HOST) || cluster.equals(hostName)) {
            return Step.next(exchange.with(withoutCluster(exchange.request(), cluster)));
        }
        var status = Status.of(400, "BadRequest", "cluster %s not exists".formatted(cluster));
        return Step.answer(ErrorResponses.wrapped(status));
    }

    private static Request withoutCluster(Request request, String cluster) {
        var part = "/clusters/" + cluster;
        var path = request.rawPath();
        int at = path.indexOf(part);
        if (at < 0) {
            return request;
        }
        var rest = path.substring(0, at) + path.substring(at + part.length());
        return request.withTarget(rest.isEmpty() ? "/" : rest, request.rawQuery());
    }
}
