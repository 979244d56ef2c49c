package io.luban.embeddedkube.audit;

import io.luban.embeddedkube.configuration.AuditLevel;
import io.luban.model.Json;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of JSON lines that is put aside, as {@code <name>.1}, when it has reached its size. Requests hand their events
 * over and go on; events that come faster than the disk takes them are dropped and counted.
 */
public final class AuditLog implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(AuditLog.class);
    private static final int QUEUE = 10_000;
    private static final long QUEUE_BYTES = 64L * 1024 * 1024;
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Path file;
    private final AuditLevel level;
    private final long maxSize;
    private final BlockingQueue<AuditEvent> queue;
    private final AtomicLong queuedBytes = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private final Thread writer;
    private volatile boolean closing;
    private volatile boolean failing;
    private OutputStream out;
    private long size;

    private AuditLog(Path file, AuditLevel level, long maxSize, int capacity) throws IOException {
        this.file = file;
        this.level = level;
        this.maxSize = maxSize;
        this.queue = new ArrayBlockingQueue<>(capacity);
        this.out = open();
        this.writer = Thread.ofPlatform().name("audit-log").daemon().unstarted(this::run);
    }

    /** Appends to the file, which only its owner may read; throws {@link UncheckedIOException} naming it. */
    public static AuditLog open(Path file, AuditLevel level, long maxSize) {
        return open(file, level, maxSize, QUEUE);
    }

    static AuditLog open(Path file, AuditLevel level, long maxSize, int capacity) {
        try {
            var log = new AuditLog(file, level, maxSize, capacity);
            log.writer.start();
            return log;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the audit log " + file, e);
        }
    }

    /** How much of a request is wanted. */
    public AuditLevel level() {
        return level;
    }

    /** Takes an event; never blocks. */
    public void accept(AuditEvent event) {
        long weight = event.weight();
        if (closing) {
            dropped.incrementAndGet();
        } else if (queuedBytes.addAndGet(weight) > QUEUE_BYTES) {
            queuedBytes.addAndGet(-weight);
            dropped.incrementAndGet();
        } else if (!queue.offer(event)) {
            queuedBytes.addAndGet(-weight);
            dropped.incrementAndGet();
        }
    }

    /** Events that were lost since the start. */
    public long dropped() {
        return dropped.get();
    }

    /** Whether the last line could be written. */
    public boolean isWriting() {
        return !failing && writer.isAlive();
    }

    private void run() {
        try {
            while (true) {
                var event = queue.poll(POLL.toMillis(), TimeUnit.MILLISECONDS);
                if (event != null) {
                    write(event);
                } else if (closing) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void write(AuditEvent event) {
        queuedBytes.addAndGet(-event.weight());
        try {
            var line = Json.bytes(event.toJson());
            if (size > 0 && size + line.length >= maxSize) {
                rotate();
            }
            out.write(line);
            out.write('\n');
            size += line.length + 1;
            if (queue.isEmpty()) {
                out.flush();
            }
            failing = false;
        } catch (IOException e) {
            dropped.incrementAndGet();
            if (!failing) {
                log.atError().addKeyValue("file", file).setCause(e).log("audit log cannot be written");
            }
            failing = true;
        }
    }

    private void rotate() throws IOException {
        out.close();
        Files.move(file, file.resolveSibling(file.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
        out = open();
    }

    private OutputStream open() throws IOException {
        if (!Files.exists(file)) {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        size = Files.size(file);
        return new BufferedOutputStream(Files.newOutputStream(file, StandardOpenOption.APPEND), 64 * 1024);
    }

    /** Writes what is queued, within a few seconds. */
    @Override
    public void close() {
        closing = true;
        try {
            writer.join(PATIENCE.toMillis());
            out.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            log.atError().addKeyValue("file", file).setCause(e).log("audit log cannot be closed");
        }
    }
}
