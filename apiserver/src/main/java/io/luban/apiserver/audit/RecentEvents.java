package io.luban.apiserver.audit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.model.Json;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/** The last events of this process, kept in memory for people without a collector; bounded by number and bytes. */
final class RecentEvents {
    private static final long MOST_BYTES = 16L * 1024 * 1024;

    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<byte[]> newestFirst = new ArrayDeque<>();
    private long bytes;
    private volatile int most;

    /** Keeps that many from now on; 0 forgets them all. */
    void keep(int number) {
        lock.lock();
        try {
            most = number;
            trim();
        } finally {
            lock.unlock();
        }
    }

    /** Whether any are kept. */
    boolean isKept() {
        return most > 0;
    }

    /** The way by which events get here. */
    AuditSink sink() {
        return new Sink();
    }

    /** Events that match, newest first. */
    List<ObjectNode> matching(Predicate<ObjectNode> filter) {
        List<byte[]> all;
        lock.lock();
        try {
            all = List.copyOf(newestFirst);
        } finally {
            lock.unlock();
        }
        var events = new ArrayList<ObjectNode>();
        for (var encoded : all) {
            var event = Json.parseObject(encoded);
            if (filter.test(event)) {
                events.add(event);
            }
        }
        return events;
    }

    private void add(List<byte[]> events) {
        lock.lock();
        try {
            for (var event : events) {
                newestFirst.addFirst(event);
                bytes += event.length;
            }
            trim();
        } finally {
            lock.unlock();
        }
    }

    private void trim() {
        while (newestFirst.size() > most || bytes > MOST_BYTES) {
            bytes -= newestFirst.removeLast().length;
        }
    }

    private final class Sink implements AuditSink {
        @Override
        public void deliver(AuditBatch batch) {
            add(batch.encoded());
        }

        @Override
        public void close() {
            // what was kept stays to be read
        }

        @Override
        public String toString() {
            return "memory";
        }
    }
}
