package io.luban.controller;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.luban.controller.admission.Admission;
import io.luban.controller.executor.ExecutorEndpoint;
import io.luban.controller.executor.OperationLogs;
import io.luban.controller.extension.ExtensionControllers;
import io.luban.controller.repository.RepositoryControllers;
import io.luban.controller.subscription.SubscriptionControllers;
import io.luban.helm.Charts;
import io.luban.helm.Releases;
import io.luban.http.Handler;
import io.luban.http.HttpRuntime;
import io.luban.kube.KubeRest;
import io.luban.model.Ids;
import java.time.Clock;
import java.util.Optional;

/** All controllers of the platform over one cluster. */
public final class ControllerManager implements AutoCloseable {
    private final Admission admission;
    private final ExtensionControllers extensions;
    private final RepositoryControllers repositories;
    private final SubscriptionControllers subscriptions;
    private final OperationLogs logs;
    private final Optional<HttpRuntime> ownRuntime;

    private ControllerManager(
            Admission admission,
            ExtensionControllers extensions,
            RepositoryControllers repositories,
            SubscriptionControllers subscriptions,
            OperationLogs logs,
            Optional<HttpRuntime> ownRuntime) {
        this.admission = admission;
        this.extensions = extensions;
        this.repositories = repositories;
        this.subscriptions = subscriptions;
        this.logs = logs;
        this.ownRuntime = ownRuntime;
    }

    /** Starts the controllers with event loops of their own. The client stays the caller's. */
    public static ControllerManager start(ControllerManagerConfig config, KubernetesClient client, Clock clock) {
        var runtime = HttpRuntime.create(clock);
        return start(config, client, clock, runtime, Optional.of(runtime));
    }

    /** Starts the controllers on event loops that are shared with other parts of the process. */
    public static ControllerManager start(
            ControllerManagerConfig config, KubernetesClient client, Clock clock, HttpRuntime runtime) {
        return start(config, client, clock, runtime, Optional.empty());
    }

    private static ControllerManager start(
            ControllerManagerConfig config,
            KubernetesClient client,
            Clock clock,
            HttpRuntime runtime,
            Optional<HttpRuntime> ownRuntime) {
        var kube = KubeRest.of(client);
        // before anything else: configurations of an earlier run may send writes to a port where nobody listens
        var admission = Admission.start(kube, runtime, config.admission(), clock);
        var logs = new OperationLogs(config.directory().resolve("logs"), clock);
        var engine = new ExtensionControllers.Engine(
                ExecutorEndpoint.start(runtime, client, Ids.random()),
                Releases.open(config.directory()),
                Charts.open(config.directory()),
                logs);
        var extensions = ExtensionControllers.start(kube, engine, config.extensions(), clock);
        var repositories = RepositoryControllers.start(kube, runtime, config.repositories(), clock);
        var subscriptions = SubscriptionControllers.start(kube, clock);
        return new ControllerManager(admission, extensions, repositories, subscriptions, logs, ownRuntime);
    }

    /** Where the built-in catalog of packages is served. */
    public String catalogUrl() {
        return repositories.catalogUrl();
    }

    /** Answers for logs and previews of install plans, to requests that were authorized before. */
    public Handler operations() {
        return extensions.operations();
    }

    /** What Helm operations said, for whoever shows it. */
    public OperationLogs operationLogs() {
        return logs;
    }

    @Override
    public void close() {
        subscriptions.close();
        repositories.close();
        extensions.close();
        admission.close();
        ownRuntime.ifPresent(HttpRuntime::close);
    }
}
