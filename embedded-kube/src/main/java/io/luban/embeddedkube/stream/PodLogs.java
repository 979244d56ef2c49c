package io.luban.embeddedkube.stream;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.embeddedkube.tree.Trees;
import io.luban.http.Headers;
import io.luban.http.Reply;
import io.luban.http.Request;
import io.luban.http.StreamSink;
import io.luban.model.ApiException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs of containers. */
final class PodLogs {
    private static final Logger log = LoggerFactory.getLogger(PodLogs.class);
    private static final Headers TEXT = Headers.of("Content-Type", "text/plain");
    private static final Reply NOTHING = new Reply.Content(204, Headers.EMPTY, new byte[0]);

    private final StreamBackends backends;
    private final Clock clock;

    PodLogs(StreamBackends backends, Clock clock) {
        this.backends = backends;
        this.clock = clock;
    }

    Reply reply(Request request, JsonNode pod) {
        var parsed = LogQuery.parse(request, Trees.name(pod), clock);
        var query = parsed.of(PodContainers.choose(pod, parsed.container()));
        if (Trees.text(pod, "spec", "nodeName").isEmpty()) {
            return NOTHING;
        }
        return backends.of(pod)
                .<Reply>map(backend -> new Reply.Stream(200, TEXT, sink -> stream(sink, backend, pod, query)))
                .orElseGet(() -> simulated(pod, query));
    }

    private Reply simulated(JsonNode pod, LogQuery query) {
        if (query.previous()) {
            throw ApiException.badRequest("previous terminated container \"%s\" in pod \"%s\" not found"
                    .formatted(query.container(), Trees.name(pod)));
        }
        var start = Trees.text(pod, "status", "startTime");
        var stamp = query.timestamps() ? (start.isEmpty() ? clock.instant().toString() : start) + " " : "";
        var line = (stamp + PodStreams.SIMULATED + "\n").getBytes(StandardCharsets.UTF_8);
        long length = query.tailLines().orElse(1) == 0 ? 0 : Math.min(line.length, query.limitBytes());
        return new Reply.Content(200, TEXT, Arrays.copyOf(line, (int) length));
    }

    private static void stream(StreamSink sink, StreamBackend backend, JsonNode pod, LogQuery query) {
        var worker = Thread.ofVirtual().name("pod-log").unstarted(() -> {
            var out = new SinkOutput(sink, query.limitBytes());
            try {
                backend.log(pod, query, out);
                sink.end();
            } catch (IOException e) {
                if (!out.isFull()) {
                    sink.write(("failed to read the log: " + e.getMessage() + "\n").getBytes(StandardCharsets.UTF_8));
                }
                sink.end();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                sink.end();
            } catch (RuntimeException e) {
                log.atError().addKeyValue("name", Trees.name(pod)).setCause(e).log("a runtime failed to deliver a log");
                sink.abort();
            }
        });
        sink.onClose(worker::interrupt);
        worker.start();
    }

    /** Ends the log at its limit by an exception, which the runtime lets through. */
    private static final class SinkOutput extends OutputStream {
        private final StreamSink sink;
        private long room;

        SinkOutput(StreamSink sink, long limit) {
            this.sink = sink;
            this.room = limit;
        }

        boolean isFull() {
            return room <= 0;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int at, int length) throws IOException {
            try {
                if (!sink.awaitRoom(ChannelSocket.BACKLOG, ChannelSocket.PATIENCE)) {
                    throw new IOException("the client has left");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("the client has left");
            }
            int count = (int) Math.min(room, length);
            sink.write(Arrays.copyOfRange(bytes, at, at + count));
            room -= count;
            if (isFull()) {
                throw new IOException("the log is longer than the client wants");
            }
        }
    }
}
