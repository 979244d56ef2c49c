package io.luban.controller.repository;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.controller.loop.Outcome;
import io.luban.controller.loop.Reconciler;
import io.luban.kube.KubeRest;
import io.luban.model.ApiException;
import io.luban.model.Json;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides when a Repository is synchronised, and tells how that ended. */
final class RepositoryReconciler implements Reconciler {
    private static final Logger log = LoggerFactory.getLogger(RepositoryReconciler.class);
    private static final Duration SOON = Duration.ofSeconds(2);

    private final KubeRest kube;
    private final Sources sources;
    private final CatalogSync sync;
    private final Known known;
    private final RepositoryStatus status;
    private final RepositoryEvents events;
    private final Duration shortestInterval;
    private final Clock clock;
    private final Set<String> wanted = ConcurrentHashMap.newKeySet();
    private final Set<String> resumed = ConcurrentHashMap.newKeySet();

    /** What it works with; {@code shortestInterval} is the floor of polling. */
    record Parts(
            KubeRest kube,
            Sources sources,
            Known known,
            RepositoryEvents events,
            Duration shortestInterval,
            Clock clock) {}

    RepositoryReconciler(Parts parts) {
        this.kube = parts.kube();
        this.sources = parts.sources();
        this.known = parts.known();
        this.sync = new CatalogSync(kube, sources, known);
        this.status = new RepositoryStatus(kube, parts.clock());
        this.events = parts.events();
        this.shortestInterval = parts.shortestInterval();
        this.clock = parts.clock();
    }

    /** Has the Repository synchronised the next time it is looked at, whenever it was last. */
    void want(String name) {
        wanted.add(name);
    }

    @Override
    public Outcome reconcile(String name) throws InterruptedException {
        var found = kube.find(Names.REPOSITORIES + "/" + name).map(RepositorySpec::new);
        if (found.isEmpty()) {
            forget(name);
            return Outcome.DONE;
        }
        var repository = found.get();
        if (repository.isBeingDeleted()) {
            if (repository.hasFinalizer()) {
                patchFinalizers(repository, false);
            }
            return Outcome.DONE;
        }
        if (!repository.hasFinalizer()) {
            patchFinalizers(repository, true);
            return Outcome.DONE;
        }
        if (!repository.hasSource()) {
            return Outcome.DONE;
        }
        if (resumed.add(name) && !sources.resume(repository)) {
            wanted.add(name);
        }
        var interval = repository.interval(shortestInterval);
        var left = left(repository, interval);
        if (left.isPositive()) {
            return Outcome.again(left);
        }
        if (!known.isReady()) {
            return Outcome.again(SOON);
        }
        return synchronise(repository, interval);
    }

    private Outcome synchronise(RepositorySpec repository, Duration interval) throws InterruptedException {
        var start = clock.instant();
        CatalogSync.Report report;
        status.updating(repository);
        try {
            report = sync.run(repository);
        } catch (RuntimeException e) {
            // The border of a synchronisation: whatever a catalog holds, its failure is told where its owner looks.
            var message = "failed to sync extensions from %s: %s".formatted(repository.origin(), reason(e));
            status.failed(repository, message);
            events.warning(repository, "SyncFailed", message);
            throw ApiException.unavailable(message);
        }
        boolean asked =
                wanted.remove(repository.name()) || repository.lastSync().isEmpty();
        events.normal(repository, "Synced", "sync extensions from %s successfully".formatted(repository.origin()));
        if (asked || report.changes() > 0) {
            log.atInfo()
                    .addKeyValue("name", repository.name())
                    .addKeyValue("changes", report.changes())
                    .addKeyValue("leftOut", report.problems().size())
                    .addKeyValue(
                            "durationMs",
                            Duration.between(start, clock.instant()).toMillis())
                    .log("repository synchronised");
        }
        if (report.again()) {
            wanted.add(repository.name());
        }
        status.synced(repository, report.problems());
        return Outcome.again(report.again() ? SOON : interval);
    }

    private static String reason(RuntimeException failure) {
        return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    }

    /** Time until the next synchronisation, nothing when it is due. */
    private Duration left(RepositorySpec repository, Duration interval) {
        var condition = repository.synced();
        boolean changed = !repository.observedSpec().isEmpty()
                && !repository.observedSpec().equals(repository.specMark());
        boolean failed = condition.path("status").asText("").equals("False");
        if (wanted.contains(repository.name()) || changed || failed) {
            return Duration.ZERO;
        }
        return repository
                .lastSync()
                .map(last -> Duration.between(clock.instant(), last.plus(interval)))
                .orElse(Duration.ZERO);
    }

    private void forget(String name) {
        sources.forget(name);
        sync.forget(name);
        resumed.remove(name);
        wanted.remove(name);
    }

    private void patchFinalizers(RepositorySpec repository, boolean protects) {
        var patch = Json.object();
        var metadata = patch.putObject("metadata")
                .put(
                        "resourceVersion",
                        repository.object().at("/metadata/resourceVersion").asText());
        var list = metadata.putArray("finalizers");
        repository.object().at("/metadata/finalizers").forEach(finalizer -> {
            if (!finalizer.asText().equals(Names.FINALIZER)) {
                list.add(finalizer);
            }
        });
        if (protects) {
            list.add(Names.FINALIZER);
        }
        RepositoryStatus.note(patch, repository, protects);
        try {
            ObjectNode written = kube.patch(Names.REPOSITORIES + "/" + repository.name(), patch);
            log.atDebug()
                    .addKeyValue("name", written.at("/metadata/name").asText())
                    .log("finalizers written");
        } catch (ApiException e) {
            // Somebody else was faster; the change that they made comes here as well.
            if (e.code() != 404 && e.code() != 409) {
                throw e;
            }
        }
    }
}
