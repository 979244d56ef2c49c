package io.luban.embeddedkube.stream;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** Runs commands of pods as processes of this machine, and forwards ports to itself: a runtime as simple as can be. */
public final class EchoRuntime implements StreamBackend {
    @Override
    public boolean runs(JsonNode pod) {
        return true;
    }

    @Override
    public void log(JsonNode pod, LogRequest request, OutputStream out) throws IOException, InterruptedException {
        for (int i = 1; i <= 3; i++) {
            out.write(("line " + i + " of " + request.container() + "\n").getBytes(StandardCharsets.UTF_8));
            if (request.follow()) {
                TimeUnit.MILLISECONDS.sleep(50);
            }
        }
    }

    @Override
    public int exec(JsonNode pod, CommandRequest request, ContainerStreams streams)
            throws IOException, InterruptedException {
        var process = new ProcessBuilder(request.command()).start();
        var input = Thread.ofVirtual().start(() -> copy(streams.stdin(), process.getOutputStream()));
        var errors = Thread.ofVirtual().start(() -> copy(process.getErrorStream(), streams.stderr()));
        try {
            process.getInputStream().transferTo(streams.stdout());
            errors.join();
            return process.waitFor();
        } finally {
            input.interrupt();
            process.destroyForcibly();
        }
    }

    @Override
    public int attach(JsonNode pod, CommandRequest request, ContainerStreams streams) throws IOException {
        streams.stdin().transferTo(streams.stdout());
        return 0;
    }

    @Override
    public PortConnection connect(JsonNode pod, int port) throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), port);
        return new PortConnection() {
            @Override
            public InputStream in() {
                return stream(socket);
            }

            @Override
            public OutputStream out() {
                return new HalfClosing(socket);
            }

            @Override
            public void close() throws IOException {
                socket.close();
            }
        };
    }

    private static InputStream stream(Socket socket) {
        try {
            return socket.getInputStream();
        } catch (IOException e) {
            return new ByteArrayInputStream(new byte[0]);
        }
    }

    private static void copy(InputStream from, OutputStream to) {
        try (to) {
            from.transferTo(to);
        } catch (IOException e) {
            // the other side has ended
        }
    }

    private static final class HalfClosing extends OutputStream {
        private final Socket socket;

        HalfClosing(Socket socket) {
            this.socket = socket;
        }

        @Override
        public void write(int b) throws IOException {
            socket.getOutputStream().write(b);
        }

        @Override
        public void write(byte[] bytes, int at, int length) throws IOException {
            socket.getOutputStream().write(bytes, at, length);
        }

        @Override
        public void close() throws IOException {
            if (!socket.isClosed()) {
                socket.shutdownOutput();
            }
        }
    }
}
