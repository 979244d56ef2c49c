package io.luban.controller.extension;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.controller.executor.ExecutorEndpoint;
import io.luban.controller.executor.HelmExecutor;
import io.luban.controller.executor.OperationLogs;
import io.luban.controller.loop.Loops;
import io.luban.controller.loop.ReconcileLoop;
import io.luban.helm.Releases;
import io.luban.kube.CacheListener;
import io.luban.kube.CollectionQuery;
import io.luban.kube.KubeRest;
import io.luban.kube.ProjectedCache;
import io.luban.model.Ids;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;

/** The controllers of extensions with the watches that wake them. Caches keep a few words per object only. */
public final class ExtensionControllers implements AutoCloseable {
    private static final int PLAN_WORKERS = 2;

    private final KubeRest kube;
    private final Clusters clusters;
    private final Loops loops;
    private final Deque<Runnable> opened = new ArrayDeque<>();

    /** A few words of an object; {@code isComplete} tells of a version that its chart has been read. */
    private record Watched(String labelled, String version, boolean isComplete) {
        Watched(String labelled, String version) {
            this(labelled, version, false);
        }
    }

    /**
     * What the controllers work with.
     *
     * @param endpoint through which Helm reaches the cluster
     * @param releases runs Helm; closed with the controllers
     * @param mayAct asked before an operation under way changes anything
     * @param kubeconfig how the cluster is reached; {@code ""} to tell nobody
     */
    public record Engine(
            ExecutorEndpoint endpoint,
            Releases releases,
            OperationLogs logs,
            BooleanSupplier mayAct,
            String kubeconfig) {}

    private ExtensionControllers(KubeRest kube, Engine engine, ExtensionSettings settings, Loops loops) {
        this.kube = kube;
        this.loops = loops;
        this.clusters = new Clusters(kube, settings.clusterName(), engine.mayAct());
        opened.push(clusters::close);
    }

    /** Starts all controllers; what is unfinished from an earlier run is taken up again. */
    public static ExtensionControllers start(
            KubeRest kube, Engine engine, ExtensionSettings settings, Loops loops, Clock clock) {
        var controllers = new ExtensionControllers(kube, engine, settings, loops);
        controllers.startAll(engine, settings, clock);
        return controllers;
    }

    private void startAll(Engine engine, ExtensionSettings settings, Clock clock) {
        var plans = new AtomicReference<Optional<ReconcileLoop>>(Optional.empty());
        var executor = new HelmExecutor(
                new HelmExecutor.Engine(engine.releases(), engine.endpoint(), engine.logs(), engine.mayAct()),
                extension -> plans.get().ifPresent(loop -> loop.add(extension)));
        opened.push(executor::close);
        var releases = KnownReleases.start(kube, extension -> plans.get().ifPresent(loop -> loop.add(extension)));
        opened.push(releases::close);
        var planLoop = open(loops.start(
                "installplan",
                PLAN_WORKERS,
                new InstallPlanReconciler(
                        new PlanParts(kube, clusters, executor, releases, settings, Ids.random(), clock))));
        plans.set(Optional.of(planLoop));
        var extensionLoop = open(loops.start("extension", 1, new ExtensionReconciler(kube, settings)));
        var versionLoop = open(loops.start("extensionVersion", 1, new ExtensionVersionReconciler(kube, clock)));
        var surfaces = Paths.USER_INTERFACE.stream().map(this::startSurface).toList();
        watch(
                Paths.PLANS,
                ExtensionControllers::byDemand,
                (name, before, after) -> surfaces.forEach(surface -> surface.wake(name.name())));
        var planCache = watchCatalog(planLoop, extensionLoop, versionLoop);
        var hostLoop =
                open(loops.start("host-cluster", 1, new HostCluster(kube, settings, engine.kubeconfig(), clock)));
        hostLoop.add(settings.clusterName());
        watch(Paths.CLUSTERS, ExtensionControllers::byReadiness, (name, before, after) -> {
            hostLoop.add(name.name());
            // A cluster that has become ready may be what some plan's agent waits for.
            planCache.all().keySet().forEach(plan -> planLoop.add(plan.name()));
        });
    }

    private ProjectedCache<Watched> watchCatalog(
            ReconcileLoop plans, ReconcileLoop extensions, ReconcileLoop versions) {
        var planCache = watch(Paths.PLANS, ExtensionControllers::byVersion, (name, before, after) -> {
            plans.add(name.name());
            extensions.add(name.name());
        });
        watch(Paths.VERSIONS, ExtensionControllers::byLabel, (name, before, after) -> {
            if (after.map(watched -> !watched.isComplete()).orElse(false)) {
                versions.add(name.name());
            }
            after.or(() -> before)
                    .map(Watched::labelled)
                    .filter(label -> !label.isEmpty())
                    .ifPresent(extension -> {
                        extensions.add(extension);
                        plans.add(extension);
                    });
        });
        var categories = new AtomicReference<Optional<ReconcileLoop>>(Optional.empty());
        CacheListener<Watched> extensionChanged = (name, before, after) -> {
            extensions.add(name.name());
            // Its state may be what another plan waits for.
            planCache.all().keySet().forEach(plan -> plans.add(plan.name()));
            plans.add(name.name());
            categories.get().ifPresent(loop -> {
                before.ifPresent(watched -> loop.add(watched.labelled()));
                after.ifPresent(watched -> loop.add(watched.labelled()));
            });
        };
        var extensionCache = watch(Paths.EXTENSIONS, ExtensionControllers::byCategory, extensionChanged);
        var categoryLoop = open(loops.start(
                "extension-category",
                1,
                new CategoryReconciler(
                        kube,
                        category -> extensionCache.all().values().stream()
                                .filter(watched -> watched.labelled().equals(category))
                                .count())));
        categories.set(Optional.of(categoryLoop));
        watch(
                Paths.CATEGORIES,
                ExtensionControllers::byVersion,
                (name, before, after) -> categoryLoop.add(name.name()));
        return planCache;
    }

    /** One kind of what extensions show. */
    private record Surface(ReconcileLoop loop, ProjectedCache<Watched> objects) {
        /** The plan of the extension demands something else now. */
        void wake(String extension) {
            objects.all().forEach((name, watched) -> {
                if (watched.labelled().equals(extension)) {
                    loop.add(name.name());
                }
            });
        }
    }

    private Surface startSurface(String collection) {
        var loop = open(loops.start("extension-ui", 1, new UserInterfaceReconciler(kube, collection)));
        return new Surface(
                loop, watch(collection, ExtensionControllers::byLabel, (name, before, after) -> loop.add(name.name())));
    }

    private ProjectedCache<Watched> watch(
            String path,
            java.util.function.Function<ObjectNode, Optional<Watched>> projection,
            CacheListener<Watched> listener) {
        var cache = ProjectedCache.start(kube, CollectionQuery.of(path), projection, listener);
        opened.push(cache::close);
        return cache;
    }

    private static Optional<Watched> byVersion(ObjectNode object) {
        return Optional.of(new Watched("", version(object)));
    }

    private static Optional<Watched> byDemand(ObjectNode plan) {
        return Optional.of(new Watched("", SurfaceDemand.of(plan)));
    }

    private static Optional<Watched> byLabel(ObjectNode object) {
        var label = object.at(Labels.pointer("labels", Labels.EXTENSION)).asText("");
        boolean complete = !object.at("/spec/version").asText("").isEmpty();
        return Optional.of(new Watched(label, version(object), complete));
    }

    private static Optional<Watched> byCategory(ObjectNode object) {
        var label = object.at(Labels.pointer("labels", Labels.CATEGORY)).asText("");
        // Of an extension's many changes only these matter to others.
        var relevant = object.at("/status/state").asText("") + " "
                + object.at("/status/installedVersion").asText("") + " "
                + object.at("/metadata/deletionTimestamp").asText("") + " "
                + object.at("/metadata/finalizers").size();
        return Optional.of(new Watched(label, relevant));
    }

    private static Optional<Watched> byReadiness(ObjectNode cluster) {
        var relevant =
                new StringBuilder(cluster.at("/metadata/deletionTimestamp").asText(""));
        relevant.append(cluster.at("/metadata/labels"));
        for (var condition : cluster.at("/status/conditions")) {
            relevant.append(condition.path("type").asText(""))
                    .append(condition.path("status").asText(""));
        }
        return Optional.of(new Watched("", relevant.toString()));
    }

    private static String version(ObjectNode object) {
        return object.at("/metadata/resourceVersion").asText("");
    }

    private ReconcileLoop open(ReconcileLoop loop) {
        opened.push(loop::close);
        return loop;
    }

    @Override
    public void close() {
        while (!opened.isEmpty()) {
            opened.pop().run();
        }
    }
}
