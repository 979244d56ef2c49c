package io.luban.controller;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.luban.catalog.CatalogServer;
import io.luban.controller.admission.Admission;
import io.luban.controller.executor.ExecutorEndpoint;
import io.luban.controller.executor.OperationLogs;
import io.luban.controller.extension.ExtensionControllers;
import io.luban.controller.loop.Loops;
import io.luban.controller.repository.RepositoryControllers;
import io.luban.controller.serviceaccount.AccountControllers;
import io.luban.controller.subscription.SubscriptionControllers;
import io.luban.helm.Releases;
import io.luban.kube.KubeRest;
import io.luban.kube.Namespaces;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What only one replica does: the controllers, and telling the cluster where admission is. When it has closed, nothing that
 * it has begun goes on; what was under way looks as after a crash and is taken up by the next term, here or elsewhere.
 */
final class LeaderTerm implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LeaderTerm.class);

    /** Extensions that bring applications put their packages here. */
    private static final String APPLICATIONS = "extension-openpitrix";

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    /**
     * What every replica has, leading or not.
     *
     * @param admission nothing where it does not run
     * @param mayAct whether nobody else can lead now
     */
    record Parts(
            KubernetesClient client,
            Optional<Admission> admission,
            ExecutorEndpoint endpoint,
            OperationLogs logs,
            CatalogServer catalog,
            Loops loops,
            BooleanSupplier mayAct) {}

    private LeaderTerm() {}

    static LeaderTerm begin(ControllerManagerConfig config, Parts parts, Clock clock) {
        var term = new LeaderTerm();
        try {
            term.open(config, parts, clock);
            return term;
        } catch (RuntimeException e) {
            term.close();
            throw e;
        }
    }

    private void open(ControllerManagerConfig config, Parts parts, Clock clock) {
        var kube = KubeRest.of(parts.client()).writingWhile(parts.mayAct());
        // before anything else: configurations of an earlier run may send writes to a port where nobody listens
        parts.admission().ifPresent(admission -> opened.push(admission.announce(kube)));
        var engine = new ExtensionControllers.Engine(
                parts.endpoint(), Releases.open(config.directory()), parts.logs(), parts.mayAct(), config.kubeconfig());
        opened.push(ExtensionControllers.start(kube, engine, config.extensions(), parts.loops(), clock));
        Namespaces.ensure(kube, APPLICATIONS);
        opened.push(RepositoryControllers.start(kube, parts.catalog(), config.repositories(), parts.loops(), clock));
        opened.push(SubscriptionControllers.start(kube, parts.loops(), clock));
        opened.push(AccountControllers.start(kube, config.accounts(), parts.loops(), clock));
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
