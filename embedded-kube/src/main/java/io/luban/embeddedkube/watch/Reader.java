package io.luban.embeddedkube.watch;

import io.luban.embeddedkube.registry.ResourceType;
import io.luban.embeddedkube.store.Store;
import io.luban.embeddedkube.store.StoredObject;
import io.luban.http.Headers;
import io.luban.http.Reply;
import io.luban.http.Request;
import io.luban.http.StreamSink;
import io.luban.http.WebSocketSession;
import io.luban.model.ApiException;
import java.time.Clock;
import java.time.Instant;
import java.util.function.Consumer;

/** Answers the reading verbs. Who may read, and which form a client accepts, has been decided before. */
public final class Reader implements AutoCloseable {
    private static final Headers JSON = Headers.of("Content-Type", "application/json");

    private final Clock clock;
    private final Lists lists;
    private final Store store;
    private final Watches watches;

    /** A reader of the store; starts one thread. */
    public Reader(Store store, Clock clock) {
        this.clock = clock;
        this.lists = new Lists(store);
        this.store = store;
        this.watches = new Watches(store, clock);
    }

    /** The time that ages in tables are counted from. */
    public Instant now() {
        return clock.instant();
    }

    /**
     * A list of a namespace, or of the whole resource when it is {@code ""}: 200, or 410 with a token to go on with.
     * Throws 400, 410, 422 and 504.
     */
    public Reply.Content list(Request request, ResourceType type, String namespace, Form form) {
        var options = ListOptions.parse(request);
        var view = new View(type, form, IncludeObject.of(request), clock);
        return lists.answer(view, Selection.of(type, namespace, options), options);
    }

    /** One object in the form: as it is, as its metadata, or as a table of one row. */
    public Reply.Content one(Request request, ResourceType type, StoredObject object, Form form) {
        var out = new ByteSink(object.size());
        new View(type, form, IncludeObject.of(request), clock).object(out, object, true);
        return new Reply.Content(200, JSON, out.toBytes());
    }

    /**
     * The changes of a namespace or of the whole resource, as a stream of lines, or of frames when the request asks for a
     * WebSocket. A version that is not retained is told as an ERROR event. Throws 400, 422 and 504.
     */
    public Reply watch(Request request, ResourceType type, String namespace, Form form) {
        var options = ListOptions.parseWatch(request);
        var view = new View(type, form, IncludeObject.of(request), clock);
        var selection = Selection.of(type, namespace, options);
        try {
            int chunkBytes = request.isUpgrade() ? 0 : WatchStart.CHUNK_BYTES;
            var spec = new WatchStart(store, chunkBytes).spec(view, selection, options);
            return reply(request, sink -> watches.start(spec, sink));
        } catch (ApiException e) {
            if (e.code() != 410) {
                throw e;
            }
            return reply(request, sink -> Watches.refuse(sink, e));
        }
    }

    private static Reply reply(Request request, Consumer<WatchSink> start) {
        return request.isUpgrade()
                ? new Reply.WebSocket(
                        SubProtocol.echo(request), (WebSocketSession session) -> start.accept(WatchSink.of(session)))
                : new Reply.Stream(200, JSON, (StreamSink sink) -> start.accept(WatchSink.of(sink)));
    }

    /** Number of running watches. */
    public int watchCount() {
        return watches.size();
    }

    /** The reply with its body packed by gzip, when the client accepts that and it pays. */
    public static Reply compressed(Request request, Reply reply) {
        return Compression.apply(request, reply);
    }

    @Override
    public void close() {
        watches.close();
    }
}
