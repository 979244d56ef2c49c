package io.luban.embeddedkube;

import io.luban.embeddedkube.auth.User;
import io.luban.http.Headers;
import io.luban.http.LocalRequest;
import io.luban.http.Reply;
import io.luban.http.StreamSink;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32C;

/** Watches over TLS (one half in chunks, the other by WebSocket) and one without a socket, each counting what it hears. */
final class CountedWatches implements AutoCloseable {
    private static final String VERSION = "\"resourceVersion\":\"";

    private final TestCluster cluster;
    private final List<Counted> watches = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean closed;

    CountedWatches(TestCluster cluster) {
        this.cluster = cluster;
    }

    /** What one watch has heard; a checksum of all lines stands for them. */
    static final class Counted {
        private final String name;
        private final List<String> lines;
        private final CRC32C sum = new CRC32C();
        private final AtomicInteger count = new AtomicInteger();
        private int breaks;
        private volatile long revision;
        private volatile String problem = "";

        Counted(String name, long revision, List<String> lines) {
            this.name = name;
            this.revision = revision;
            this.lines = lines;
        }

        void hear(String text) {
            var line = text.strip();
            if (line.isEmpty()) {
                return;
            }
            if (line.startsWith("{\"type\":\"ERROR\"")) {
                problem = line;
                return;
            }
            int at = line.indexOf(VERSION) + VERSION.length();
            long told = Long.parseLong(line.substring(at, line.indexOf('"', at)));
            if (told <= revision) {
                problem = "revision %d after %d".formatted(told, revision);
            }
            revision = told;
            sum.update(line.getBytes(StandardCharsets.UTF_8));
            lines.add(line);
            if (name.charAt(0) != 'i') {
                lines.clear();
            }
            count.incrementAndGet();
        }

        String name() {
            return name;
        }

        int count() {
            return count.get();
        }

        /** Times the connection broke and the watch was resumed. */
        int breaks() {
            return breaks;
        }

        String problem() {
            return problem;
        }

        long fingerprint() {
            return sum.getValue();
        }

        List<String> lines() {
            return lines;
        }
    }

    List<Counted> all() {
        return watches;
    }

    /** The one that keeps its lines. */
    Counted witness() {
        return watches.getFirst();
    }

    void start(int count, String path, long revision) throws InterruptedException, ExecutionException {
        watches.add(inProcess(path, revision));
        for (int number = 1; number < count; number++) {
            var counted = new Counted("watch " + number, revision, new ArrayList<>());
            watches.add(counted);
            if (number % 2 == 0) {
                socket(counted, path);
            } else {
                threads.add(Thread.ofVirtual().start(() -> chunks(counted, path)));
            }
        }
    }

    private static String target(Counted counted, String path) {
        return path + "?watch=1&timeoutSeconds=3600&resourceVersion=" + counted.revision;
    }

    /** Resumes where it was, as every client does when a watch ends. */
    private void chunks(Counted counted, String path) {
        while (!closed && counted.problem.isEmpty()) {
            var request = cluster.request(target(counted, path)).version(HttpClient.Version.HTTP_1_1);
            try (var lines = cluster.admin()
                    .send(request.timeout(Duration.ofMinutes(15)).build(), BodyHandlers.ofLines())
                    .body()) {
                lines.forEach(counted::hear);
            } catch (IOException | java.io.UncheckedIOException e) {
                counted.breaks++;
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void socket(Counted counted, String path) throws InterruptedException, ExecutionException {
        var uri = URI.create("wss://127.0.0.1:%d%s".formatted(cluster.server().port(), target(counted, path)));
        cluster.admin()
                .newWebSocketBuilder()
                .buildAsync(uri, new Listener(counted, path))
                .get();
    }

    private final class Listener implements WebSocket.Listener {
        private final Counted counted;
        private final String path;
        private final StringBuilder text = new StringBuilder();

        Listener(Counted counted, String path) {
            this.counted = counted;
            this.path = path;
        }

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                counted.hear(text.toString());
                text.setLength(0);
            }
            return WebSocket.Listener.super.onText(socket, data, last);
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
            resume();
            return WebSocket.Listener.super.onClose(socket, status, reason);
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            resume();
        }

        private void resume() {
            if (!closed) {
                Thread.ofVirtual().start(() -> {
                    try {
                        socket(counted, path);
                    } catch (InterruptedException | ExecutionException e) {
                        counted.problem = "not resumed: " + e;
                    }
                });
            }
        }
    }

    private Counted inProcess(String path, long revision) {
        var counted = new Counted("in process", revision, new ArrayList<>());
        var admin = new User("kubernetes-admin", "", List.of("system:masters", "system:authenticated"), Map.of());
        var request = LocalRequest.of("GET", target(counted, path), Headers.EMPTY)
                .with(EmbeddedKubernetes.TRUSTED_USER, admin);
        var reply = cluster.server().handler().handle(request);
        while (!(reply instanceof Reply.Stream)) {
            reply = switch (reply) {
                case Reply.Edited edited -> edited.reply();
                case Reply.Observed observed -> observed.reply();
                default -> throw new AssertionError(reply.toString());
            };
        }
        ((Reply.Stream) reply).source().start(new Sink(counted));
        return counted;
    }

    private record Sink(Counted counted) implements StreamSink {
        @Override
        public void write(byte[] bytes) {
            for (var line : new String(bytes, StandardCharsets.UTF_8).lines().toList()) {
                counted.hear(line);
            }
        }

        @Override
        public long pendingBytes() {
            return 0;
        }

        @Override
        public boolean awaitRoom(long bytes, Duration patience) {
            return true;
        }

        @Override
        public void end() {}

        @Override
        public void abort() {
            counted.problem = "cut";
        }

        @Override
        public void onClose(Runnable callback) {}
    }

    @Override
    public void close() {
        closed = true;
        threads.forEach(Thread::interrupt);
        // An orderly close of the client would wait for the watches by WebSocket, which never end by themselves.
        cluster.admin().shutdownNow();
    }
}
