package io.luban.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What concerns one connection only: fields that name others, and its end. */
final class ConnectionFieldsTest {
    private final Servers servers = new Servers();

    @AfterEach
    void close() throws Exception {
        servers.close();
    }

    @Test
    void a_client_cannot_have_fields_removed_that_a_stage_adds() throws Exception {
        var head = new CompletableFuture<String>();
        var upstream = servers.raw(socket -> {
            head.complete(RawServer.readHead(socket.getInputStream()));
            RawServer.write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        });
        var server = servers.serve(request -> Servers.forwardReply(
                request.withHeaders(request.headers().with("X-Remote-User", "joe")), upstream.upstream()));
        var socket = servers.connect(server);

        RawServer.write(
                socket,
                "GET / HTTP/1.1\r\nHost: x\r\nX-Own: 1\r\nConnection: close, X-Remote-User, X-Own, Content-Length\r\n\r\n");

        assertThat(head.get(30, TimeUnit.SECONDS))
                .contains("X-Remote-User: joe")
                .doesNotContain("X-Own");
    }

    @Test
    void a_slow_reader_gets_all_that_an_upstream_sent_before_it_closed() throws Exception {
        var body = new byte[8 << 20];
        new Random(3).nextBytes(body);
        var closed = new CompletableFuture<Boolean>();
        var upstream = servers.raw(socket -> {
            RawServer.readHead(socket.getInputStream());
            RawServer.write(
                    socket, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " + body.length + "\r\n\r\n");
            socket.getOutputStream().write(body);
            socket.close();
            closed.complete(true);
        });
        var socket = servers.connect(servers.forward(upstream.upstream()));

        RawServer.write(socket, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        RawServer.readHead(socket.getInputStream());
        var begin = socket.getInputStream().readNBytes(1000);
        closed.completeOnTimeout(false, 1, TimeUnit.SECONDS).join();
        var rest = socket.getInputStream().readAllBytes();

        assertThat(begin.length + rest.length).isEqualTo(body.length);
    }
}
