package io.luban.embeddedkube.watch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Scheduler;
import io.luban.embeddedkube.store.Snapshot;
import io.luban.embeddedkube.store.Store;
import io.luban.embeddedkube.watch.ListOptions.Match;
import io.luban.http.Headers;
import io.luban.http.Reply;
import io.luban.model.ApiException;
import io.luban.model.GroupResource;
import io.luban.model.Json;
import io.luban.model.Status;
import io.luban.model.StatusCause;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Answers lists from snapshots. */
final class Lists {
    private static final Headers JSON = Headers.of("Content-Type", "application/json");
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final Duration RETENTION = Duration.ofMinutes(5);
    private static final int RETAINED = 512;

    private final Store store;
    private final ListBodies bodies = new ListBodies();
    private final byte[] tokenKey;

    /** Views that unfinished paged lists go on with, even if the event window moves past them meanwhile. */
    private final Cache<Place, Snapshot> retained = Caffeine.newBuilder()
            .maximumSize(RETAINED)
            .expireAfterWrite(RETENTION)
            .scheduler(Scheduler.systemScheduler())
            .build();

    private record Place(GroupResource resource, long revision) {}

    Lists(Store store) {
        this.store = store;
        this.tokenKey = store.tokenKey();
    }

    Reply.Content answer(View view, Selection selection, ListOptions options) {
        if (!options.continueToken().isEmpty()) {
            return next(view, selection, options);
        }
        var snapshot = snapshot(view, options);
        long limit = ignoresLimit(options) ? 0 : options.limit();
        if (selection.isEverything() && (limit == 0 || limit >= size(snapshot, selection.namespace()))) {
            return new Reply.Content(200, JSON, bodies.whole(view, selection, snapshot));
        }
        return page(view, selection, Page.of(snapshot, selection.in(snapshot), limit));
    }

    private static int size(Snapshot snapshot, String namespace) {
        return namespace.isEmpty() ? snapshot.size() : snapshot.size(namespace);
    }

    /** kubectl lists with version 0 and a limit and relies on getting everything. */
    private static boolean ignoresLimit(ListOptions options) {
        return options.revision().orElse(-1) == 0 && options.match() != Match.EXACT;
    }

    private Reply.Content page(View view, Selection selection, Page page) {
        var metadata = Json.object()
                .put("resourceVersion", Long.toString(page.snapshot().revision()));
        if (page.more()) {
            var last = page.objects().getLast().key();
            var token = new ContinueToken(page.snapshot().revision(), last.namespace(), last.name());
            metadata.put("continue", token.encode(tokenKey, selection.identity()));
            if (selection.isEverything()) {
                metadata.put("remainingItemCount", page.remaining(selection.namespace()));
            }
            retained.put(new Place(view.type().storage(), page.snapshot().revision()), page.snapshot());
        }
        return new Reply.Content(200, JSON, ListBodies.assembled(view, page.objects(), metadata));
    }

    private Reply.Content next(View view, Selection selection, ListOptions options) {
        if (options.revision().orElse(0) != 0) {
            throw ApiException.badRequest("specifying resource version is not allowed when using continue");
        }
        var token = ContinueToken.decode(options.continueToken(), tokenKey, selection.identity());
        var snapshot = token.revision() == ContinueToken.NEWEST
                ? Optional.of(store.snapshot(view.type().storage()))
                : retained(view.type().storage(), token.revision());
        if (snapshot.isEmpty()) {
            return expired(selection, token);
        }
        var following = selection.after(snapshot.get(), token.namespace(), token.name());
        return page(view, selection, Page.of(snapshot.get(), following, options.limit()));
    }

    private Optional<Snapshot> retained(GroupResource resource, long revision) {
        var kept = retained.getIfPresent(new Place(resource, revision));
        return kept == null ? store.snapshotAt(resource, revision) : Optional.of(kept);
    }

    /** 410 with a token that goes on from the same place in the newest state. */
    private Reply.Content expired(Selection selection, ContinueToken token) {
        var status = Status.of(
                410,
                "Expired",
                "the version this list began with is no longer retained; begin a new list, or go on with the token of"
                        + " this answer, whose objects may have changed since the first page");
        ObjectNode json = status.toJson();
        json.withObjectProperty("metadata")
                .put(
                        "continue",
                        new ContinueToken(ContinueToken.NEWEST, token.namespace(), token.name())
                                .encode(tokenKey, selection.identity()));
        return new Reply.Content(410, JSON, Json.bytes(json));
    }

    private Snapshot snapshot(View view, ListOptions options) {
        var resource = view.type().storage();
        long revision = options.revision().orElse(0);
        if (revision == 0) {
            return store.snapshot(resource);
        }
        await(store, revision);
        boolean exact = options.match() == Match.EXACT || (options.match() == Match.UNSET && options.limit() > 0);
        if (!exact) {
            return store.snapshot(resource);
        }
        return retained(resource, revision)
                .orElseThrow(() -> ApiException.expired("The resourceVersion for the provided list is too old."));
    }

    /** Waits a moment for a version that is not there yet; 504 when it does not come. */
    static void await(Store store, long revision) {
        if (store.revision() >= revision || Arrival.await(store, revision, PATIENCE)) {
            return;
        }
        var cause = new StatusCause("ResourceVersionTooLarge", "Too large resource version", "");
        var message = "Timeout: Too large resource version: %d, current: %d".formatted(revision, store.revision());
        throw new ApiException(
                new Status(504, "Timeout", message, new Status.Details("", "", "", "", List.of(cause), 1)));
    }
}
