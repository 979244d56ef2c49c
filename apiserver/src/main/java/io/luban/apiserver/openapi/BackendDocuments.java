package io.luban.apiserver.openapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.apiserver.endpoint.Endpoint;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The descriptions of all backends that are switched on, fetched behind the requests when an object appears or changes. One
 * that cannot be reached is asked again, less and less often; until then it contributes nothing.
 */
final class BackendDocuments implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(BackendDocuments.class);
    private static final int AT_ONCE = 4;
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    /** A fetch that runs or has run for one state of an object. */
    private static final class Entry {
        final BackendSource source;
        final CountDownLatch dropped = new CountDownLatch(1);
        /** Generations that still have to be asked for; only for the thread that asks. */
        final Set<Generation> open = EnumSet.allOf(Generation.class);

        Map<Generation, ObjectNode> documents = Map.of();

        Entry(BackendSource source) {
            this.source = source;
        }
    }

    /**
     * Where to ask.
     *
     * @param generation the object's, so that every change of it is followed
     */
    record BackendSource(String name, long generation, Endpoint endpoint) {}

    private final DocumentSource fetcher;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Entry> entries = new TreeMap<>();
    private final Semaphore slots = new Semaphore(AT_ONCE);
    private final AtomicLong changes = new AtomicLong();

    BackendDocuments(DocumentSource fetcher) {
        this.fetcher = fetcher;
    }

    /** Counts changes of what {@link #in} answers. */
    long changes() {
        return changes.get();
    }

    /** Every document of the generation that is known, in the order of the objects' names. */
    List<ObjectNode> in(Generation generation) {
        lock.lock();
        try {
            return entries.values().stream()
                    .flatMap(entry -> java.util.stream.Stream.ofNullable(entry.documents.get(generation)))
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    /** Follows these backends and no others. */
    void retain(List<BackendSource> sources) {
        lock.lock();
        try {
            var wanted = new TreeMap<String, BackendSource>();
            sources.forEach(source -> wanted.put(source.name(), source));
            entries.values().removeIf(entry -> {
                boolean gone = !entry.source.equals(wanted.get(entry.source.name()));
                if (gone) {
                    entry.dropped.countDown();
                    changes.incrementAndGet();
                }
                return gone;
            });
            wanted.forEach((name, source) -> entries.computeIfAbsent(name, added -> started(source)));
        } finally {
            lock.unlock();
        }
    }

    private Entry started(BackendSource source) {
        var entry = new Entry(source);
        Thread.ofVirtual().name("description of " + source.name()).start(() -> run(entry));
        return entry;
    }

    private void run(Entry entry) {
        var pause = FIRST_PAUSE;
        try {
            while (!fetch(entry)) {
                if (entry.dropped.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
                pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** True when there is nothing left to ask. */
    private boolean fetch(Entry entry) throws InterruptedException {
        slots.acquire();
        try {
            var documents = new EnumMap<Generation, ObjectNode>(Generation.class);
            documents.putAll(entry.documents);
            entry.open.removeIf(generation -> isSettled(entry.source, generation, documents));
            if (documents.size() > entry.documents.size()) {
                publish(entry, documents);
            }
            return entry.open.isEmpty();
        } finally {
            slots.release();
        }
    }

    /** Whether it is known now what the backend publishes of a generation; one may fail without the other. */
    private boolean isSettled(BackendSource source, Generation generation, Map<Generation, ObjectNode> documents) {
        try {
            fetcher.fetch(source.endpoint(), generation).ifPresent(document -> documents.put(generation, document));
            return true;
        } catch (UncheckedIOException e) {
            log.atDebug()
                    .addKeyValue("name", source.name())
                    .addKeyValue("cause", e.toString())
                    .log("description of an API cannot be read yet");
            return false;
        }
    }

    private void publish(Entry entry, Map<Generation, ObjectNode> documents) {
        lock.lock();
        try {
            entry.documents = documents;
            changes.incrementAndGet();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        retain(List.of());
    }
}
