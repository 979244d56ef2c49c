package io.luban.controller.extension;

import io.luban.controller.executor.ExecutorEndpoint;
import io.luban.controller.executor.OperationLogs;
import io.luban.helm.Charts;
import io.luban.http.Handler;
import io.luban.http.Reply;
import io.luban.http.Request;
import io.luban.kube.KubeRest;

/**
 * Answers for logs and previews of plans, {@code …/installplans/{name}/logs} and {@code …/preview}, to requests that were
 * authorized before. Changes nothing, so that every replica may answer.
 */
public final class Operations implements Handler, AutoCloseable {
    private final Clusters clusters;
    private final Handler plans;

    private Operations(Clusters clusters, Handler plans) {
        this.clusters = clusters;
        this.plans = plans;
    }

    /**
     * Answers from these logs.
     *
     * @param endpoint through which charts look things up while they are rendered
     */
    public static Operations of(
            KubeRest kube, OperationLogs logs, ExecutorEndpoint endpoint, Charts charts, ExtensionSettings settings) {
        var clusters = new Clusters(kube, settings.clusterName(), () -> false);
        var preview = new PlanPreview(kube, clusters, new ReleaseRenderer(charts, endpoint), settings);
        return new Operations(clusters, new PlanOperations(kube, logs, preview));
    }

    @Override
    public Reply handle(Request request) {
        return plans.handle(request);
    }

    @Override
    public void close() {
        clusters.close();
    }
}
