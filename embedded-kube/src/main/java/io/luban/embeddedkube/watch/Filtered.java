package io.luban.embeddedkube.watch;

import io.luban.embeddedkube.store.StoredObject;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Those objects of another iteration that pass a test, until one fails another test; looks one ahead and no further. */
final class Filtered implements Iterator<StoredObject> {
    private final Iterator<StoredObject> source;
    private final Predicate<StoredObject> test;
    private final Predicate<StoredObject> goesOn;
    private boolean ended;
    private @Nullable StoredObject next;

    private Filtered(Iterator<StoredObject> source, Predicate<StoredObject> test, Predicate<StoredObject> goesOn) {
        this.source = source;
        this.test = test;
        this.goesOn = goesOn;
    }

    static Iterable<StoredObject> of(Iterable<StoredObject> source, Predicate<StoredObject> test) {
        return of(source, test, object -> true);
    }

    static Iterable<StoredObject> of(
            Iterable<StoredObject> source, Predicate<StoredObject> test, Predicate<StoredObject> goesOn) {
        return () -> new Filtered(source.iterator(), test, goesOn);
    }

    @Override
    public boolean hasNext() {
        while (next == null && !ended && source.hasNext()) {
            var candidate = source.next();
            ended = !goesOn.test(candidate);
            next = !ended && test.test(candidate) ? candidate : null;
        }
        return next != null;
    }

    @Override
    public StoredObject next() {
        if (!hasNext() || next == null) {
            throw new NoSuchElementException();
        }
        var found = next;
        next = null;
        return found;
    }
}
