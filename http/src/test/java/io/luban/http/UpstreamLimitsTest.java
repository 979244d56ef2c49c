package io.luban.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What happens to connections that take too long, are not used, or are too many. */
final class UpstreamLimitsTest {
    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration SHORT = Duration.ofMillis(200);
    private static final Duration OFTEN = Duration.ofMillis(20);

    private final Servers servers = new Servers();
    private final Loop loop = servers.runtime.loops().getFirst();

    @AfterEach
    void close() throws Exception {
        servers.close();
    }

    @Test
    void the_limits_are_those_that_users_were_told() {
        var limits = UpstreamLimits.DEFAULTS;

        assertThat(limits.connect()).isEqualTo(Duration.ofSeconds(30));
        assertThat(limits.handshake()).isEqualTo(Duration.ofSeconds(10));
        assertThat(limits.idle()).isEqualTo(Duration.ofSeconds(90));
        assertThat(limits.idlePerUpstream()).isEqualTo(100);
        var options = UpstreamTls.applied(
                new io.vertx.core.net.NetClientOptions(), Upstream.http("127.0.0.1", 1), UpstreamLimits.DEFAULTS);
        assertThat(options.getConnectTimeout()).isEqualTo(30_000);
        assertThat(options.isTcpKeepAlive()).isTrue();
    }

    @Test
    void a_server_that_takes_no_more_connections_is_given_up() throws Exception {
        try (var full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            fill(full);
            var upstreams = upstreams(new UpstreamLimits(SHORT, LONG, LONG, 1, OFTEN));
            var upstream = Upstream.http("127.0.0.1", full.getLocalPort());

            assertThatThrownBy(() -> connect(upstreams, upstream))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasStackTraceContaining("connection timed out after " + SHORT.toMillis() + " ms");
        }
    }

    /** As many connections as may wait to be accepted, and some that have to wait for their turn to wait. */
    private void fill(ServerSocket full) throws Exception {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), full.getLocalPort());
        for (int i = 0; i < 2; i++) {
            servers.keep(new Socket()).connect(address, 5000);
        }
        for (int i = 0; i < 4; i++) {
            var channel = servers.keep(SocketChannel.open());
            channel.configureBlocking(false);
            channel.connect(address);
        }
    }

    @Test
    void a_server_that_does_not_shake_hands_is_given_up() throws Exception {
        var silent = servers.raw(socket -> socket.getInputStream().readAllBytes());
        var upstreams = upstreams(new UpstreamLimits(LONG, SHORT, LONG, 1, OFTEN));
        var upstream = new Upstream(true, "127.0.0.1", silent.port(), new byte[0], true);

        assertThatThrownBy(() -> connect(upstreams, upstream))
                .isInstanceOf(UncheckedIOException.class)
                .hasStackTraceContaining("handshake timed out after " + SHORT.toMillis() + "ms");
    }

    @Test
    void a_connection_that_nobody_uses_is_closed_but_not_one_that_waits_for_its_answer() throws Exception {
        var idleEnded = new CompletableFuture<Boolean>();
        var watchEnded = new CompletableFuture<Boolean>();
        var server = servers.raw(socket -> {
            boolean watch = RawServer.readHead(socket.getInputStream()).startsWith("GET /watch");
            if (!watch) {
                RawServer.write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            }
            (watch ? watchEnded : idleEnded).complete(socket.getInputStream().read() < 0);
        });
        var upstreams = upstreams(new UpstreamLimits(LONG, LONG, SHORT, 100, OFTEN));

        var watch = ask(upstreams, server.upstream(), "/watch");
        ask(upstreams, server.upstream(), "/").get(30, TimeUnit.SECONDS);

        assertThat(idleEnded.get(30, TimeUnit.SECONDS)).isTrue();
        assertThat(watchEnded).isNotDone();
        assertThat(watch).isNotDone();
    }

    @Test
    void of_many_connections_only_so_many_are_kept() throws Exception {
        int kept = 2;
        int loops = servers.runtime.loops().size();
        int asked = kept * loops + 5;
        var together = new CountDownLatch(asked);
        var ended = new AtomicInteger();
        var server = servers.raw(socket -> {
            RawServer.readHead(socket.getInputStream());
            together.countDown();
            awaitAll(together);
            RawServer.write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            if (socket.getInputStream().read() < 0) {
                ended.incrementAndGet();
            }
        });
        var upstreams = upstreams(new UpstreamLimits(LONG, LONG, LONG, kept * loops, OFTEN));

        List<CompletableFuture<Integer>> answers = new ArrayList<>();
        for (int i = 0; i < asked; i++) {
            answers.add(ask(upstreams, server.upstream(), "/"));
        }
        for (var answer : answers) {
            assertThat(answer.get(30, TimeUnit.SECONDS)).isEqualTo(200);
        }

        await().until(() -> ended.get() == asked - kept);
        var open = loop.call(() -> Future.succeededFuture(upstreams.openCount()));
        assertThat(Blocking.await(open, 30, TimeUnit.SECONDS)).isEqualTo(kept);
    }

    private static void awaitAll(CountDownLatch latch) {
        try {
            latch.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Upstreams upstreams(UpstreamLimits limits) {
        var made = loop.call(() -> Future.succeededFuture(new Upstreams(loop, limits)));
        var upstreams = Blocking.await(made, 30, TimeUnit.SECONDS);
        servers.keep(() -> Blocking.await(
                loop.call(() -> {
                    upstreams.close();
                    return Future.succeededFuture();
                }),
                10,
                TimeUnit.SECONDS));
        return upstreams;
    }

    private void connect(Upstreams upstreams, Upstream upstream) {
        Blocking.await(loop.call(() -> upstreams.of(upstream).connect()), 30, TimeUnit.SECONDS);
    }

    /** Sends a request over a connection of its own; the status of the answer. */
    private CompletableFuture<Integer> ask(Upstreams upstreams, Upstream upstream, String path) {
        var asking = new Asking();
        var head = Buffer.buffer("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n");
        loop.execute(() -> upstreams
                .of(upstream)
                .connect()
                .onFailure(asking.status::completeExceptionally)
                .onSuccess(connection -> connection.send(asking, head, false, true)));
        return asking.status;
    }

    private static final class Asking implements UpstreamConnection.User {
        private final CompletableFuture<Integer> status = new CompletableFuture<>();
        private int code;

        @Override
        public void informational(int interim, Headers headers) {}

        @Override
        public void head(ResponseHead head) {
            code = head.status();
        }

        @Override
        public void body(Buffer chunk) {}

        @Override
        public void end(Headers trailers) {
            status.complete(code);
        }

        @Override
        public void failed(Throwable cause) {
            status.completeExceptionally(cause);
        }
    }
}
