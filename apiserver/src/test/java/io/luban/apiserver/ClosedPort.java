package io.luban.apiserver;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Ports of the loopback address that refuse connections: they are taken, so that nobody else gets them, and nobody listens. */
public final class ClosedPort {
    private static final Queue<Socket> HELD = new ConcurrentLinkedQueue<>();

    private ClosedPort() {}

    /** One more, which stays as it is until the process ends. */
    public static int number() {
        try {
            var socket = new Socket();
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            HELD.add(socket);
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
