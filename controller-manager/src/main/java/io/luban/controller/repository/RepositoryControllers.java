package io.luban.controller.repository;

import io.luban.catalog.CatalogServer;
import io.luban.controller.loop.Loops;
import io.luban.controller.loop.Outcome;
import io.luban.kube.CollectionQuery;
import io.luban.kube.KubeRest;
import io.luban.kube.ProjectedCache;
import io.luban.model.ApiException;
import io.luban.model.Ids;
import io.luban.model.Json;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The controller of Repositories with the catalog server and the watches that wake it. */
public final class RepositoryControllers implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RepositoryControllers.class);
    private static final String BUILT_IN = "extensions-museum";
    private static final int WORKERS = 4;
    private static final Duration SETTLING = Duration.ofMillis(500);

    private final KubeRest kube;
    private final CatalogServer server;
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    private RepositoryControllers(KubeRest kube, CatalogServer server) {
        this.kube = kube;
        this.server = server;
    }

    /** Starts the controller over a catalog server, which stays the caller's. */
    public static RepositoryControllers start(
            KubeRest kube, CatalogServer server, RepositorySettings settings, Loops loops, Clock clock) {
        var controllers = new RepositoryControllers(kube, server);
        controllers.startAll(settings, loops, clock);
        return controllers;
    }

    private void startAll(RepositorySettings settings, Loops loops, Clock clock) {
        var known = new Known(kube);
        opened.push(known);
        var clients = new Clients(kube, settings.environment());
        var sources = new Sources(
                new HelmSource(clients),
                new OciSource(clients),
                new FolderSource(server, settings.readsFolders()),
                new ConfigMapSource(kube),
                new ImageSource(clients, server, settings.directory().resolve("images")));
        var reconciler = new RepositoryReconciler(new RepositoryReconciler.Parts(
                kube,
                sources,
                known,
                new RepositoryEvents(kube, Ids.random(), clock),
                settings.shortestInterval(),
                clock));
        var loop = loops.start("repository", WORKERS, name -> reconciler.reconcile(name));
        opened.push(loop);
        opened.push(ProjectedCache.start(
                kube,
                CollectionQuery.of(Names.REPOSITORIES),
                object -> Optional.of(object.at("/metadata/resourceVersion").asText("")),
                (name, before, after) -> loop.add(name.name())));
        var setup = loops.start("catalog", 1, name -> {
            BuiltInCategories.ensure(kube);
            if (settings.providesCatalog()) {
                ensureRepository();
            }
            return Outcome.DONE;
        });
        opened.push(setup);
        setup.addAfter(BUILT_IN, Duration.ZERO);
        if (settings.providesCatalog()) {
            opened.push(PackagesWatch.start(settings.packages(), () -> {
                reconciler.want(BUILT_IN);
                loop.addAfter(BUILT_IN, SETTLING);
            }));
            log.atInfo().addKeyValue("url", server.url()).log("catalog of packages is served");
        }
    }

    /** The Repository of the built-in catalog; its address is this process's and may differ from the last one's. */
    private void ensureRepository() {
        var path = Names.REPOSITORIES + "/" + BUILT_IN;
        var present = kube.find(path);
        if (present.isEmpty()) {
            var repository = Json.object().put("apiVersion", Names.API_VERSION).put("kind", "Repository");
            repository.putObject("metadata").put("name", BUILT_IN);
            repository
                    .putObject("spec")
                    .put("url", server.url())
                    .put("description", "Packages in the catalog folder of this platform.");
            try {
                kube.create(Names.REPOSITORIES, repository);
            } catch (ApiException e) {
                if (e.code() != 409) {
                    throw e;
                }
            }
        } else if (!present.get().at("/spec/url").asText("").equals(server.url())) {
            var patch = Json.object();
            patch.putObject("spec").put("url", server.url());
            kube.patch(path, patch);
        }
    }

    @Override
    public void close() {
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (Exception e) {
                // the border of closing: the other parts are closed all the same
                log.atWarn().setCause(e).log("part of the repository controller did not close");
            }
        }
    }
}
