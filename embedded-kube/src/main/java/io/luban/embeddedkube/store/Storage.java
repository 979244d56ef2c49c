package io.luban.embeddedkube.store;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteErrorCode;

/**
 * The database as the sequencer sees it: taking writes, full, or failing. After a failure nothing is written until the file
 * was opened anew, checked and found to take writes; on a full disk deletions go on, in the space that was reserved for
 * them. Used by the sequencer's thread, save for {@link #problem}.
 */
final class Storage implements AutoCloseable {
    static final int RECOVERY_SECONDS = 5;

    private static final Logger log = LoggerFactory.getLogger(Storage.class);
    private static final long RECOVERY_NANOS = TimeUnit.SECONDS.toNanos(RECOVERY_SECONDS);
    private static final long WINDOW_BYTES_WHEN_FULL = 256L * 1024;
    private static final int FORGOTTEN_AT_ONCE = 100;

    /** What a storage is opened with. */
    record Place(Path directory, StoreOptions options, EncryptionKeys keys, Clock clock) {
        Database open() {
            return Database.open(directory, options, keys, clock);
        }
    }

    private final Place place;
    private final StoreMemory memory;
    private final Reserve reserve;
    private final List<Event> dropped = new ArrayList<>();
    private final Set<Long> released = new HashSet<>();
    private @Nullable Database database;
    private boolean isFull;
    private long lastAttempt;
    private volatile String problem = "";

    Storage(Place place, Database database, StoreMemory memory, Collection<Long> orphans) {
        this.place = place;
        this.database = database;
        this.memory = memory;
        this.reserve = new Reserve(place.directory());
        released.addAll(orphans);
        if (!reserve.covers(database.logBytes())) {
            log.atWarn().addKeyValue("path", place.directory()).log("the disk has no room for the store's reserve");
        }
    }

    /** Empty while writes are possible, else why not. */
    Optional<String> problem() {
        return problem.isEmpty() ? Optional.empty() : Optional.of(problem);
    }

    boolean takesWrites() {
        return problem.isEmpty();
    }

    /** Whether these changes may be written as things stand. */
    boolean takes(PendingCommit commit) {
        return problem.isEmpty() || (isFull && database != null && commit.frees());
    }

    /** Events that left the windows; their rows go with the next write. */
    void forget(List<Event> events) {
        dropped.addAll(events);
    }

    /** Durable on return. */
    void write(List<Event> events) throws SQLException {
        var open = database;
        if (open == null) {
            throw new SQLException("the database is not open");
        }
        if (isFull) {
            reserve.release();
        } else if (!reserve.covers(open.logBytes())) {
            throw new SQLException(
                    "the disk is full: no room for the reserve that merging the log takes",
                    "",
                    SQLiteErrorCode.SQLITE_FULL.code);
        }
        released.addAll(memory.largeValues().released());
        open.write(events, dropped, released, seconds());
        dropped.clear();
        released.clear();
        for (var event : events) {
            memory.largeValues().saved(event.object());
        }
    }

    long seconds() {
        return place.clock().instant().getEpochSecond();
    }

    /** After deletions on a full disk: gives their space back, history included, and looks whether that was enough. */
    void afterWrite() {
        if (isFull && database != null) {
            relieve(database);
        }
    }

    /** In small steps, each of which takes less room than is left and ends with more of it. */
    private void relieve(Database open) {
        try {
            open.mergeLog(reserve.room());
            if (!hasRoom(open)) {
                forgetHistory(open);
            }
            boolean isShrinking = true;
            while (isShrinking && !hasRoom(open)) {
                isShrinking = open.vacuum();
                open.mergeLog(reserve.room());
            }
            if (hasRoom(open)) {
                open.mergesByItself(true);
                takesWritesAgain();
            }
        } catch (SQLException | IOException e) {
            log.atWarn().setCause(e).log("the space of deleted objects could not be given back");
        }
    }

    private void forgetHistory(Database open) throws SQLException, IOException {
        var history = memory.forget(WINDOW_BYTES_WHEN_FULL);
        for (int from = 0; from < history.size(); from += FORGOTTEN_AT_ONCE) {
            dropped.addAll(history.subList(from, Math.min(history.size(), from + FORGOTTEN_AT_ONCE)));
            write(List.of());
            open.mergeLog(reserve.room());
        }
    }

    /** Whether the reserve could be set aside again and the disk takes more beside it; else there is none. */
    private boolean hasRoom(Database open) {
        boolean hasRoom = reserve.covers(open.logBytes()) && reserve.hasMargin();
        if (!hasRoom) {
            reserve.release();
        }
        return hasRoom;
    }

    void fails(SQLException cause) {
        isFull = isFull(cause);
        problem = String.valueOf(cause.getMessage());
        lastAttempt = System.nanoTime();
        if (isFull && database != null) {
            leaveLogAlone(database);
        }
        log.atError().setCause(cause).log("the store is read-only until the disk takes writes again");
    }

    /** A merge that ends for want of space has used up what there was. */
    private static void leaveLogAlone(Database open) {
        try {
            open.mergesByItself(false);
        } catch (SQLException e) {
            log.atWarn().setCause(e).log("the log cannot be kept from being merged on a full disk");
        }
    }

    private static boolean isFull(SQLException cause) {
        int code = cause.getErrorCode();
        return code == SQLiteErrorCode.SQLITE_FULL.code || code == SQLiteErrorCode.SQLITE_IOERR_SHMSIZE.code;
    }

    /** Looks whether writes are possible again, unless that was tried a moment ago. */
    void recover(Consumer<List<Event>> publish) {
        if (problem.isEmpty() || System.nanoTime() - lastAttempt < RECOVERY_NANOS) {
            return;
        }
        lastAttempt = System.nanoTime();
        if (!isFull || database == null) {
            reopen(publish);
        } else if (reserve.hasMargin()) {
            relieve(database);
        }
    }

    /**
     * Opens the database anew and checks it. A commit that failed may have reached the disk all the same: what the file
     * knows beyond memory is published as if it had just happened.
     */
    private void reopen(Consumer<List<Event>> publish) {
        try {
            if (database != null) {
                database.close();
                database = null;
            }
            var reopened = place.open();
            database = reopened;
            var news = reopened.load(memory.largeValues()).events().stream()
                    .map(LoadedStore.TimedEvent::event)
                    .filter(event -> event.revision() > memory.state().revision())
                    .toList();
            if (!news.isEmpty()) {
                publish.accept(news);
            }
            takesWritesAgain();
        } catch (StoreOpenException e) {
            problem = String.valueOf(e.getMessage());
        }
    }

    private void takesWritesAgain() {
        problem = "";
        isFull = false;
        log.atInfo().log("the store takes writes again");
    }

    @Override
    public void close() {
        if (database != null) {
            database.close();
        }
    }
}
