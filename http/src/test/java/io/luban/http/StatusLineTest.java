package io.luban.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients see of the status line of an upstream (RFC 9112 §4). */
final class StatusLineTest {
    private final Servers servers = new Servers();

    @AfterEach
    void close() throws Exception {
        servers.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "418 Short and Stout",
                "200 Fine",
                "200 OK",
                "599 \u00c4rger",
                "503 Service Unavailable",
                "404 Not Found"
            })
    void the_words_of_an_answer_come_through(String status) throws Exception {
        assertThat(answer(status)).startsWith("HTTP/1.1 " + status + "\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"200", "200 ", "200 O\0K", "200 O\u007fK"})
    void words_that_are_none_are_replaced_by_the_usual_ones(String status) throws Exception {
        assertThat(answer(status)).startsWith("HTTP/1.1 200 OK\r\n");
    }

    private String answer(String status) throws Exception {
        var upstream = servers.raw(socket -> {
            RawServer.readHead(socket.getInputStream());
            RawServer.write(socket, "HTTP/1.1 " + status + "\r\nContent-Length: 0\r\n\r\n");
        });
        var socket = servers.connect(servers.forward(upstream.upstream()));
        RawServer.write(socket, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        return RawServer.readHead(socket.getInputStream());
    }
}
