package io.luban.embeddedkube.watch;

import io.luban.embeddedkube.registry.Conversion;
import io.luban.embeddedkube.store.StoredObject;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;

/** Goes through objects whose conversion may wait in batches, so that one question is asked for many of them. */
final class Prepared implements Iterator<StoredObject> {
    private static final int MOST_OBJECTS = 200;
    private static final long MOST_BYTES = 1024 * 1024;

    private final Conversion conversion;
    private final Iterator<StoredObject> source;
    private final Deque<StoredObject> batch = new ArrayDeque<>();

    private Prepared(Conversion conversion, Iterator<StoredObject> source) {
        this.conversion = conversion;
        this.source = source;
    }

    /** The same objects in the same order. */
    static Iterable<StoredObject> of(Conversion conversion, Iterable<StoredObject> source) {
        return conversion.mayWait() ? () -> new Prepared(conversion, source.iterator()) : source;
    }

    @Override
    public boolean hasNext() {
        return !batch.isEmpty() || source.hasNext();
    }

    @Override
    public StoredObject next() {
        if (batch.isEmpty()) {
            fill();
        }
        var next = batch.poll();
        if (next == null) {
            throw new NoSuchElementException();
        }
        return next;
    }

    private void fill() {
        long bytes = 0;
        while (source.hasNext() && batch.size() < MOST_OBJECTS && bytes < MOST_BYTES) {
            var object = source.next();
            bytes += object.json().length;
            batch.add(object);
        }
        conversion.prepare(new ArrayList<>(batch));
    }
}
