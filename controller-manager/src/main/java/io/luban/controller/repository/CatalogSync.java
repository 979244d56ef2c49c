package io.luban.controller.repository;

import io.luban.extensionformat.remote.Deadline;
import io.luban.extensionformat.remote.RemoteException;
import io.luban.kube.KubeRest;
import io.luban.model.ApiException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** One synchronisation of a Repository: reads the catalog and brings its extensions in, several at a time. */
final class CatalogSync {
    private static final int AT_ONCE = 12;

    private final KubeRest kube;
    private final CatalogSource source;
    private final Known known;
    private final Rejected rejected = new Rejected();
    private final Map<String, Integer> lastIndexes = new ConcurrentHashMap<>();

    CatalogSync(KubeRest kube, CatalogSource source, Known known) {
        this.kube = kube;
        this.source = source;
        this.known = known;
    }

    /**
     * How it went.
     *
     * @param problems what was left out
     * @param changes number of objects written or removed
     * @param again whether something that was in the way will be gone soon
     */
    record Report(Problems problems, int changes, boolean again) {}

    /** What the extensions of one synchronisation share. */
    record Context(
            RepositorySpec spec,
            Catalog catalog,
            Known known,
            CatalogWriter writer,
            Rejected rejected,
            boolean isIndexUnchanged,
            Progress progress) {
        String repository() {
            return spec.name();
        }

        int depth() {
            return spec.depth();
        }

        Catalog.Charts charts() {
            return catalog.charts();
        }

        Problems problems() {
            return progress.problems;
        }

        ChartReading reading() {
            return new ChartReading(spec.name(), spec.allowsPlainCharts(), known::isCategory);
        }

        void noteChange() {
            progress.changes.incrementAndGet();
        }

        void noteFailure() {
            progress.failed.set(true);
        }

        void askAgainSoon() {
            progress.again.set(true);
        }
    }

    /** Counts of one synchronisation; safe for use from all its threads. */
    private static final class Progress {
        private final Problems problems = new Problems();
        private final AtomicInteger changes = new AtomicInteger();
        private final AtomicBoolean failed = new AtomicBoolean();
        private final AtomicBoolean again = new AtomicBoolean();
    }

    /** Runs it; throws why the catalog cannot be read, with everything in the cluster left as it is. */
    Report run(RepositorySpec repository) throws InterruptedException {
        var deadline = Deadline.in(repository.timeout());
        var progress = new Progress();
        try (var reading = source.read(repository, deadline)) {
            var catalog = reading.catalog();
            catalog.problems().forEach(progress.problems::add);
            int index = catalog.index().entries().hashCode();
            boolean unchanged = Integer.valueOf(index).equals(lastIndexes.get(repository.name()));
            var writer = new CatalogWriter(kube, repository.name(), repository.uid());
            var context = new Context(repository, catalog, known, writer, rejected, unchanged, progress);
            bringIn(context, deadline);
            removeMissing(context);
            if (progress.failed.get()) {
                lastIndexes.remove(repository.name());
            } else {
                lastIndexes.put(repository.name(), index);
            }
        }
        return new Report(progress.problems, progress.changes.get(), progress.again.get());
    }

    void forget(String repository) {
        lastIndexes.remove(repository);
    }

    private static void bringIn(Context context, Deadline deadline) throws InterruptedException {
        var running = new ArrayList<Future<?>>();
        var permits = new Semaphore(AT_ONCE);
        try (var tasks = Executors.newVirtualThreadPerTaskExecutor()) {
            context.catalog()
                    .index()
                    .entries()
                    .forEach((name, entries) -> running.add(tasks.submit(() -> {
                        permits.acquire();
                        try {
                            new ExtensionSync(context, name, entries).run();
                        } catch (ApiException e) {
                            // One extension that cannot be written must not keep the others out.
                            context.problems().add(name, String.valueOf(e.getMessage()));
                            context.noteFailure();
                        } finally {
                            permits.release();
                        }
                        return name;
                    })));
            try {
                await(running, deadline);
            } finally {
                running.forEach(task -> task.cancel(true));
            }
        }
    }

    private static void await(List<Future<?>> running, Deadline deadline) throws InterruptedException {
        for (var task : running) {
            try {
                task.get(deadline.left().toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                throw new RemoteException("the synchronisation took too long");
            } catch (ExecutionException e) {
                throw e.getCause() instanceof RuntimeException failure
                        ? failure
                        : new RemoteException(String.valueOf(e.getCause()));
            }
        }
    }

    /** Extensions that the catalog has no more lose their versions; the Extensions themselves stay. */
    private static void removeMissing(Context context) {
        var listed = context.catalog().index().entries().keySet();
        for (var present : context.known().ofRepository(context.repository())) {
            if (!listed.contains(present.getValue().extension())) {
                context.writer().remove(present.getKey().name());
                context.noteChange();
            }
        }
    }
}
