package io.luban.embeddedkube.watch;

import io.luban.embeddedkube.store.Event;
import io.luban.embeddedkube.store.Snapshot;
import io.luban.embeddedkube.store.Store;
import io.luban.model.ApiException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** Decides where a watch begins and prepares what is sent first, on the request's own thread. */
final class WatchStart {
    /** Initial events go out in chunks of about this size where the transport does not care where one ends. */
    static final int CHUNK_BYTES = 256 * 1024;

    private static final int MIN_SECONDS = 1_800;
    private static final long MAX_SECONDS = 365L * 24 * 3_600;

    private final Store store;
    private final int chunkBytes;

    /** {@code chunkBytes} is 0 when every event has to be sent by itself. */
    WatchStart(Store store, int chunkBytes) {
        this.store = store;
        this.chunkBytes = chunkBytes;
    }

    /** Throws 410 when the wanted version is not retained or lies ahead. */
    WatchSpec spec(View view, Selection selection, ListOptions options) {
        boolean initialEvents = options.flags().sendInitialEvents().orElse(false);
        long revision = options.revision().orElse(0);
        var duration = duration(options);
        boolean bookmarks = options.flags().allowsBookmarks();
        if (initialEvents) {
            Lists.await(store, revision);
            var snapshot = store.snapshot(view.type().storage());
            var frames = initial(view, selection, snapshot);
            frames.add(Frames.bookmark(view, snapshot.revision(), true));
            return new WatchSpec(view, selection, frames, snapshot.revision(), duration, bookmarks);
        }
        if (options.flags().sendInitialEvents().isPresent() && revision == 0) {
            return new WatchSpec(view, selection, List.of(), store.revision(), duration, bookmarks);
        }
        if (revision == 0) {
            var snapshot = store.snapshot(view.type().storage());
            return new WatchSpec(
                    view, selection, initial(view, selection, snapshot), snapshot.revision(), duration, bookmarks);
        }
        if (revision > store.revision()) {
            throw ApiException.expired(
                    "too large resource version: %d, current: %d".formatted(revision, store.revision()));
        }
        return new WatchSpec(view, selection, List.of(), revision, duration, bookmarks);
    }

    private List<byte[]> initial(View view, Selection selection, Snapshot snapshot) {
        var chunks = new ArrayList<byte[]>();
        var chunk = new ByteSink(Math.min(chunkBytes, 8 * 1024));
        boolean withColumns = view.form().isTable();
        for (var object : Prepared.of(view.type().conversion(), selection.in(snapshot))) {
            chunk.put(Frames.encode(view, object, Event.Type.ADDED, withColumns));
            withColumns = false;
            if (chunk.size() >= chunkBytes) {
                chunks.add(chunk.toBytes());
                chunk = new ByteSink(chunkBytes);
            }
        }
        if (chunk.size() > 0) {
            chunks.add(chunk.toBytes());
        }
        return chunks;
    }

    /** Spread by default, so that thousands of clients do not come back at the same moment. */
    private static Duration duration(ListOptions options) {
        long seconds = options.timeoutSeconds().orElse(0);
        return Duration.ofSeconds(
                seconds > 0
                        ? Math.min(seconds, MAX_SECONDS)
                        : ThreadLocalRandom.current().nextInt(MIN_SECONDS, 2 * MIN_SECONDS));
    }
}
