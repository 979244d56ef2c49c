package io.luban.controller;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.luban.catalog.CatalogServer;
import io.luban.controller.admission.Admission;
import io.luban.controller.executor.ExecutorEndpoint;
import io.luban.controller.executor.OperationLogs;
import io.luban.controller.extension.Operations;
import io.luban.controller.leadership.ElectionSettings;
import io.luban.controller.leadership.LeaderAnswers;
import io.luban.controller.leadership.LeaderElection;
import io.luban.controller.loop.LoopMetrics;
import io.luban.controller.loop.Loops;
import io.luban.controller.repository.BuiltInCatalog;
import io.luban.helm.Charts;
import io.luban.http.Handler;
import io.luban.http.HttpRuntime;
import io.luban.http.Limits;
import io.luban.http.ServerConfig;
import io.luban.kube.KubeRest;
import io.luban.model.Ids;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All controllers of the platform over one cluster. Every replica judges writes, answers for logs and previews and hands
 * out charts; the leader reconciles, and is the one that has the logs and the charts.
 */
public final class ControllerManager implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ControllerManager.class);
    private static final String WEBHOOK = "installplan-webhook";
    private static final String OPERATIONS = "kubesphere.io/operations-url";
    private static final String CATALOG = "kubesphere.io/catalog-url";

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final KubeRest kube;
    private final OperationLogs logs;
    private final Optional<LeaderElection> election;
    private final CatalogServer catalog;
    private final Handler operations;
    private final Optional<OperationsServer> operationsServer;

    private ControllerManager(
            ControllerManagerConfig config, KubernetesClient client, Clock clock, HttpRuntime runtime) {
        var loops = new Loops(new LoopMetrics(registry), config.selection()::runs);
        kube = KubeRest.of(client);
        logs = new OperationLogs(config.directory().resolve("logs"), clock);
        try {
            var admission = config.selection().runs(WEBHOOK)
                    ? Optional.of(open(Admission.start(kube, runtime, config.admission(), loops, clock)))
                    : Optional.<Admission>empty();
            var endpoint = open(ExecutorEndpoint.start(runtime, client, Ids.random()));
            election = config.replica().map(replica -> new LeaderElection(kube, replica.election(), clock));
            catalog = open(BuiltInCatalog.start(runtime, config.repositories(), own -> atLeader(CATALOG, own), clock));
            operations = operations(
                    open(Operations.of(kube, logs, endpoint, Charts.open(config.directory()), config.extensions())));
            operationsServer = config.operations().map(settings -> open(serve(runtime, settings)));
            begin(config, new LeaderTerm.Parts(client, admission, endpoint, logs, catalog, loops, this::mayAct), clock);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
        GaugeWithCallback.builder()
                .name("leader_election_master_status")
                .help("Whether this replica is the one that reconciles.")
                .labelNames("name")
                .callback(point -> point.call(leads() ? 1 : 0, "ks-controller-manager"))
                .register(registry);
    }

    /** Starts the controllers with event loops of their own. The client stays the caller's. */
    public static ControllerManager start(ControllerManagerConfig config, KubernetesClient client, Clock clock) {
        var runtime = HttpRuntime.create(clock);
        try {
            var controllers = start(config, client, clock, runtime);
            controllers.opened.addLast(runtime);
            return controllers;
        } catch (RuntimeException e) {
            runtime.close();
            throw e;
        }
    }

    /** Starts the controllers on event loops that are shared with other parts of the process. */
    public static ControllerManager start(
            ControllerManagerConfig config, KubernetesClient client, Clock clock, HttpRuntime runtime) {
        return new ControllerManager(config, client, clock, runtime);
    }

    /** Without other replicas the term lasts as long as this. */
    private void begin(ControllerManagerConfig config, LeaderTerm.Parts parts, Clock clock) {
        if (config.replica().isEmpty()) {
            open(LeaderTerm.begin(config, parts, clock));
            return;
        }
        election.ifPresent(agreed -> {
            opened.push(agreed);
            parts.admission().ifPresent(admission -> open(admission.standBy(kube, parts.loops(), this::leads)));
            agreed.start(addresses(config.replica().get()), () -> LeaderTerm.begin(config, parts, clock));
        });
    }

    private ElectionSettings addresses(ReplicaSettings replica) {
        var addresses = new HashMap<String, String>();
        addresses.put(CATALOG, "http://%s:%d".formatted(replica.host(), catalog.port()));
        operationsServer.ifPresent(
                server -> addresses.put(OPERATIONS, "http://%s:%d".formatted(replica.host(), server.port())));
        return replica.election().at(addresses);
    }

    private OperationsServer serve(HttpRuntime runtime, OperationsSettings settings) {
        var server = new ServerConfig(settings.host(), settings.port(), Optional.empty(), Limits.DEFAULTS);
        return OperationsServer.start(runtime, server, settings.token(), operations);
    }

    /** Logs are where operations run; what a plan would do, any replica can find out. */
    private Handler operations(Handler own) {
        var logsOfLeader = atLeader(OPERATIONS, own);
        return request -> request.path().endsWith("/preview") ? own.handle(request) : logsOfLeader.handle(request);
    }

    private Handler atLeader(String annotation, Handler own) {
        return new LeaderAnswers(
                this::leads,
                () -> election.map(agreed -> agreed.ofLeader(annotation)).orElse(""),
                own);
    }

    private <T extends AutoCloseable> T open(T part) {
        opened.push(part);
        return part;
    }

    /** Where the built-in catalog is served. */
    public String catalogUrl() {
        return catalog.url();
    }

    /** Answers for logs and previews of install plans, to requests that were authorized before. */
    public Handler operations() {
        return operations;
    }

    /** The port at which a gateway in another process asks; 0 for none. */
    public int operationsPort() {
        return operationsServer.map(OperationsServer::port).orElse(0);
    }

    /** What Helm operations said, for whoever shows it. */
    public OperationLogs operationLogs() {
        return logs;
    }

    /** Whether this replica is the one that reconciles. */
    public boolean leads() {
        return election.map(LeaderElection::leads).orElse(true);
    }

    /** What the controllers count. */
    public PrometheusRegistry metrics() {
        return registry;
    }

    private boolean mayAct() {
        return election.map(LeaderElection::mayAct).orElse(true);
    }

    @Override
    public void close() {
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (Exception e) {
                // the border of closing: the other parts are closed all the same
                log.atWarn().setCause(e).log("part of the controllers did not close");
            }
        }
    }
}
