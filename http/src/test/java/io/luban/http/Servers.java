package io.luban.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A runtime with servers, upstreams and a client that are closed together at the end of a test. */
final class Servers {
    final HttpRuntime runtime = HttpRuntime.create();
    final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<AutoCloseable> opened = new ArrayList<>();

    HttpServer serve(Handler handler) {
        return serve(ServerConfig.loopback(), handler);
    }

    HttpServer serve(ServerConfig config, Handler handler) {
        return keep(HttpServer.start(runtime, config, request -> Optional.empty(), handler));
    }

    /** A server that decides to forward everything on the event loop, as it is. */
    HttpServer forward(Upstream upstream) {
        return keep(HttpServer.start(
                runtime, ServerConfig.loopback(), request -> Optional.of(forwardReply(request, upstream)), request -> {
                    throw new IllegalStateException();
                }));
    }

    static Reply forwardReply(Request request, Upstream upstream) {
        var query = request.rawQuery().isEmpty() ? "" : "?" + request.rawQuery();
        return new Reply.Forward(new ForwardTarget(
                upstream, request.method(), request.rawPath() + query, request.headers(), Duration.ofSeconds(30)));
    }

    RawServer raw(RawServer.Script script) throws IOException {
        return keep(new RawServer(script));
    }

    <T extends AutoCloseable> T keep(T closeable) {
        opened.add(closeable);
        return closeable;
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.timeout(Duration.ofSeconds(30)).build(), BodyHandlers.ofString());
    }

    /** A connection that is spoken over byte by byte. */
    Socket connect(HttpServer server) throws IOException {
        var socket = keep(new Socket(InetAddress.getLoopbackAddress(), server.port()));
        socket.setSoTimeout(30_000);
        return socket;
    }

    static URI uri(HttpServer server, String target) {
        return URI.create("http://127.0.0.1:" + server.port() + target);
    }

    void close() throws Exception {
        client.shutdownNow();
        for (var closeable : opened.reversed()) {
            closeable.close();
        }
        runtime.close();
    }
}
