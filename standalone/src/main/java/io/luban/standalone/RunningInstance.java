package io.luban.standalone;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.model.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Optional;

/** What a running platform notes in its data folder so that {@code down} and {@code status} find it. */
record RunningInstance(long pid, int consolePort, int apiserverPort, int kubePort, int ingressPort) {
    /** The instance that runs on the folder; empty when none does, even if a dead one left its note. */
    static Optional<RunningInstance> on(DataFolder folder) {
        if (!Files.exists(folder.runFile())) {
            return Optional.empty();
        }
        return read(folder).filter(RunningInstance::isAlive);
    }

    void note(DataFolder folder) {
        var json = Json.object()
                .put("pid", pid)
                .put("consolePort", consolePort)
                .put("apiserverPort", apiserverPort)
                .put("kubePort", kubePort)
                .put("ingressPort", ingressPort);
        try {
            Files.write(folder.runFile(), Json.bytes(json));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void forget(DataFolder folder) {
        try {
            Files.deleteIfExists(folder.runFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Optional<ProcessHandle> process() {
        return ProcessHandle.of(pid);
    }

    private boolean isAlive() {
        return process().map(ProcessHandle::isAlive).orElse(false);
    }

    private static Optional<RunningInstance> read(DataFolder folder) {
        try {
            JsonNode json = Json.parse(Files.readAllBytes(folder.runFile()));
            return Optional.of(new RunningInstance(
                    json.path("pid").asLong(),
                    json.path("consolePort").asInt(),
                    json.path("apiserverPort").asInt(),
                    json.path("kubePort").asInt(),
                    json.path("ingressPort").asInt()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
