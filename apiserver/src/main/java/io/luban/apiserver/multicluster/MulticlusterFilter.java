package io.luban.apiserver.multicluster;

import io.luban.apiserver.health.FirstListing;
import io.luban.apiserver.pipeline.ErrorResponses;
import io.luban.apiserver.pipeline.Exchange;
import io.luban.apiserver.pipeline.Stage;
import io.luban.apiserver.pipeline.Step;
import io.luban.http.Request;
import io.luban.kube.CollectionQuery;
import io.luban.kube.KubeRest;
import io.luban.kube.ProjectedCache;
import io.luban.model.ApiException;
import io.luban.model.Status;
import java.util.List;
import java.util.Optional;

/**
 * Sends requests that name a member cluster to that cluster, and serves those for the host cluster here, without the
 * cluster part of their path. Runs before authorization, because a member cluster authorizes its own requests.
 */
public final class MulticlusterFilter implements Stage, AutoCloseable {
    private static final String CLUSTERS = "/apis/cluster.kubesphere.io/v1alpha1/clusters";
    private static final String HOST = "host";

    private final String hostName;
    private final Dispatch members;
    private final ProjectedCache<MemberCluster> clusters;

    /**
     * Follows the clusters.
     *
     * @param hostName the configured name of the host cluster; {@code host} always means it too
     * @param isTlsInside whether gateways of members speak TLS behind the service proxy of their Kubernetes API
     */
    public MulticlusterFilter(KubeRest kube, String hostName, boolean isTlsInside) {
        this.hostName = hostName;
        members = new Dispatch(isTlsInside);
        clusters = ProjectedCache.start(
                kube, CollectionQuery.of(CLUSTERS), object -> Optional.of(MemberCluster.of(object)));
    }

    /** What has to be listed before every cluster is known. */
    public List<FirstListing> firstListings() {
        return List.of(FirstListing.of(clusters));
    }

    @Override
    public Step attempt(Exchange exchange) {
        var name = exchange.info().cluster();
        if (name.isEmpty()) {
            return Step.next(exchange);
        }
        var cluster =
                clusters.find("", name).or(() -> name.equals(HOST) ? clusters.find("", hostName) : Optional.empty());
        boolean isHost = cluster.map(MemberCluster::isHost).orElse(name.equals(HOST) || name.equals(hostName));
        if (cluster.isEmpty() && !isHost) {
            var status = Status.of(400, "BadRequest", "cluster %s not exists".formatted(name));
            return Step.answer(ErrorResponses.wrapped(status));
        }
        var stripped = exchange.with(withoutCluster(exchange.request(), name));
        if (isHost) {
            return Step.next(stripped);
        }
        var member = cluster.orElseThrow();
        return member.isReady()
                ? Step.answer(members.to(member, stripped, exchange.request()))
                : Step.answer(ErrorResponses.unavailable("cluster %s is not ready".formatted(name)));
    }

    /** What is sent on must be what was understood: a name that is escaped in the path is not. */
    private static Request withoutCluster(Request request, String cluster) {
        var part = "/clusters/" + cluster;
        var path = request.rawPath();
        int at = path.indexOf(part);
        int end = at + part.length();
        if (at < 0 || (end < path.length() && path.charAt(end) != '/')) {
            throw ApiException.badRequest("the name of the cluster must not be escaped in the path");
        }
        var rest = path.substring(0, at) + path.substring(end);
        return request.withTarget(rest.isEmpty() ? "/" : rest, request.rawQuery());
    }

    @Override
    public void close() {
        clusters.close();
    }
}
