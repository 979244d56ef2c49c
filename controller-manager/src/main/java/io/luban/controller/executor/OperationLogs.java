package io.luban.controller.executor;

import io.luban.helm.OperationLog;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What operations said, one file each, the last {@value #KEPT} per release and at most {@value #MAX_BYTES} bytes each.
 * Every line begins with its time. Logs of a release that is gone stay for an hour, so that its end can be read; when
 * all logs together are too large, the oldest go.
 */
public final class OperationLogs {
    private static final Logger log = LoggerFactory.getLogger(OperationLogs.class);
    private static final int KEPT = 5;
    private static final int MAX_BYTES = 512 * 1024;
    private static final String SUFFIX = ".log";
    private static final long MAX_TOTAL = 256L * 1024 * 1024;
    private static final Duration KEPT_AFTER_REMOVAL = Duration.ofHours(1);
    /** Lies beside the logs of a release that is gone, as old as that is. */
    private static final String GONE = "gone";

    private final Path directory;
    private final Clock clock;
    /** Logs that are being written, by their files. */
    private final Map<Path, Writer> open = new ConcurrentHashMap<>();

    private final long maxTotal;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition opened = lock.newCondition();
    private long openings;

    /** Logs below a folder that is made on first use. */
    public OperationLogs(Path directory, Clock clock) {
        this(directory, clock, MAX_TOTAL);
    }

    /** Logs of which all together have at most {@code maxTotal} bytes before another one begins. */
    OperationLogs(Path directory, Clock clock, long maxTotal) {
        this.directory = directory;
        this.clock = clock;
        this.maxTotal = maxTotal;
    }

    /** Begins the log of an operation and forgets the oldest ones of the release. */
    public Writer open(String release, String operation) {
        try {
            var folder = Files.createDirectories(directory.resolve(release));
            Files.deleteIfExists(folder.resolve(GONE));
            forgetOldest(folder);
            sweep();
            var file = folder.resolve(operation + SUFFIX);
            var writer = new Writer(file, Files.newOutputStream(file), clock, () -> open.remove(file));
            open.put(file, writer);
            tellOfOpening();
            return writer;
        } catch (IOException e) {
            throw new UncheckedIOException("log of operation " + operation + " cannot be written", e);
        }
    }

    /** The release is gone; its logs follow after a while, unless it comes back. */
    public void retire(String release) {
        var folder = directory.resolve(release);
        try {
            if (Files.isDirectory(folder)) {
                var mark = folder.resolve(GONE);
                Files.write(mark, new byte[0]);
                Files.setLastModifiedTime(mark, FileTime.from(clock.instant()));
            }
            sweep();
        } catch (IOException e) {
            // Logs that stay too long are no reason for an extension to stay.
            log.atWarn()
                    .addKeyValue("name", release)
                    .addKeyValue("cause", e.toString())
                    .log("logs cannot be tidied");
        }
    }

    /** How many logs have been opened so far. */
    public long openings() {
        lock.lock();
        try {
            return openings;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until more logs have been opened than that, or for so long. */
    public void awaitMoreOpenings(long known, Duration limit) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = limit.toNanos();
            while (openings <= known && left > 0) {
                left = opened.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    private void tellOfOpening() {
        lock.lock();
        try {
            openings++;
            opened.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Whether the log of the operation is being written. */
    public boolean isOpen(String release, String operation) {
        return open.containsKey(directory.resolve(release).resolve(operation + SUFFIX));
    }

    /** Names of the operations of a release whose logs are kept, the oldest first. */
    public List<String> operations(String release) {
        var folder = directory.resolve(release);
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try {
            return byAge(folder).stream()
                    .map(file -> file.getFileName().toString())
                    .map(name -> name.substring(0, name.length() - SUFFIX.length()))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("logs of release " + release + " cannot be read", e);
        }
    }

    /** The text of an operation's log; empty when there is none. */
    public Optional<String> read(String release, String operation) {
        if (!operations(release).contains(operation)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Files.readString(directory.resolve(release).resolve(operation + SUFFIX)));
        } catch (IOException e) {
            throw new UncheckedIOException("log of operation " + operation + " cannot be read", e);
        }
    }

    /** Reads an operation's log as it grows; empty when there is none. */
    public Optional<Tail> follow(String release, String operation) {
        if (!operations(release).contains(operation)) {
            return Optional.empty();
        }
        var file = directory.resolve(release).resolve(operation + SUFFIX);
        return Optional.of(new Tail(file, Optional.ofNullable(open.get(file))));
    }

    private void sweep() throws IOException {
        if (!Files.isDirectory(directory)) {
            return;
        }
        var limit = clock.instant().minus(KEPT_AFTER_REMOVAL);
        var kept = new ArrayList<Path>();
        for (var folder : folders()) {
            var mark = folder.resolve(GONE);
            boolean expired = Files.exists(mark)
                    && Files.getLastModifiedTime(mark).toInstant().isBefore(limit);
            for (var file : byAge(folder)) {
                if (!expired) {
                    kept.add(file);
                } else {
                    Files.deleteIfExists(file);
                }
            }
            if (expired) {
                Files.deleteIfExists(mark);
                Files.deleteIfExists(folder);
            }
        }
        kept.sort(Comparator.comparingLong(OperationLogs::modified));
        long total = kept.stream().mapToLong(OperationLogs::size).sum();
        for (var file : kept) {
            if (total > maxTotal && !open.containsKey(file)) {
                total -= size(file);
                Files.deleteIfExists(file);
            }
        }
    }

    private List<Path> folders() throws IOException {
        try (var all = Files.list(directory)) {
            return all.filter(Files::isDirectory).toList();
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            return 0;
        }
    }

    private static void forgetOldest(Path folder) throws IOException {
        var files = byAge(folder);
        for (var file : files.subList(0, Math.max(0, files.size() - KEPT + 1))) {
            Files.deleteIfExists(file);
        }
    }

    private static List<Path> byAge(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(SUFFIX))
                    .sorted(Comparator.comparingLong(OperationLogs::modified).thenComparing(Path::toString))
                    .toList();
        }
    }

    private static long modified(Path file) {
        try {
            return Files.getLastModifiedTime(file).toMillis();
        } catch (IOException e) {
            return 0;
        }
    }

    /** The log of one operation while it is written; safe for use from any thread. */
    public static final class Writer implements OperationLog, AutoCloseable {
        private final Path file;
        private final OutputStream out;
        private final Clock clock;
        private final Runnable closed;
        private final ReentrantLock lock = new ReentrantLock();
        private final Condition changed = lock.newCondition();
        private int written;
        private boolean finished;

        private Writer(Path file, OutputStream out, Clock clock, Runnable closed) {
            this.file = file;
            this.out = out;
            this.clock = clock;
            this.closed = closed;
        }

        /** Waits until more than that is written; the length then, the same when nothing will follow. */
        private int awaitMoreThan(int length) throws InterruptedException {
            lock.lockInterruptibly();
            try {
                while (written <= length && !finished) {
                    changed.await();
                }
                return written;
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void line(String text) {
            var stamped = clock.instant().truncatedTo(ChronoUnit.MILLIS) + " " + text + "\n";
            var bytes = stamped.getBytes(StandardCharsets.UTF_8);
            lock.lock();
            try {
                if (written + bytes.length <= MAX_BYTES) {
                    out.write(bytes);
                    written += bytes.length;
                    changed.signalAll();
                }
            } catch (IOException e) {
                log.atDebug().addKeyValue("cause", e.toString()).log("operation log cannot be written");
            } finally {
                lock.unlock();
            }
        }

        /** Ends the log of an operation that has not begun after all, and removes it. */
        void discard() {
            close();
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                log.atWarn().addKeyValue("cause", e.toString()).log("operation log cannot be removed");
            }
        }

        @Override
        public void close() {
            closed.run();
            lock.lock();
            try {
                finished = true;
                changed.signalAll();
                out.close();
            } catch (IOException e) {
                log.atWarn().addKeyValue("cause", e.toString()).log("operation log cannot be finished");
            } finally {
                lock.unlock();
            }
        }
    }

    /** A log that is read from its beginning while it may still grow. Used by one thread. */
    public static final class Tail {
        private final Path file;
        private final Optional<Writer> writer;
        private int position;

        private Tail(Path file, Optional<Writer> writer) {
            this.file = file;
            this.writer = writer;
        }

        /** The whole lines that have been added, after waiting for some; empty text at the end of the operation. */
        public String next() throws InterruptedException {
            int length = writer.isPresent() ? writer.get().awaitMoreThan(position) : MAX_BYTES;
            try (var channel = Files.newByteChannel(file)) {
                channel.position(position);
                var buffer = ByteBuffer.allocate((int) Math.min(length, channel.size()) - position);
                while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
                    // until everything is there
                }
                position += buffer.position();
                return new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8);
            } catch (NoSuchFileException e) {
                // Forgotten meanwhile, for five later ones.
                return "";
            } catch (IOException e) {
                throw new UncheckedIOException("log " + file.getFileName() + " cannot be read", e);
            }
        }
    }
}
