package io.luban.embeddedkube.reconcile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.embeddedkube.store.ObjectKey;
import io.luban.embeddedkube.tree.Draft;
import io.luban.embeddedkube.tree.Trees;
import io.luban.model.ApiException;
import io.luban.model.GroupResource;
import io.luban.model.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells users what controllers did, as Event objects: the same thing said again is counted, and an object about which too
 * much is said is left alone for a while. Events are a courtesy: they are written in the background, one after another,
 * and lost when more than a few thousand wait.
 */
public final class EventRecorder implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(EventRecorder.class);

    private static final GroupResource EVENTS = new GroupResource("", "events");
    private static final int WAITING = 4096;
    private static final int REMEMBERED = 4096;
    private static final int BURST = 25;
    private static final Duration REFILL = Duration.ofMinutes(5);
    private static final Duration SAME = Duration.ofMinutes(10);
    private static final Duration CLOSING_PATIENCE = Duration.ofSeconds(2);
    private static final int LONGEST_MESSAGE = 1024;

    private final Cluster cluster;
    private final ArrayBlockingQueue<Optional<Note>> waiting = new ArrayBlockingQueue<>(WAITING);
    private final Map<Same, Written> written = remembering();
    private final Map<String, Budget> budgets = remembering();
    private final AtomicLong lastName = new AtomicLong();
    private final Thread thread;

    /** What is said about whom. */
    private record Note(Same what, ObjectNode about, Instant at) {}

    private record Same(String uid, String path, String type, String reason, String message, String source) {}

    private record Written(String name, Instant at) {}

    private record Budget(double left, Instant at) {}

    private EventRecorder(Cluster cluster) {
        this.cluster = cluster.as("kube-controller-manager");
        this.thread = Thread.ofVirtual().name("event-recorder").unstarted(this::run);
    }

    /** Writes into that cluster until closed. */
    public static EventRecorder start(Cluster cluster) {
        var recorder = new EventRecorder(cluster);
        recorder.thread.start();
        return recorder;
    }

    /** Those who speak as one component. */
    public Source as(String component) {
        return new Source(this, component);
    }

    /** A component that speaks. */
    public record Source(EventRecorder recorder, String component) {
        /** Says something that went as it should. */
        public void normal(ObjectNode about, String reason, String message) {
            recorder.say(about, "", new Same(Trees.uid(about), "", "Normal", reason, message, component));
        }

        /** Says something that went wrong or is in the way. */
        public void warning(ObjectNode about, String reason, String message) {
            recorder.say(about, "", new Same(Trees.uid(about), "", "Warning", reason, message, component));
        }

        /** Says something about a part of an object, such as {@code spec.containers{web}}. */
        public void normal(ObjectNode about, String fieldPath, String reason, String message) {
            recorder.say(about, fieldPath, new Same(Trees.uid(about), fieldPath, "Normal", reason, message, component));
        }
    }

    private void say(ObjectNode about, String fieldPath, Same what) {
        var reference = Json.object()
                .put("kind", Trees.text(about, "kind"))
                .put("namespace", Trees.namespace(about))
                .put("name", Trees.name(about))
                .put("uid", Trees.uid(about))
                .put("apiVersion", Trees.text(about, "apiVersion"))
                .put("resourceVersion", Trees.text(about, "metadata", "resourceVersion"))
                .put("fieldPath", fieldPath);
        Trees.texts(reference).forEach((name, value) -> {
            if (value.isEmpty()) {
                reference.remove(name);
            }
        });
        if (!waiting.offer(Optional.of(new Note(what, reference, cluster.now())))) {
            log.atDebug().addKeyValue("name", Trees.name(about)).log("too many events are waiting, one is lost");
        }
    }

    private void run() {
        try {
            for (var next = waiting.take(); next.isPresent(); next = waiting.take()) {
                write(next.get());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void write(Note note) {
        if (!isWithinBudget(note)) {
            return;
        }
        try {
            var known = written.get(note.what());
            boolean isCounted = known != null
                    && Duration.between(known.at(), note.at()).compareTo(SAME) < 0
                    && count(note, known.name());
            var name = isCounted && known != null ? known.name() : create(note);
            written.put(note.what(), new Written(name, note.at()));
        } catch (ApiException e) {
            // a namespace that is being emptied takes no events
            log.atDebug().addKeyValue("reason", e.getMessage()).log("event refused");
        } catch (RuntimeException e) {
            log.atWarn().setCause(e).log("event not written");
        }
    }

    private boolean isWithinBudget(Note note) {
        var who = note.what().source() + " " + note.what().uid();
        var before = budgets.getOrDefault(who, new Budget(BURST, note.at()));
        double refilled = before.left()
                + (double) Duration.between(before.at(), note.at()).toMillis() / REFILL.toMillis();
        boolean isWithin = refilled >= 1;
        budgets.put(who, new Budget(Math.min(BURST, refilled) - (isWithin ? 1 : 0), note.at()));
        return isWithin;
    }

    private boolean count(Note note, String name) {
        return cluster.modify(new ObjectKey(EVENTS, namespace(note), name), "", live -> {
                    live.put("count", live.path("count").asInt() + 1);
                    return live.put("lastTimestamp", Trees.time(note.at()));
                })
                .isPresent();
    }

    private String create(Note note) {
        var what = note.what();
        var name = Trees.text(note.about(), "name") + "." + Long.toHexString(nextName(note.at()));
        var message = what.message();
        var event = Draft.of("v1", "Event", namespace(note), name)
                .with("involvedObject", note.about())
                .json();
        event.put("reason", what.reason())
                .put("message", message.length() > LONGEST_MESSAGE ? message.substring(0, LONGEST_MESSAGE) : message);
        event.putObject("source").put("component", what.source());
        var time = Trees.time(note.at());
        event.put("firstTimestamp", time).put("lastTimestamp", time).put("count", 1);
        event.put("type", what.type()).putNull("eventTime");
        event.put("reportingComponent", what.source()).put("reportingInstance", "");
        cluster.create(EVENTS, event);
        return name;
    }

    private long nextName(Instant at) {
        long nanos = at.getEpochSecond() * 1_000_000_000L + at.getNano();
        return lastName.updateAndGet(last -> Math.max(nanos, last + 1));
    }

    private static String namespace(Note note) {
        var namespace = Trees.text((JsonNode) note.about(), "namespace");
        return namespace.isEmpty() ? "default" : namespace;
    }

    private static <K, V> Map<K, V> remembering() {
        return new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > REMEMBERED;
            }
        };
    }

    /** Writes what waits, and ends. */
    @Override
    public void close() {
        try {
            if (!waiting.offer(Optional.empty()) || !thread.join(CLOSING_PATIENCE)) {
                thread.interrupt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
