package io.luban.apiserver;

import io.luban.apiserver.apiservice.ApiServiceFilter;
import io.luban.apiserver.audit.AuditFilter;
import io.luban.apiserver.authentication.AuthenticationFilter;
import io.luban.apiserver.authorization.AuthorizationFilter;
import io.luban.apiserver.jsbundle.JsBundleFilter;
import io.luban.apiserver.kubeproxy.KubeApiFilter;
import io.luban.apiserver.multicluster.MulticlusterFilter;
import io.luban.apiserver.pipeline.RequestInfoFilter;
import io.luban.apiserver.pipeline.Stage;
import io.luban.apiserver.reverseproxy.ReverseProxyFilter;
import io.luban.apiserver.router.Router;
import java.util.List;

/**
 * What happens to a request, in this order. The first stage that answers ends it.
 *
 * @param requestInfo cleans the request and reads what it is about
 * @param authentication who asks, or 401
 * @param multicluster requests for other clusters leave here
 * @param authorization whether they may, or 403
 * @param auditing notes who does what, for those who have to know later
 * @param jsBundle front ends of extensions below {@code /dist}
 * @param reverseProxy other backends of extensions
 * @param apiService APIs of extensions; before the built-in ones, so that an extension may replace one
 * @param kubeApi {@code /api} and {@code /apis}
 * @param router the gateway's own APIs, and 404 for the rest
 */
record RequestPipeline(
        RequestInfoFilter requestInfo,
        AuthenticationFilter authentication,
        MulticlusterFilter multicluster,
        AuthorizationFilter authorization,
        AuditFilter auditing,
        JsBundleFilter jsBundle,
        ReverseProxyFilter reverseProxy,
        ApiServiceFilter apiService,
        KubeApiFilter kubeApi,
        Router router) {
    /** The stages in execution order. */
    List<Stage> stages() {
        return List.of(
                requestInfo,
                authentication,
                multicluster,
                authorization,
                auditing,
                jsBundle,
                reverseProxy,
                apiService,
                kubeApi,
                router);
    }
}
