package io.luban.embeddedkube;

import io.luban.embeddedkube.auth.Authenticator;
import io.luban.embeddedkube.auth.ClientCertificates;
import io.luban.embeddedkube.auth.ServiceAccountTokens;
import io.luban.embeddedkube.auth.UnionAuthenticator;
import io.luban.embeddedkube.auth.User;
import io.luban.embeddedkube.controller.ControlPlane;
import io.luban.embeddedkube.custom.CustomResources;
import io.luban.embeddedkube.custom.DefinitionCleanup;
import io.luban.embeddedkube.custom.ExpressionWarning;
import io.luban.embeddedkube.discovery.Discovery;
import io.luban.embeddedkube.openapi.OpenApi;
import io.luban.embeddedkube.operation.OperationParts;
import io.luban.embeddedkube.operation.StandardOperations;
import io.luban.embeddedkube.pki.Pki;
import io.luban.embeddedkube.protobuf.ProtobufDecoder;
import io.luban.embeddedkube.registry.BuiltInRegistry;
import io.luban.embeddedkube.registry.MutableRegistry;
import io.luban.embeddedkube.registry.Registry;
import io.luban.embeddedkube.request.ApiMetrics;
import io.luban.embeddedkube.request.HealthEndpoint;
import io.luban.embeddedkube.request.OpenIdEndpoint;
import io.luban.embeddedkube.request.RequestParts;
import io.luban.embeddedkube.request.RequestPipeline;
import io.luban.embeddedkube.request.VersionEndpoint;
import io.luban.embeddedkube.schema.SchemaLibrary;
import io.luban.embeddedkube.service.LocalServices;
import io.luban.embeddedkube.service.ServiceResolver;
import io.luban.embeddedkube.store.SqliteStore;
import io.luban.embeddedkube.store.Store;
import io.luban.embeddedkube.watch.Reader;
import io.luban.http.Attribute;
import io.luban.http.Handler;
import io.luban.http.HttpRuntime;
import io.luban.http.HttpServer;
import io.luban.http.Limits;
import io.luban.http.ServerConfig;
import io.luban.http.TlsMaterial;
import io.luban.model.Ids;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
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

    private final Deque<AutoCloseable> opened;
    private final EmbeddedKubeConfig config;
    private final ControlPlane control;
    private final Handler handler;
    private final HttpServer server;

    private EmbeddedKubernetes(
            Deque<AutoCloseable> opened, EmbeddedKubeConfig config, HttpRuntime runtime, Clock clock) {
        this.opened = opened;
        this.config = config;
        var ids = Ids.random();
        var pki = Pki.open(config.dataDirectory().resolve("pki"), config, clock);
        var store = opened(SqliteStore.open(config.dataDirectory().resolve("kube"), clock));
        var tokens = new ServiceAccountTokens(pki.saKeyPair(), store, ids, clock);
        control = opened(ControlPlane.open(new ControlPlane.Parts(store, pki, tokens, config, ids, clock)));

        var schemas = SchemaLibrary.load();
        var registry = new MutableRegistry(BuiltInRegistry.of(schemas));
        var custom = new CustomResources(store, registry, schemas, clock);
        var participants = new ArrayList<>(control.participants());
        participants.add(custom);
        var admission = new ArrayList<>(control.admission());
        admission.add(new ExpressionWarning());
        var operations = new StandardOperations(new OperationParts(store, admission, participants, ids, clock));
        opened(DefinitionCleanup.start(store, registry, operations, custom));
        control.start(registry, operations);

        var authenticator = new UnionAuthenticator(new ClientCertificates(pki.caCertificate(), clock), tokens);
        var reader = opened(new Reader(store, clock));
        var metrics = metrics(registry, reader, store);
        var pipeline = new RequestPipeline(new RequestParts(
                new RequestParts.Objects(store, registry, reader),
                operations,
                new RequestParts.Identities(authenticator, control.authorizer()),
                control.virtualCreates(registry, operations),
                List.of(
                        Discovery.of(registry)::answer,
                        OpenApi.of(registry, schemas, clock)::answer,
                        health(store),
                        metrics,
                        new VersionEndpoint(),
                        new OpenIdEndpoint(tokens)),
                new RequestParts.Settings(config.maxRequestBytes(), ids, new ProtobufDecoder(schemas), metrics)));
        handler = pipeline.handler();
        server = opened(HttpServer.start(runtime, listener(pki), pipeline.fastPath(), handler));
        control.advertise(server.port());
        pki.writeAdminKubeconfig(kubeconfig(), server.port());
        config.serving()
                .externalAddress()
                .ifPresent(address -> pki.writeAdminKubeconfig(
                        config.dataDirectory().resolve("kubeconfig-external"), address.url(server.port())));
    }

    private static HealthEndpoint health(Store store) {
        return new HealthEndpoint(
                Map.of(), Map.of("store", () -> store.readOnlyReason().isEmpty()));
    }

    private static ApiMetrics metrics(Registry registry, Reader reader, Store store) {
        var metrics = new ApiMetrics(registry);
        metrics.gauge("apiserver_watches", "Running watches.", reader::watchCount);
        metrics.gauge("apiserver_store_revision", "Newest revision of the store.", store::revision);
        return metrics;
    }

    private ServerConfig listener(Pki pki) {
        var identity = pki.servingCertificate();
        var tls = new TlsMaterial(identity.certificatePem(), identity.keyPem(), true);
        return new ServerConfig(config.bindAddress(), config.securePort(), Optional.of(tls), Limits.DEFAULTS);
    }

    /** Opens or creates the data directory and serves it; throws what went wrong with nothing left open. */
    public static EmbeddedKubernetes start(EmbeddedKubeConfig config, HttpRuntime runtime, Clock clock) {
        var opened = new ArrayDeque<AutoCloseable>();
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

    @Override
    public void close() {
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
