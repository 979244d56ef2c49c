package io.luban.apiserver;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.luban.apiserver.apiservice.ApiServiceFilter;
import io.luban.apiserver.audit.Auditing;
import io.luban.apiserver.endpoint.Forwarding;
import io.luban.apiserver.endpoint.ServiceDirectory;
import io.luban.apiserver.extension.ConditionWriter;
import io.luban.apiserver.health.Check;
import io.luban.apiserver.health.HealthEndpoint;
import io.luban.apiserver.jsbundle.JsBundleFilter;
import io.luban.apiserver.kapis.packages.ChartFilesApi;
import io.luban.apiserver.kapis.version.VersionApi;
import io.luban.apiserver.kubeproxy.KubeApiFilter;
import io.luban.apiserver.kubeproxy.KubeUpstream;
import io.luban.apiserver.metrics.MetricsEndpoint;
import io.luban.apiserver.metrics.RequestMetrics;
import io.luban.apiserver.multicluster.MulticlusterFilter;
import io.luban.apiserver.openapi.OpenApi;
import io.luban.apiserver.pipeline.Pipeline;
import io.luban.apiserver.pipeline.RequestIds;
import io.luban.apiserver.pipeline.RequestInfoFilter;
import io.luban.apiserver.resilience.Guards;
import io.luban.apiserver.reverseproxy.ReverseProxyFilter;
import io.luban.apiserver.router.Route;
import io.luban.apiserver.router.Router;
import io.luban.http.HttpRuntime;
import io.luban.http.HttpServer;
import io.luban.http.SourceAddresses;
import io.luban.http.UpstreamClient;
import io.luban.kube.KubeRest;
import io.luban.model.Ids;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The running gateway. Its start-up reads top to bottom: what is followed in Kubernetes, how callers are known, what they
 * may do, where requests go. Closing stops all of it in reverse order.
 */
public final class ApiServer implements AutoCloseable {
    /** How long the first listings may take before the gateway serves without them, reporting not ready. */
    private static final Duration FIRST_SYNC = Duration.ofSeconds(30);

    private final Closing opened;
    private final HttpServer server;

    private ApiServer(Closing opened, HttpServer server) {
        this.opened = opened;
        this.server = server;
    }

    /**
     * Starts a gateway in front of {@code upstream} that reads its objects by {@code client}. Blocks until the first
     * listings are there; throws what went wrong, with nothing left open.
     */
    public static ApiServer start(
            ApiServerConfig config, HttpRuntime runtime, KubernetesClient client, KubeUpstream upstream, Clock clock) {
        var opened = new Closing();
        try {
            var pipeline = assemble(config, runtime, KubeRest.of(client), upstream, clock, opened);
            var server = opened.add(HttpServer.start(runtime, config.server(), pipeline, pipeline));
            return new ApiServer(opened, server);
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    private static Pipeline assemble(
            ApiServerConfig config,
            HttpRuntime runtime,
            KubeRest kube,
            KubeUpstream upstream,
            Clock clock,
            Closing opened) {
        var ids = Ids.random();
        var identity = new Identity(config, kube, clock, ids, opened);
        var registry = new PrometheusRegistry();
        var forwarding = new Forwarding(opened.add(new ServiceDirectory(kube)));
        var calls = opened.add(new UpstreamClient(runtime));
        var conditions = opened.add(new ConditionWriter(kube, clock));
        var sources = new SourceAddresses(config.proxy().trustedProxies());
        var guards = opened.add(new Guards(forwarding, calls, sources, conditions, registry, clock));
        var auditing = opened.add(Auditing.start(
                config.audit(),
                new Auditing.Surroundings(kube, config.systemNamespace(), calls, sources, registry, ids, clock)));
        var openApi = opened.add(new OpenApi(forwarding, calls, config.version()));
        var bundles = opened.add(new JsBundleFilter(kube, forwarding));
        var proxies = opened.add(
                new ReverseProxyFilter(kube, guards, conditions, config.proxy().reverseProxyPrefixes(), clock));
        var apiServices = opened.add(new ApiServiceFilter(kube, guards, conditions, openApi::follow));

        var routes = new ArrayList<Route>(identity.oauth().routes());
        routes.addAll(new VersionApi(kube, config.version()).routes());
        routes.add(new ChartFilesApi(kube, System.getenv()).route());
        routes.add(new MetricsEndpoint(registry).route());
        routes.addAll(healthRoutes(identity));
        openApi.describe(routes);
        routes.addAll(openApi.routes());

        var stages = new RequestPipeline(
                        new RequestInfoFilter(),
                        identity.authentication(),
                        new MulticlusterFilter(config.proxy().hostClusterName()),
                        identity.authorization(),
                        auditing.filter(),
                        bundles,
                        proxies,
                        apiServices,
                        new KubeApiFilter(upstream),
                        new Router(routes))
                .stages();
        var listings = new ArrayList<>(identity.firstListings());
        listings.addAll(List.of(bundles::awaitSync, proxies::awaitSync, apiServices::awaitSync));
        await(listings);
        var accessLog = new AccessLog(new RequestMetrics(registry));
        return new Pipeline(
                stages,
                new RequestIds(ids),
                (exchange, reply) -> accessLog.apply(exchange, auditing.ending().apply(exchange, reply)));
    }

    private static List<Route> healthRoutes(Identity identity) {
        var ready = List.of(Check.PING, new Check("informer-sync", identity::isSynced));
        var routes = new ArrayList<Route>();
        routes.addAll(new HealthEndpoint("healthz", List.of(Check.PING)).routes());
        routes.addAll(new HealthEndpoint("livez", List.of(Check.PING)).routes());
        routes.addAll(new HealthEndpoint("readyz", ready).routes());
        return routes;
    }

    private static void await(List<Identity.FirstListing> listings) {
        try {
            for (var listing : listings) {
                listing.await(FIRST_SYNC);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The port the gateway listens on. */
    public int port() {
        return server.port();
    }

    @Override
    public void close() {
        opened.close();
    }
}
