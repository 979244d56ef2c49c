package io.luban.apiserver.extension;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.kube.KubeRest;
import io.luban.model.ApiException;
import io.luban.model.Json;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes conditions into the status of objects, one at a time and behind the requests. Of several reports about one object
 * that wait, the newest counts; an object that already says the same is left alone, so that several gateways agree.
 */
public final class ConditionWriter implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ConditionWriter.class);
    private static final int ATTEMPTS = 5;
    private static final Map<String, String> PLURALS =
            Map.of("APIService", "apiservices", "ReverseProxy", "reverseproxies", "JSBundle", "jsbundles");

    private record Report(long generation, Map<String, ObjectCondition> conditions) {}

    private final KubeRest kube;
    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Report> waiting = new HashMap<>();
    private final Semaphore work = new Semaphore(0);
    private volatile boolean closed;

    /** Starts the thread that writes. */
    public ConditionWriter(KubeRest kube, Clock clock) {
        this.kube = kube;
        this.clock = clock;
        Thread.ofVirtual().name("conditions of extensions").start(this::run);
    }

    /** Has the conditions written into the object; others that it carries stay. */
    public void report(String kind, Definition definition, List<ObjectCondition> conditions) {
        var plural = PLURALS.get(kind);
        if (plural == null || definition.apiVersion().isEmpty()) {
            return;
        }
        var path = "/apis/%s/%s/%s".formatted(definition.apiVersion(), plural, definition.name());
        lock.lock();
        try {
            var merged = new HashMap<String, ObjectCondition>();
            var before = waiting.get(path);
            if (before != null) {
                merged.putAll(before.conditions);
            }
            conditions.forEach(condition -> merged.put(condition.type(), condition));
            waiting.put(path, new Report(definition.generation(), merged));
        } finally {
            lock.unlock();
        }
        work.release();
    }

    private void run() {
        try {
            while (!closed) {
                work.acquire();
                writeOne();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void writeOne() {
        String path;
        Report report;
        lock.lock();
        try {
            var next = waiting.entrySet().iterator();
            if (!next.hasNext()) {
                return;
            }
            var entry = next.next();
            path = entry.getKey();
            report = entry.getValue();
            next.remove();
        } finally {
            lock.unlock();
        }
        try {
            write(path, report);
        } catch (RuntimeException e) {
            // the border of this task: one object that cannot be written must not end the others' reports
            log.atWarn()
                    .addKeyValue("path", path)
                    .addKeyValue("cause", e.toString())
                    .log("condition was not written");
        }
    }

    private void write(String path, Report report) {
        for (int attempt = 1; ; attempt++) {
            var object = kube.find(path);
            if (object.isEmpty()) {
                return;
            }
            var conditions = merged(object.get(), report);
            if (conditions.equals(object.get().path("status").path("conditions"))) {
                return;
            }
            var patch = Json.object();
            patch.withObject("/metadata")
                    .put(
                            "resourceVersion",
                            object.get().at("/metadata/resourceVersion").asText());
            patch.withObject("/status").set("conditions", conditions);
            try {
                kube.patch(path, patch);
                return;
            } catch (ApiException e) {
                if (e.code() != 409 || attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private ArrayNode merged(ObjectNode object, Report report) {
        var result = Json.mapper().createArrayNode();
        var open = new HashMap<>(report.conditions);
        for (var known : object.path("status").path("conditions")) {
            var said = open.remove(known.path("type").asText());
            result.add(said == null || isSame(said, known) ? known : json(said, known, report.generation));
        }
        open.values().forEach(said -> result.add(json(said, Json.object(), report.generation)));
        return result;
    }

    private static boolean isSame(ObjectCondition said, JsonNode known) {
        return said.status().equals(known.path("status").asText())
                && said.reason().equals(known.path("reason").asText())
                && said.message().equals(known.path("message").asText());
    }

    /** A condition (apimachinery {@code metav1.Condition}); its time changes with its status only. */
    private ObjectNode json(ObjectCondition said, JsonNode known, long generation) {
        var now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
        boolean turned = !said.status().equals(known.path("status").asText(""));
        return Json.object()
                .put("type", said.type())
                .put("status", said.status())
                .put("observedGeneration", generation)
                .put(
                        "lastTransitionTime",
                        turned ? now : known.path("lastTransitionTime").asText(now))
                .put("reason", said.reason())
                .put("message", said.message());
    }

    @Override
    public void close() {
        closed = true;
        work.release();
    }
}
