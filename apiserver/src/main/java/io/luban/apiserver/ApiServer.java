package io.luban.apiserver;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.luban.apiserver.apiservice.ApiServiceFilter;
import io.luban.apiserver.audit.Auditing;
import io.luban.apiserver.authorization.AuthorizationFilter;
import io.luban.apiserver.cors.CrossOrigin;
import io.luban.apiserver.endpoint.Forwarding;
import io.luban.apiserver.endpoint.ServiceDirectory;
import io.luban.apiserver.extension.ConditionWriter;
import io.luban.apiserver.health.Check;
import io.luban.apiserver.health.FirstListing;
import io.luban.apiserver.health.HealthEndpoint;
import io.luban.apiserver.image.ImagesApi;
import io.luban.apiserver.jsbundle.JsBundleFilter;
import io.luban.apiserver.kapis.config.ConfigApi;
import io.luban.apiserver.kapis.dynamic.DynamicResources;
import io.luban.apiserver.kapis.installplans.PlanOperations;
import io.luban.apiserver.kapis.packages.ChartFilesApi;
import io.luban.apiserver.kapis.resources.KindTable;
import io.luban.apiserver.kapis.resources.ResourcesApi;
import io.luban.apiserver.kapis.version.KubernetesVersion;
import io.luban.apiserver.kapis.version.VersionApi;
import io.luban.apiserver.kubeproxy.KubeApiFilter;
import io.luban.apiserver.kubeproxy.KubeUpstream;
import io.luban.apiserver.masking.Masking;
import io.luban.apiserver.masking.StoredSecrets;
import io.luban.apiserver.metrics.MetricsEndpoint;
import io.luban.apiserver.metrics.ServerMetrics;
import io.luban.apiserver.multicluster.MulticlusterFilter;
import io.luban.apiserver.openapi.OpenApi;
import io.luban.apiserver.pipeline.Pipeline;
import io.luban.apiserver.pipeline.RequestIds;
import io.luban.apiserver.pipeline.RequestInfoFilter;
import io.luban.apiserver.pipeline.Stage;
import io.luban.apiserver.resilience.Guards;
import io.luban.apiserver.reverseproxy.ReverseProxyFilter;
import io.luban.apiserver.router.Route;
import io.luban.apiserver.router.Router;
import io.luban.apiserver.tracing.Tracing;
import io.luban.apiserver.view.ResourceViews;
import io.luban.http.HttpRuntime;
import io.luban.http.HttpServer;
import io.luban.http.SourceAddresses;
import io.luban.http.TlsMaterial;
import io.luban.http.UpstreamClient;
import io.luban.kube.KubeRest;
import io.luban.model.Ids;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running gateway. Its start-up reads top to bottom: what is followed in Kubernetes, how callers are known, what they
 * may do, where requests go. Closing stops all of it in reverse order.
 */
public final class ApiServer implements AutoCloseable {
    /** How long the first listings may take before the gateway serves without them, reporting not ready. */
    private static final Duration FIRST_SYNC = Duration.ofSeconds(30);

    private static final Logger log = LoggerFactory.getLogger(ApiServer.class);

    private final Closing opened;
    private final HttpServer server;
    private final Live live;
    private final Duration shutdownDelay;

    /** What can be set anew while the gateway runs. */
    private record Live(
            CrossOrigin<Pipeline> entrance,
            SourceAddresses sources,
            Identity identity,
            Auditing auditing,
            PrometheusRegistry registry,
            AtomicBoolean stopping) {}

    private ApiServer(Closing opened, HttpServer server, Live live, Duration shutdownDelay) {
        this.opened = opened;
        this.server = server;
        this.live = live;
        this.shutdownDelay = shutdownDelay;
    }

    /** Starts a gateway that knows of no controllers; see the other one. */
    public static ApiServer start(
            ApiServerConfig config, HttpRuntime runtime, KubernetesClient client, KubeUpstream upstream, Clock clock) {
        return start(config, runtime, client, new Behind(upstream, PlanOperations.at("", "")), clock);
    }

    /**
     * What the gateway stands in front of.
     *
     * @param kubernetes the Kubernetes API
     * @param plans what the controllers answer
     */
    public record Behind(KubeUpstream kubernetes, PlanOperations plans) {}

    /**
     * Starts a gateway in front of {@code behind} that reads its objects by {@code client}. Blocks until the first
     * listings are there; throws what went wrong, with nothing left open.
     */
    public static ApiServer start(
            ApiServerConfig config, HttpRuntime runtime, KubernetesClient client, Behind behind, Clock clock) {
        var opened = new Closing();
        try {
            var live = assemble(config, runtime, KubeRest.of(client), behind, clock, opened);
            var server = opened.add(HttpServer.start(runtime, config.server(), live.entrance, live.entrance));
            ServerMetrics.register(live.registry, server);
            return new ApiServer(opened, server, live, config.surface().shutdownDelay());
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    /** What all parts use. */
    private record Shared(
            ApiServerConfig config,
            KubeRest kube,
            UpstreamClient calls,
            SourceAddresses sources,
            Identity identity,
            PrometheusRegistry registry,
            Clock clock,
            Closing opened) {}

    /** Where requests go. */
    private record Ways(
            MulticlusterFilter clusters,
            JsBundleFilter bundles,
            ReverseProxyFilter proxies,
            ApiServiceFilter apiServices,
            KubeApiFilter kubernetes,
            OpenApi openApi,
            List<FirstListing> listings) {}

    private static Live assemble(
            ApiServerConfig config, HttpRuntime runtime, KubeRest kube, Behind behind, Clock clock, Closing opened) {
        var ids = Ids.random();
        var sources = new SourceAddresses(config.proxy().trustedProxies());
        var identity = new Identity(config, kube, sources, clock, ids, opened);
        var registry = new PrometheusRegistry();
        var stopping = new AtomicBoolean();
        var calls = opened.add(new UpstreamClient(runtime));
        var auditing = opened.add(Auditing.start(
                config.audit(),
                new Auditing.Surroundings(kube, config.systemNamespace(), calls, sources, registry, ids, clock)));
        var shared = new Shared(config, kube, calls, sources, identity, registry, clock, opened);
        var ways = ways(shared, behind);
        var configs = opened.add(configs(config, kube));
        var listings = new ArrayList<>(ways.listings());
        listings.add(new FirstListing("secrets", configs::awaitSync));
        var kubernetes = opened.add(new KubernetesVersion(kube));
        var routes = new ArrayList<Route>(identity.oauth().routes());
        routes.add(new MetricsEndpoint(registry).route());
        routes.addAll(auditing.routes());
        routes.addAll(new VersionApi(kubernetes, config.version()).routes());
        routes.addAll(healthRoutes(identity, listings, kubernetes, stopping));
        var views = opened.add(new ResourceViews(kube, KindTable::of));
        routes.addAll(objectRoutes(kube, views, config.systemNamespace(), clock));
        routes.addAll(configs.routes());
        ways.openApi().describe(routes);
        routes.addAll(ways.openApi().routes());
        var resources = new DynamicResources(
                kube, views, ways.kubernetes(), config.proxy().maxBodyBytes());
        var router = new Router(routes, behind.plans().before(resources));
        var stages = stages(identity, auditing, ways, router);
        FirstListing.await(listings, FIRST_SYNC);
        var tracing = opened.add(Tracing.start(config.surface().tracing(), calls, registry, clock));
        var endings = new Endings(auditing.ending(), tracing.ending(), AccessLog.of(registry, sources));
        var pipeline = new Pipeline(Endings.joined(tracing.stages(), stages), new RequestIds(ids), endings);
        var entrance = new CrossOrigin<>(config.surface().allowedOrigins(), pipeline);
        return new Live(entrance, sources, identity, auditing, registry, stopping);
    }

    private static Ways ways(Shared shared, Behind behind) {
        var config = shared.config();
        var kube = shared.kube();
        var opened = shared.opened();
        var services = opened.add(new ServiceDirectory(kube));
        var forwarding = new Forwarding(
                services, config.proxy().services(), behind.kubernetes().serviceProxy());
        var conditions = opened.add(new ConditionWriter(kube, shared.clock()));
        var guards = opened.add(new Guards(
                forwarding, shared.calls(), shared.sources(), conditions, shared.registry(), shared.clock()));
        var stored = new StoredSecrets(kube, config.proxy().maxBodyBytes());
        var masking = new Masking(shared.identity().authorizer(), stored);
        var kubernetes = new KubeApiFilter(behind.kubernetes(), config.proxy().kubernetes(), masking);
        var openApi = opened.add(new OpenApi(forwarding, shared.calls(), config.version(), kubernetes::forward));
        var bundles = opened.add(new JsBundleFilter(kube, guards, conditions));
        var proxies = opened.add(new ReverseProxyFilter(
                kube, guards, conditions, config.proxy().reverseProxyPrefixes(), shared.clock()));
        var apiServices = opened.add(
                new ApiServiceFilter(kube, guards, conditions, config.proxy().reservedGroups(), openApi::follow));
        var clusters = opened.add(new MulticlusterFilter(
                kube, config.proxy().hostClusterName(), config.proxy().isTlsInside()));
        var listings = Stream.of(
                        shared.identity().firstListings(),
                        clusters.firstListings(),
                        bundles.firstListings(),
                        proxies.firstListings(),
                        apiServices.firstListings(),
                        services.firstListings())
                .flatMap(List::stream)
                .toList();
        return new Ways(clusters, bundles, proxies, apiServices, kubernetes, openApi, listings);
    }

    private static ConfigApi configs(ApiServerConfig config, KubeRest kube) {
        return new ConfigApi(
                config.surface().multicluster(),
                config.tokens(),
                kube,
                config.systemNamespace(),
                config.proxy().maxBodyBytes());
    }

    private static List<Stage> stages(Identity identity, Auditing auditing, Ways ways, Router router) {
        return new RequestPipeline(
                        new RequestInfoFilter(),
                        identity.authentication(),
                        ways.clusters(),
                        new AuthorizationFilter(identity.authorizer()),
                        auditing.filter(),
                        ways.bundles(),
                        ways.proxies(),
                        ways.apiServices(),
                        ways.kubernetes(),
                        router)
                .stages();
    }

    private static List<Route> objectRoutes(KubeRest kube, ResourceViews views, String namespace, Clock clock) {
        var routes = new ArrayList<Route>(new ImagesApi(kube, namespace, clock).routes());
        routes.add(new ChartFilesApi(kube, System.getenv()).route());
        routes.add(new ResourcesApi(views).route());
        return routes;
    }

    private static List<Route> healthRoutes(
            Identity identity, List<FirstListing> listings, KubernetesVersion kubernetes, AtomicBoolean stopping) {
        var ready = List.of(
                Check.PING,
                new Check("kubernetes-api", kubernetes::isReachable),
                Check.ofParts("informer-sync", () -> FirstListing.missing(listings)),
                new Check("cache", identity::isCacheReady));
        var routes = new ArrayList<Route>(new HealthEndpoint("healthz", List.of(Check.PING)).routes());
        routes.addAll(new HealthEndpoint("livez", List.of(Check.PING)).routes());
        routes.addAll(new HealthEndpoint("readyz", ready, stopping::get).routes());
        return routes;
    }

    /** The port the gateway listens on. */
    public int port() {
        return server.port();
    }

    /** Uses another identity for new connections. */
    public void reloadTls(TlsMaterial material) {
        server.reloadTls(material);
    }

    /**
     * Goes by these settings from now on, as far as they can change while the gateway runs: trusted proxies, allowed
     * origins, limits for failed logins, auditing. The others wait for the next start.
     */
    public void reconfigure(ApiServerConfig config) {
        live.sources.trust(config.proxy().trustedProxies());
        live.entrance.allow(config.surface().allowedOrigins());
        live.identity.limit(config.login());
        live.auditing.reconfigure(config.audit());
    }

    /** What the gateway counts, so that other parts of the process can be told of at the same endpoint. */
    public PrometheusRegistry metrics() {
        return live.registry;
    }

    /**
     * Reports not ready, waits until those who send requests have noticed, and stops: no new connection, requests in flight
     * to their end within the drain timeout, then everything else.
     */
    @Override
    public void close() {
        if (!live.stopping.getAndSet(true) && shutdownDelay.isPositive()) {
            try {
                boolean early = new CountDownLatch(1).await(shutdownDelay.toMillis(), TimeUnit.MILLISECONDS);
                log.atDebug().addKeyValue("early", early).log("the delay before the stop is over");
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        opened.close();
    }
}
