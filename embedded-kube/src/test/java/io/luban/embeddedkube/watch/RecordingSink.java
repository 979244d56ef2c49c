package io.luban.embeddedkube.watch;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.http.Reply;
import io.luban.http.StreamSink;
import io.luban.model.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A client that remembers what it was sent. */
final class RecordingSink implements StreamSink {
    private final List<String> chunks = new CopyOnWriteArrayList<>();
    private final List<Runnable> callbacks = new CopyOnWriteArrayList<>();
    volatile boolean ended;
    volatile boolean aborted;
    volatile long pending;

    /** Carries out a streamed reply. */
    static RecordingSink of(Reply reply) {
        var sink = new RecordingSink();
        ((Reply.Stream) reply).source().start(sink);
        return sink;
    }

    List<JsonNode> events() {
        return String.join("", chunks).lines().map(Json::parse).toList();
    }

    /** {@code ADDED a, DELETED b} and so on. */
    List<String> story() {
        return events().stream()
                .map(event -> event.path("type").asText() + " "
                        + event.at("/object/metadata/name").asText())
                .toList();
    }

    void disconnect() {
        callbacks.forEach(Runnable::run);
    }

    @Override
    public void write(byte[] bytes) {
        chunks.add(new String(bytes, StandardCharsets.UTF_8));
    }

    @Override
    public long pendingBytes() {
        return pending;
    }

    @Override
    public boolean awaitRoom(long limitBytes, Duration deadline) {
        return pending <= limitBytes;
    }

    @Override
    public void end() {
        ended = true;
        disconnect();
    }

    @Override
    public void abort() {
        aborted = true;
        disconnect();
    }

    @Override
    public void onClose(Runnable callback) {
        callbacks.add(callback);
    }
}
