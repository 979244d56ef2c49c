package io.luban.embeddedkube.stream;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.OutputStream;

/**
 * A container runtime, seen from the API. Every call runs on a virtual thread of its own, may block, and is interrupted
 * when the client leaves. An {@link IOException} is shown to the client with its message.
 */
public interface StreamBackend {
    /** Whether this runtime runs the pod; only then it is asked for more. */
    boolean runs(JsonNode pod);

    /** Writes the log that is asked for; when it is followed, until the container ends. */
    void log(JsonNode pod, LogRequest request, OutputStream out) throws IOException, InterruptedException;

    /** Runs a command to its end and answers its exit code. */
    int exec(JsonNode pod, CommandRequest request, ContainerStreams streams) throws IOException, InterruptedException;

    /** Connects to the container's main process until that ends or the client leaves; answers its exit code. */
    int attach(JsonNode pod, CommandRequest request, ContainerStreams streams) throws IOException, InterruptedException;

    /** Opens a connection to a port of the pod. */
    PortConnection connect(JsonNode pod, int port) throws IOException;
}
