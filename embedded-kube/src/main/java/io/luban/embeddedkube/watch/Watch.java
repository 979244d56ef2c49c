package io.luban.embeddedkube.watch;

import io.luban.embeddedkube.store.Event;
import io.luban.embeddedkube.store.Store;
import io.luban.model.ApiException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * One running watch. After {@link #begin} everything but {@link #stop} is asked for on the store's delivering thread, so
 * that events and bookmarks keep their order; {@code stop} comes from wherever the connection ends. A watch whose objects
 * others convert does its work in a lane of its own, because the delivering thread must not wait.
 */
final class Watch {
    /** A client that lets this much pile up is cut off; it resumes where it was or lists anew. */
    private static final long MAX_PENDING_BYTES = 16L * 1024 * 1024;

    private static final long SHORTEST_SILENT_MILLIS = 2_000;

    private final WatchSpec spec;
    private final WatchSink sink;
    private final Frames frames;
    private final Executor lane;
    private final long beganAt;
    private final long endsAt;
    private volatile long lastSent;
    private volatile boolean hasSpoken;
    private volatile boolean stopped;
    private final Lag lag = new Lag();
    private boolean columnsSent;
    private volatile Store.@Nullable Subscription subscription;

    Watch(WatchSpec spec, WatchSink sink, Frames frames, long now) {
        this.spec = spec;
        this.sink = sink;
        boolean mayWait = spec.view().type().conversion().mayWait();
        this.frames = mayWait ? new Frames() : frames;
        this.lane = mayWait ? new Lane(this::cut) : Runnable::run;
        this.lastSent = now;
        this.beganAt = now;
        this.hasSpoken = !spec.initial().isEmpty();
        this.endsAt = now + spec.duration().toMillis();
        this.columnsSent = !spec.initial().isEmpty();
    }

    /** Sends what was there at the start; the subscription follows. */
    void begin() {
        spec.initial().forEach(sink::send);
    }

    void subscribed(Store.Subscription running) {
        subscription = running;
        if (stopped) {
            running.close();
        }
    }

    void onEvent(Event event, long now) {
        lane.execute(() -> tell(event, now));
    }

    private void tell(Event event, long now) {
        if (stopped) {
            return;
        }
        try {
            select(event, now);
        } catch (ApiException e) {
            Watches.refuse(sink, e);
            stop();
        }
    }

    private void select(Event event, long now) {
        var selection = spec.selection();
        boolean after = event.type() != Event.Type.DELETED
                && selection.matches(event.object(), object -> frames.tree(event, object));
        boolean before = event.previous()
                .filter(old -> selection.matches(old, object -> frames.tree(event, object)))
                .isPresent();
        if (after) {
            send(event, before ? Event.Type.MODIFIED : Event.Type.ADDED, now);
        } else if (before) {
            send(event, Event.Type.DELETED, now);
        }
    }

    private void send(Event event, Event.Type type, long now) {
        boolean withColumns = spec.view().form().isTable() && !columnsSent;
        columnsSent = true;
        deliver(frames.frame(spec.view(), event, type, withColumns), now);
    }

    private void deliver(byte[] frame, long now) {
        if (stopped) {
            return;
        }
        long pending = sink.pendingBytes();
        if (pending > MAX_PENDING_BYTES || lag.isTooLong(frame.length, pending, now)) {
            cut();
            return;
        }
        sink.send(frame);
        lastSent = now;
        hasSpoken = true;
    }

    private void cut() {
        sink.cut();
        stop();
    }

    /** Whether the client should be told that nothing has happened. */
    boolean wantsBookmark(long now, long idleMillis) {
        return spec.allowsBookmarks() && now - lastSent >= idleMillis;
    }

    /** Clients take a watch that ends at once without a word for a broken one, and list everything anew. */
    boolean isOver(long now) {
        boolean saysNothing = !hasSpoken && !spec.allowsBookmarks();
        return now >= endsAt && (!saysNothing || now - beganAt >= SHORTEST_SILENT_MILLIS);
    }

    void bookmark(long revision, long now) {
        if (spec.allowsBookmarks()) {
            lane.execute(() -> deliver(Frames.bookmark(spec.view(), revision, false), now));
        }
    }

    /** Ends properly, with a last bookmark. */
    void end(long revision, long now) {
        bookmark(revision, now);
        lane.execute(() -> {
            if (!stopped) {
                sink.end();
            }
            stop();
        });
    }

    /** Stops the delivery; the connection is over or will be. */
    void stop() {
        stopped = true;
        var running = subscription;
        if (running != null) {
            running.close();
        }
    }
}
