package io.luban.apiserver.view;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import com.github.benmanes.caffeine.cache.Scheduler;
import io.luban.kube.KubeRest;
import io.luban.model.ApiException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The collections that were listed lately; one that nobody lists for a while is no longer followed. */
public final class ResourceViews implements AutoCloseable {
    private static final Duration KEPT = Duration.ofMinutes(10);
    private static final Duration FIRST_LISTING = Duration.ofSeconds(20);
    private static final int MOST = 64;

    private final KubeRest kube;
    private final Function<String, KindRules> rules;
    private final Cache<String, ResourceView> views = Caffeine.newBuilder()
            .maximumSize(MOST)
            .expireAfterAccess(KEPT)
            .scheduler(Scheduler.systemScheduler())
            .executor(Runnable::run)
            .removalListener((@Nullable String path, @Nullable ResourceView view, RemovalCause cause) -> {
                if (view != null) {
                    view.close();
                }
            })
            .build();

    /**
     * Follows nothing yet.
     *
     * @param rules what is particular about the kind at a collection's path
     */
    public ResourceViews(KubeRest kube, Function<String, KindRules> rules) {
        this.kube = kube;
        this.rules = rules;
    }

    /** The view of a collection if it was asked for before and is complete; memory only. */
    public Optional<ResourceView> known(String path) {
        return Optional.ofNullable(views.getIfPresent(path)).filter(ResourceView::isSynced);
    }

    /**
     * The view of a collection, complete; blocks for its first listing, and throws 503 when that takes too long.
     *
     * @param path of the collection over all namespaces
     */
    public ResourceView of(String path, String apiVersion, String kind) {
        var view = views.get(path, wanted -> new ResourceView(kube, wanted, apiVersion, kind, rules.apply(wanted)));
        try {
            if (view.awaitSync(FIRST_LISTING)) {
                return view;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw ApiException.unavailable("the first listing of %s is not complete yet".formatted(path));
    }

    @Override
    public void close() {
        views.invalidateAll();
    }
}
