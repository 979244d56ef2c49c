package io.luban.embeddedkube;

import io.luban.embeddedkube.aggregation.Aggregation;
import io.luban.embeddedkube.audit.AuditLog;
import io.luban.embeddedkube.auth.Authenticator;
import io.luban.embeddedkube.auth.BearerTokens;
import io.luban.embeddedkube.auth.ClientCertificates;
import io.luban.embeddedkube.auth.FrontProxy;
import io.luban.embeddedkube.auth.ServiceAccountTokens;
import io.luban.embeddedkube.auth.StaticTokens;
import io.luban.embeddedkube.auth.TokenChecker;
import io.luban.embeddedkube.auth.UnionAuthenticator;
import io.luban.embeddedkube.auth.User;
import io.luban.embeddedkube.backup.BackupEndpoint;
import io.luban.embeddedkube.controller.ControlPlane;
import io.luban.embeddedkube.custom.Conversions;
import io.luban.embeddedkube.custom.CustomResources;
import io.luban.embeddedkube.custom.DefinitionCleanup;
import io.luban.embeddedkube.custom.ExpressionWarning;
import io.luban.embeddedkube.discovery.Discovery;
import io.luban.embeddedkube.expression.ExpressionSupport;
import io.luban.embeddedkube.openapi.OpenApi;
import io.luban.embeddedkube.operation.OperationParts;
import io.luban.embeddedkube.operation.StandardOperations;
import io.luban.embeddedkube.operation.VirtualCreate;
import io.luban.embeddedkube.pki.CertificateRenewal;
import io.luban.embeddedkube.pki.Pki;
import io.luban.embeddedkube.policy.PolicyChecks;
import io.luban.embeddedkube.protobuf.ProtobufDecoder;
import io.luban.embeddedkube.protobuf.ProtobufEncoder;
import io.luban.embeddedkube.proxy.ObjectProxies;
import io.luban.embeddedkube.reconcile.Cluster;
import io.luban.embeddedkube.registry.BuiltInRegistry;
import io.luban.embeddedkube.registry.MutableRegistry;
import io.luban.embeddedkube.registry.Registry;
import io.luban.embeddedkube.request.ApiMetrics;
import io.luban.embeddedkube.request.Connector;
import io.luban.embeddedkube.request.HealthEndpoint;
import io.luban.embeddedkube.request.HealthEndpoint.Check;
import io.luban.embeddedkube.request.OpenIdEndpoint;
import io.luban.embeddedkube.request.RequestParts;
import io.luban.embeddedkube.request.RequestPipeline;
import io.luban.embeddedkube.request.VersionEndpoint;
import io.luban.embeddedkube.schema.SchemaLibrary;
import io.luban.embeddedkube.service.LocalServices;
import io.luban.embeddedkube.service.ServiceResolver;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.store.SqliteStore;
import io.luban.embeddedkube.store.Store;
import io.luban.embeddedkube.store.StoreOptions;
import io.luban.embeddedkube.stream.PodStreams;
import io.luban.embeddedkube.stream.StreamBackends;
import io.luban.embeddedkube.watch.Reader;
import io.luban.http.Attribute;
import io.luban.http.Handler;
import io.luban.http.HttpRuntime;
import io.luban.http.HttpServer;
import io.luban.http.Limits;
import io.luban.http.ServerConfig;
import io.luban.http.TlsMaterial;
import io.luban.model.GroupResource;
import io.luban.model.Ids;
import io.luban.pki.Credentials;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Kubernetes-compatible API server within this process. {@link #start} reads top to bottom as the order in which its
 * parts are built; they are closed in the opposite order.
 */
public final class EmbeddedKubernetes implements AutoCloseable {
    /** Identity that callers in the same process put on their requests. */
    public static final Attribute<User> TRUSTED_USER = Authenticator.TRUSTED_USER;

    private static final Logger log = LoggerFactory.getLogger(EmbeddedKubernetes.class);

    private static final Duration WRITE_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration RENEWAL_INTERVAL = Duration.ofHours(1);

    private final Deque<AutoCloseable> opened;
    private final EmbeddedKubeConfig config;
    private final ControlPlane control;
    private final CustomResources custom;
    private final DefinitionCleanup cleanup;
    private final StreamBackends backends = new StreamBackends();
    private final Handler handler;
    private final HttpServer server;
    private final Reader reader;
    private final BearerTokens bearers;
    private final Optional<AuditLog> audit;
    private volatile boolean serving;

    private EmbeddedKubernetes(
            Deque<AutoCloseable> opened, EmbeddedKubeConfig config, HttpRuntime runtime, Clock clock) {
        this.opened = opened;
        this.config = config;
        var ids = Ids.random();
        var pki = Pki.open(config.dataDirectory().resolve("pki"), config, clock);
        var store = opened(
                SqliteStore.open(config.dataDirectory().resolve("kube"), clock, StoreOptions.of(config.store())));
        var tokens = new ServiceAccountTokens(pki.saKeyPair(), store, ids, clock);
        bearers = new BearerTokens(
                config.identity().tokenFile().map(StaticTokens::read).orElse(StaticTokens.NONE), tokens);
        audit = auditLog();
        var expressions = ExpressionSupport.of(config.api().cel());
        control = opened(ControlPlane.open(
                new ControlPlane.Parts(store, pki, tokens, bearers, config, expressions, ids, clock)));

        var schemas = SchemaLibrary.load();
        var registry = new MutableRegistry(BuiltInRegistry.of(schemas));
        var conversions =
                opened(new Conversions(control.services(), ids, config.api().conversionFallback()));
        custom = new CustomResources(store, registry, schemas, conversions, expressions, clock);
        var participants = new ArrayList<>(control.participants());
        participants.add(custom);
        participants.add(new PolicyChecks(expressions, registry));
        var admission = new ArrayList<>(control.admission(registry));
        admission.add(new ExpressionWarning(expressions));
        var operations = new StandardOperations(new OperationParts(store, admission, participants, ids, clock));
        cleanup = opened(DefinitionCleanup.start(store, registry, operations, custom));
        control.start(registry, operations);
        var cluster = new Cluster(store, registry, operations, clock, "kube-aggregator");
        var aggregation =
                opened(Aggregation.start(new Aggregation.Parts(cluster, control.services(), pki, ids, runtime)));

        reader = opened(new Reader(store, clock));
        var pipeline = pipeline(
                new Built(pki, store, tokens, expressions, schemas, registry, operations, aggregation), ids, clock);
        handler = pipeline.handler();
        var identity = pki.servingCertificate();
        server = opened(HttpServer.start(runtime, listener(identity), pipeline.fastPath(), handler));
        opened(CertificateRenewal.start(pki, identity, found -> server.reloadTls(tls(found)), RENEWAL_INTERVAL));
        control.advertise(server.port());
        writeKubeconfigs(pki);
        serving = true;
    }

    /** What is put together before requests can be answered. */
    private record Built(
            Pki pki,
            SqliteStore store,
            ServiceAccountTokens tokens,
            ExpressionSupport expressions,
            SchemaLibrary schemas,
            MutableRegistry registry,
            StandardOperations operations,
            Aggregation aggregation) {}

    private RequestPipeline pipeline(Built built, Ids ids, Clock clock) {
        var authenticator = new UnionAuthenticator(
                config.identity().frontProxyCa().map(file -> FrontProxy.of(file, clock)),
                new ClientCertificates(built.pki.caCertificate(), clock),
                bearers);
        var metrics = metrics(built.registry, built.store);
        metrics.gauge(
                "apiserver_unenforced_expression_objects",
                "Writes of objects whose expressions nothing evaluates.",
                built.expressions::unenforcedCount);
        metrics.gauges(
                "apiserver_admission_webhook_fail_open_count",
                "Webhooks that failed and were passed over, as configured.",
                List.of("name", "type"),
                control::failedOpen);
        return new RequestPipeline(new RequestParts(
                new RequestParts.Objects(built.store, built.registry, reader),
                built.operations,
                new RequestParts.Identities(authenticator, control.authorizer()),
                control.virtualCreates(built.registry, built.operations),
                new RequestParts.Elsewhere(
                        connectors(built.store, clock), control.connectAdmission(), built.aggregation::answer),
                List.of(
                        Discovery.of(built.registry, built.aggregation.apis())::answer,
                        OpenApi.of(built.registry, built.aggregation.apis(), built.schemas, clock)::answer,
                        health(built.store, control),
                        metrics,
                        new VersionEndpoint(),
                        new OpenIdEndpoint(built.tokens),
                        new BackupEndpoint(
                                built.store, config.dataDirectory(), control.authorizer(), RequestPipeline::userOf)),
                new RequestParts.Settings(
                        config.maxRequestBytes(),
                        config.serving().allowedOrigins(),
                        ids,
                        clock,
                        new ProtobufDecoder(built.schemas),
                        new ProtobufEncoder(built.schemas),
                        metrics,
                        audit)));
    }

    private Optional<AuditLog> auditLog() {
        var settings = config.audit();
        return settings.path()
                .map(path -> opened(
                        AuditLog.open(config.dataDirectory().resolve(path), settings.level(), settings.maxSize())));
    }

    private void writeKubeconfigs(Pki pki) {
        pki.writeAdminKubeconfig(kubeconfig(), server.port());
        config.serving()
                .externalAddress()
                .ifPresent(address -> pki.writeAdminKubeconfig(
                        config.dataDirectory().resolve("kubeconfig-external"), address.url(server.port())));
    }

    private Map<VirtualCreate.Endpoint, Connector> connectors(Store store, Clock clock) {
        var connectors = new HashMap<>(ObjectProxies.of(store, control.services()));
        connectors.putAll(PodStreams.of(store, backends, clock));
        return connectors;
    }

    private HealthEndpoint health(Store store, ControlPlane control) {
        var systemNamespace = new ObjectKey(new GroupResource("", "namespaces"), "", "kube-system");
        return new HealthEndpoint(
                List.of(
                        new Check("log", () -> audit.map(AuditLog::isWriting).orElse(true)),
                        new Check("bootstrap", () -> store.get(systemNamespace).isPresent()),
                        new Check("controllers", control::isControlling)),
                List.of(
                        new Check("store", () -> store.readOnlyReason().isEmpty()),
                        new Check("crds", () -> custom.isServing() && cleanup.isWorking())),
                List.of(new Check("shutdown", () -> serving)));
    }

    private ApiMetrics metrics(Registry registry, SqliteStore store) {
        var metrics = new ApiMetrics(registry);
        metrics.gauge("apiserver_watches", "Running watches.", reader::watchCount);
        metrics.gauge(
                "apiserver_store_window_events",
                "Events that watches may still begin with.",
                () -> store.window().events());
        metrics.gauge(
                "apiserver_store_window_bytes",
                "Bytes of replaced states that are kept for those events.",
                () -> store.window().bytes());
        store.whenWritten(metrics.durations(
                "apiserver_store_write_duration_seconds", "Time until a batch of writes was durable."));
        metrics.gauge("apiserver_store_revision", "Newest revision of the store.", store::revision);
        metrics.gauge(
                "apiserver_audit_dropped_events",
                "Audit events that were lost because the log did not keep up.",
                () -> audit.map(AuditLog::dropped).orElse(0L));
        return metrics;
    }

    private ServerConfig listener(Credentials identity) {
        return new ServerConfig(
                config.bindAddress(),
                config.securePort(),
                Optional.of(tls(identity)),
                Limits.DEFAULTS.withWriteTimeout(WRITE_TIMEOUT));
    }

    private static TlsMaterial tls(Credentials identity) {
        return new TlsMaterial(identity.certificatePem(), identity.keyPem(), true);
    }

    /** Opens or creates the data directory and serves it on any free port, with event loops of its own. */
    public static EmbeddedKubernetes start(Path dataDirectory) {
        return start(EmbeddedKubeConfig.of(dataDirectory).onPort(0));
    }

    /** Opens or creates the data directory and serves it as configured, with event loops of its own. */
    public static EmbeddedKubernetes start(EmbeddedKubeConfig config) {
        var runtime = HttpRuntime.create();
        var opened = new ArrayDeque<AutoCloseable>();
        opened.push(runtime);
        return start(opened, config, runtime, Clock.systemUTC());
    }

    /**
     * Opens or creates the data directory and serves it on the event loops of a process that has them already; throws
     * what went wrong with nothing left open.
     */
    public static EmbeddedKubernetes start(EmbeddedKubeConfig config, HttpRuntime runtime, Clock clock) {
        return start(new ArrayDeque<>(), config, runtime, clock);
    }

    private static EmbeddedKubernetes start(
            Deque<AutoCloseable> opened, EmbeddedKubeConfig config, HttpRuntime runtime, Clock clock) {
        try {
            return new EmbeddedKubernetes(opened, config, runtime, clock);
        } catch (RuntimeException e) {
            closeAll(opened);
            throw e;
        }
    }

    /** Port of the TLS listener. */
    public int port() {
        return server.port();
    }

    /** Kubeconfig of the administrator. */
    public Path kubeconfig() {
        return config.dataDirectory().resolve("kubeconfig");
    }

    /** The same API without a socket; callers identify themselves by {@link #TRUSTED_USER}. */
    public Handler handler() {
        return handler;
    }

    /** Where Services really are; the gateway may ask as well. */
    public ServiceResolver services() {
        return control.services();
    }

    /** Where parts of this process register the Services that they stand behind. */
    public LocalServices localServices() {
        return control.localServices();
    }

    /** Where container runtimes attach themselves to serve logs, commands and ports of pods. */
    public StreamBackends streamBackends() {
        return backends;
    }

    /** Also accepts bearer tokens that somebody else knows; refused tokens are asked about there as well. */
    public void acceptTokensOf(TokenChecker checker) {
        bearers.delegate(checker);
    }

    /** Tells that it is going, ends the watches with a last bookmark, answers what is under way, and closes. */
    @Override
    public void close() {
        serving = false;
        reader.close();
        closeAll(opened);
    }

    private static void closeAll(Deque<AutoCloseable> opened) {
        while (!opened.isEmpty()) {
            var part = opened.pop();
            try {
                part.close();
            } catch (Exception e) {
                // the parts below it must be closed all the same
                log.atError()
                        .addKeyValue("part", part.getClass().getSimpleName())
                        .setCause(e)
                        .log("part of the API server did not close");
            }
        }
    }

    private <T extends AutoCloseable> T opened(T part) {
        opened.push(part);
        return part;
    }
}
