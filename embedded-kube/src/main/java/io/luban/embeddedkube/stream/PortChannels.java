package io.luban.embeddedkube.stream;

import io.luban.http.WebSocketSession;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ports over the channels of a WebSocket: for the n-th port 2n carries its bytes and 2n + 1 says what went wrong; both
 * begin with the port's number, lower byte first.
 */
final class PortChannels {
    private PortChannels() {}

    static void start(WebSocketSession session, ChannelSocket socket, List<Integer> ports, Ports.Dialer dialer) {
        var open = new AtomicInteger(ports.size());
        for (int i = 0; i < ports.size(); i++) {
            int port = ports.get(i);
            int data = 2 * i;
            int error = data + 1;
            var number = new byte[] {(byte) port, (byte) (port >> 8)};
            var fromClient = socket.pipe(data);
            socket.send(data, number);
            socket.send(error, number);
            var worker = Thread.ofVirtual().name("port-" + port).unstarted(() -> {
                Ports.join(
                        dialer,
                        port,
                        fromClient,
                        socket.output(data),
                        message -> socket.send(error, message.getBytes(StandardCharsets.UTF_8)));
                fromClient.close();
                if (open.decrementAndGet() == 0) {
                    socket.close();
                }
            });
            session.onClose(worker::interrupt);
            worker.start();
        }
        socket.start();
    }
}
