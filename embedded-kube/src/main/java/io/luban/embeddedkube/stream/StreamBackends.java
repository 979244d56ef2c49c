package io.luban.embeddedkube.stream;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** The attached runtimes. Safe for use from any thread. */
public final class StreamBackends {
    private final List<StreamBackend> attached = new CopyOnWriteArrayList<>();

    /** Starts with none. */
    public StreamBackends() {}

    /** Attaches a runtime until the returned handle is closed. */
    public AutoCloseable attach(StreamBackend backend) {
        attached.add(backend);
        return () -> attached.remove(backend);
    }

    Optional<StreamBackend> of(JsonNode pod) {
        return attached.stream().filter(backend -> backend.runs(pod)).findFirst();
    }
}
