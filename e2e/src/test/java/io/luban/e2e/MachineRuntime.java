package io.luban.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.embeddedkube.stream.CommandRequest;
import io.luban.embeddedkube.stream.ContainerStreams;
import io.luban.embeddedkube.stream.LogRequest;
import io.luban.embeddedkube.stream.PortConnection;
import io.luban.embeddedkube.stream.StreamBackend;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Runs what is asked of pods on this machine: commands as processes, ports as its own. */
final class MachineRuntime implements StreamBackend {
    @Override
    public boolean runs(JsonNode pod) {
        return true;
    }

    @Override
    public void log(JsonNode pod, LogRequest request, OutputStream out) throws IOException {
        for (int i = 1; i <= 3; i++) {
            out.write("line %d of %s%n".formatted(i, request.container()).getBytes(StandardCharsets.UTF_8));
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
        return new Port(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    private record Port(Socket socket, InputStream in, OutputStream out) implements PortConnection {
        Port(Socket socket) throws IOException {
            this(socket, socket.getInputStream(), socket.getOutputStream());
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private static void copy(InputStream from, OutputStream to) {
        try (to) {
            from.transferTo(to);
        } catch (IOException e) {
            // the other side has ended
            return;
        }
    }
}
