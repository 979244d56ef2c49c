package io.luban.embeddedkube.stream;

import io.luban.model.ApiException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ports of pods and the bytes between them and clients. */
final class Ports {
    private static final Logger log = LoggerFactory.getLogger(Ports.class);
    private static final int HIGHEST = 65_535;
    private static final int MOST = 128;

    private Ports() {}

    /** Opens a connection to a port. */
    @FunctionalInterface
    interface Dialer {
        PortConnection connect(int port) throws IOException;
    }

    /** Told how a connection went. */
    @FunctionalInterface
    interface Failure {
        void report(String message);
    }

    /** The ports of a query, each possibly a list with commas; 400 when there is none or one is no port. */
    static List<Integer> parse(List<String> values) {
        var ports = new ArrayList<Integer>();
        for (var value : values) {
            for (var text : value.split(",", -1)) {
                ports.add(parse(text));
            }
        }
        if (ports.isEmpty() || ports.size() > MOST) {
            throw ApiException.badRequest("query parameter \"ports\" must name between 1 and " + MOST + " ports");
        }
        return List.copyOf(ports);
    }

    static int parse(String text) {
        try {
            int port = Integer.parseInt(text.strip());
            if (port > 0 && port <= HIGHEST) {
                return port;
            }
        } catch (NumberFormatException e) {
            log.atTrace().setCause(e).log("no number");
        }
        throw ApiException.badRequest("\"" + text + "\" is not a port");
    }

    /** Moves bytes both ways until both sides have ended or one has failed; blocks. */
    static void join(Dialer dialer, int port, InputStream fromClient, OutputStream toClient, Failure failure) {
        try (var connection = dialer.connect(port)) {
            var upward = Thread.ofVirtual().name("port-upward").start(() -> upward(fromClient, connection));
            try {
                connection.in().transferTo(toClient);
            } finally {
                upward.interrupt();
            }
        } catch (IOException e) {
            failure.report("error forwarding port " + port + " to pod: " + e.getMessage());
        }
    }

    private static void upward(InputStream fromClient, PortConnection connection) {
        try (var out = connection.out()) {
            var buffer = new byte[32 * 1024];
            for (int count = fromClient.read(buffer); count >= 0; count = fromClient.read(buffer)) {
                out.write(buffer, 0, count);
                out.flush();
            }
        } catch (IOException e) {
            log.atDebug().setCause(e).log("the client's side of a forwarded port ended");
        }
    }
}
