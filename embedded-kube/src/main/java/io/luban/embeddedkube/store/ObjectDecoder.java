package io.luban.embeddedkube.store;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/**
 * Turns rows into objects on all cores while the next rows are being read. Rows travel in batches; few batches wait, since
 * those of large values hold memory that is not kept.
 */
final class ObjectDecoder implements AutoCloseable {
    private static final int BATCH_ROWS = 256;
    private static final int BATCH_BYTES = 1024 * 1024;
    private static final int WAITING_BATCHES = 8;

    /** A row of the table {@code object}, {@code value} and {@code valueForm} being those of {@code large} where it is there. */
    record Row(String key, long created, long revision, int form, byte[] value) {
        boolean isLarge() {
            return (form & RowCodec.LARGE) != 0;
        }
    }

    private final RowCodec codec;
    private final LargeValues values;
    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore room = new Semaphore(WAITING_BATCHES);
    private final List<Future<List<StoredObject>>> batches = new ArrayList<>();
    private List<Row> batch = new ArrayList<>(BATCH_ROWS);
    private int bytes;

    ObjectDecoder(RowCodec codec, LargeValues values) {
        this.codec = codec;
        this.values = values;
    }

    void add(Row row) {
        batch.add(row);
        bytes += row.value().length;
        if (batch.size() == BATCH_ROWS || bytes > BATCH_BYTES) {
            flush();
        }
    }

    private void flush() {
        var rows = batch;
        room.acquireUninterruptibly();
        Callable<List<StoredObject>> task = () -> {
            try {
                var objects = new ArrayList<StoredObject>(rows.size());
                for (var row : rows) {
                    objects.add(decode(row));
                }
                return objects;
            } finally {
                room.release();
            }
        };
        batches.add(workers.submit(task));
        batch = new ArrayList<>(BATCH_ROWS);
        bytes = 0;
    }

    /** One object, on the caller's thread. */
    StoredObject decode(Row row) throws IOException {
        var json = codec.decode(row.form(), row.key(), row.revision(), row.value());
        var members = StoredJson.read(json);
        var object =
                new StoredObject(StoreKeys.parse(row.key()), json, row.created(), row.revision(), members.metadata());
        return row.isLarge() ? values.loaded(object, members.versionStart(), members.versionEnd()) : object;
    }

    /** Everything that was added. */
    List<StoredObject> objects() throws IOException {
        flush();
        var objects = new ArrayList<StoredObject>();
        for (var decoded : batches) {
            try {
                objects.addAll(decoded.get());
            } catch (ExecutionException e) {
                if (e.getCause() instanceof IOException damage) {
                    throw damage;
                }
                throw new IOException("a row cannot be read: " + e.getCause(), e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while reading", e);
            }
        }
        return objects;
    }

    @Override
    public void close() {
        workers.close();
    }
}
