package io.luban.standalone;

import com.fasterxml.jackson.databind.JsonNode;
import io.luban.model.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.Optional;

/**
 * What a running platform notes in its data folder so that {@code down} and {@code status} find it.
 *
 * @param startedMillis when the process began, since 1970; 0 where the system does not tell
 */
record RunningInstance(
        long pid, long startedMillis, int consolePort, int apiserverPort, int kubePort, int ingressPort) {
    /** Systems reckon the beginning of a process from that of their own, which they correct with the clock. */
    private static final long SLACK_MILLIS = 2000;

    /** The note of this process. */
    static RunningInstance here(int consolePort, int apiserverPort, int kubePort, int ingressPort) {
        var process = ProcessHandle.current();
        return new RunningInstance(
                process.pid(), startedMillis(process), consolePort, apiserverPort, kubePort, ingressPort);
    }

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
                .put("startedMillis", startedMillis)
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
        return process().filter(ProcessHandle::isAlive).filter(this::isSame).isPresent();
    }

    /** Numbers of processes are given out again, after a restart of the machine or of a container even soon. */
    private boolean isSame(ProcessHandle process) {
        if (process.equals(ProcessHandle.current())) {
            return false;
        }
        long begun = startedMillis(process);
        return begun == 0 || startedMillis == 0 || Math.abs(begun - startedMillis) <= SLACK_MILLIS;
    }

    private static long startedMillis(ProcessHandle process) {
        return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    }

    private static Optional<RunningInstance> read(DataFolder folder) {
        try {
            JsonNode json = Json.parse(Files.readAllBytes(folder.runFile()));
            return Optional.of(new RunningInstance(
                    json.path("pid").asLong(),
                    json.path("startedMillis").asLong(),
                    json.path("consolePort").asInt(),
                    json.path("apiserverPort").asInt(),
                    json.path("kubePort").asInt(),
                    json.path("ingressPort").asInt()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
