package io.luban.embeddedkube.backup;

import io.luban.embeddedkube.auth.AccessRequest;
import io.luban.embeddedkube.auth.Authorizer;
import io.luban.embeddedkube.auth.User;
import io.luban.embeddedkube.request.Endpoint;
import io.luban.embeddedkube.store.SqliteStore;
import io.luban.embeddedkube.store.StoreCopy;
import io.luban.embeddedkube.store.StoreOpenException;
import io.luban.http.Headers;
import io.luban.http.Reply;
import io.luban.http.Request;
import io.luban.http.StreamSink;
import io.luban.model.ApiException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code GET /luban/backup}: a backup of the whole data folder, for administrators of the cluster, as it holds every Secret
 * and the keys of the certificate authority. The copy is made beside the store while writes go on, then sent; a client
 * that leaves ends it and nothing stays behind.
 */
public final class BackupEndpoint implements Endpoint {
    private static final Logger log = LoggerFactory.getLogger(BackupEndpoint.class);
    private static final String PATH = "/luban/backup";
    private static final String COPY = "backup.partial";
    private static final int BLOCK = 256 * 1024;
    private static final long MAX_PENDING_BYTES = 4L * 1024 * 1024;
    private static final int PAUSE_MILLIS = 5;
    private static final int STALLED_SECONDS = 60;
    private static final int RETRY_SECONDS = 5;

    private final SqliteStore store;
    private final Path dataDirectory;
    private final Authorizer authorizer;
    private final Function<Request, User> users;
    private final AtomicBoolean busy = new AtomicBoolean();

    /** {@code users} tells who asks. Removes what a killed process has left. */
    public BackupEndpoint(SqliteStore store, Path dataDirectory, Authorizer authorizer, Function<Request, User> users) {
        this.store = store;
        this.dataDirectory = dataDirectory;
        this.authorizer = authorizer;
        this.users = users;
        discard();
    }

    @Override
    public Optional<Reply> answer(Request request) {
        if (!request.path().equals(PATH)) {
            return Optional.empty();
        }
        if (!request.method().equals("GET")) {
            return Optional.of(Reply.text(405, "a backup is asked for by GET\n"));
        }
        var user = users.apply(request);
        requireAdministrator(user);
        if (busy.get()) {
            throw ApiException.tooManyRequests("another backup is being made", RETRY_SECONDS);
        }
        log.atInfo().addKeyValue("user", user.name()).log("making a backup");
        var headers = Headers.of(
                "Content-Type",
                "application/vnd.sqlite3",
                "Content-Disposition",
                "attachment; filename=\"luban.backup\"",
                "Luban-Backup-Bytes",
                Long.toString(expectedBytes()));
        return Optional.of(new Reply.Stream(200, headers, this::start));
    }

    /** Who may do everything with everything; a rule for this path alone must not hand out the keys of the cluster. */
    private void requireAdministrator(User user) {
        var everything = new AccessRequest(user, "*", "*", "*", "*", "", "", "", "");
        if (!authorizer.decide(everything).allowed()) {
            throw ApiException.generic(
                    403,
                    "Forbidden",
                    "forbidden: User \"%s\" cannot get path \"%s\": a backup holds every Secret and key, which takes the permissions of cluster-admin"
                            .formatted(user.name(), PATH));
        }
    }

    /** Roughly, for those who show progress. */
    private long expectedBytes() {
        try {
            return Files.size(dataDirectory.resolve("kube").resolve("state.db"));
        } catch (IOException e) {
            return 0;
        }
    }

    private Path copy() {
        return dataDirectory.resolve("kube").resolve(COPY);
    }

    private void start(StreamSink sink) {
        if (!busy.compareAndSet(false, true)) {
            sink.abort();
            return;
        }
        var closed = new CountDownLatch(1);
        discard();
        var backup = DataBackup.ofRunning(store, dataDirectory, copy());
        sink.onClose(() -> {
            closed.countDown();
            backup.cancel();
        });
        Thread.ofVirtual().name("backup").start(() -> produce(backup, sink, closed));
    }

    private void produce(StoreCopy backup, StreamSink sink, CountDownLatch closed) {
        try {
            backup.run();
            send(sink, closed);
            sink.end();
            log.atInfo().log("the backup was sent");
        } catch (StoreOpenException | IOException e) {
            log.atWarn().setCause(e).log("the backup was not completed");
            sink.abort();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            sink.abort();
        } finally {
            discard();
            busy.set(false);
        }
    }

    private void send(StreamSink sink, CountDownLatch closed) throws IOException, InterruptedException {
        var block = new byte[BLOCK];
        try (var in = Files.newInputStream(copy())) {
            for (int read = in.read(block); read >= 0; read = in.read(block)) {
                sink.write(Arrays.copyOf(block, read));
                awaitRoom(sink, closed);
            }
        }
    }

    private static void awaitRoom(StreamSink sink, CountDownLatch closed) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        long before = sink.pendingBytes();
        while (sink.pendingBytes() > MAX_PENDING_BYTES) {
            if (closed.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
                throw new IOException("the client has left");
            }
            if (sink.pendingBytes() < before) {
                before = sink.pendingBytes();
                begin = System.nanoTime();
            } else if (System.nanoTime() - begin > TimeUnit.SECONDS.toNanos(STALLED_SECONDS)) {
                throw new IOException("the client takes nothing any more");
            }
        }
        if (closed.getCount() == 0) {
            throw new IOException("the client has left");
        }
    }

    private void discard() {
        try {
            Files.deleteIfExists(copy());
        } catch (IOException e) {
            log.atWarn().setCause(e).log("a finished backup could not be removed");
        }
    }
}
