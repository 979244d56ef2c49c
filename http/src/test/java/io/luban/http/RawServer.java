package io.luban.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/** An upstream that does exactly what a test tells it, byte by byte; one virtual thread per connection. */
final class RawServer implements AutoCloseable {
    /** Talks over one accepted connection. */
    interface Script {
        void run(Socket socket) throws IOException;
    }

    private final ServerSocket server;
    private final AtomicInteger accepted = new AtomicInteger();

    RawServer(Script script) throws IOException {
        server = new ServerSocket(0, 5000, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(() -> accept(script));
    }

    Upstream upstream() {
        return Upstream.http("127.0.0.1", server.getLocalPort());
    }

    int port() {
        return server.getLocalPort();
    }

    int accepted() {
        return accepted.get();
    }

    private void accept(Script script) {
        try {
            while (true) {
                var socket = server.accept();
                accepted.incrementAndGet();
                Thread.ofVirtual().start(() -> serve(script, socket));
            }
        } catch (IOException e) {
            // closed
            return;
        }
    }

    private static void serve(Script script, Socket socket) {
        try (socket) {
            script.run(socket);
        } catch (IOException e) {
            // the other side has left
            return;
        }
    }

    /** Reads up to and including the empty line. */
    static String readHead(InputStream input) throws IOException {
        var head = new StringBuilder();
        while (!head.toString().endsWith("\r\n\r\n")) {
            int b = input.read();
            if (b < 0) {
                throw new IOException("end of stream after: " + head);
            }
            head.append((char) b);
        }
        return head.toString();
    }

    static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
