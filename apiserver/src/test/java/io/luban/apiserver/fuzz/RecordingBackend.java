package io.luban.apiserver.fuzz;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;

/** A backend that keeps every byte it was sent, one record a connection, and answers whatever looks like a request. */
final class RecordingBackend implements AutoCloseable {
    private static final byte[] OK =
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".getBytes(StandardCharsets.US_ASCII);

    private final ServerSocket server = new ServerSocket(0, 500, InetAddress.getLoopbackAddress());
    private final Queue<ByteArrayOutputStream> connections = new ConcurrentLinkedQueue<>();
    private final List<Socket> open = new CopyOnWriteArrayList<>();

    RecordingBackend() throws IOException {
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    List<byte[]> received() {
        return connections.stream().map(ByteArrayOutputStream::toByteArray).toList();
    }

    private void accept() {
        try {
            while (true) {
                var socket = server.accept();
                open.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException e) {
            // closed at the end of the test
            return;
        }
    }

    private void serve(Socket socket) {
        var record = new ByteArrayOutputStream();
        connections.add(record);
        int answered = 0;
        try (socket) {
            var buffer = new byte[64 * 1024];
            for (int read = socket.getInputStream().read(buffer);
                    read >= 0;
                    read = socket.getInputStream().read(buffer)) {
                record.write(buffer, 0, read);
                var complete = StrictParser.parse(record.toByteArray(), false).stream()
                        .filter(StrictParser.Parsed::complete)
                        .count();
                for (; answered < complete; answered++) {
                    socket.getOutputStream().write(OK);
                }
            }
        } catch (IOException e) {
            // the gateway cut a request that turned out to be broken
            return;
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (var socket : open) {
            socket.close();
        }
    }
}
