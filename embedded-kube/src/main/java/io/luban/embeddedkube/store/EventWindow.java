package io.luban.embeddedkube.store;

import java.util.ArrayList;
import java.util.List;

/**
 * The newest events of one resource in revision order. Not safe for parallel use: {@link StoreMemory} guards it.
 *
 * <p>Everything that happened after {@link #floor()} is here; what happened up to it may be gone.
 */
final class EventWindow {
    private static final int INITIAL = 16;

    /** What an event takes in memory or on disk beside the bytes of the states it tells of. */
    private static final int OVERHEAD = 200;

    /** Events that are kept however old they are: a client of a quiet resource resumes even after a long absence. */
    private final int capacity;

    private Event[] ring = new Event[INITIAL];
    private long[] seconds = new long[INITIAL];
    private int head;
    private int size;
    private long floor;
    private long bytes;

    EventWindow(int capacity, long floor) {
        this.capacity = capacity;
        this.floor = floor;
    }

    long floor() {
        return floor;
    }

    /** Bytes kept alive by this window alone: states that have been replaced. */
    long bytes() {
        return bytes;
    }

    int size() {
        return size;
    }

    /** Whether the oldest event is one too many and has happened before that second. */
    boolean isOverfull(long oldestSecond) {
        return size > capacity && seconds[head] < oldestSecond;
    }

    /** Appends an event of that second. */
    void add(Event event, long second) {
        if (size == ring.length) {
            grow();
        }
        int slot = (head + size) & (ring.length - 1);
        ring[slot] = event;
        seconds[slot] = second;
        size++;
        bytes += weight(event);
    }

    private void grow() {
        var larger = new Event[ring.length * 2];
        var times = new long[larger.length];
        for (int i = 0; i < size; i++) {
            larger[i] = at(i);
            times[i] = seconds[(head + i) & (ring.length - 1)];
        }
        ring = larger;
        seconds = times;
        head = 0;
    }

    private Event at(int index) {
        return ring[(head + index) & (ring.length - 1)];
    }

    /** Drops the oldest event; the window must not be empty. */
    @SuppressWarnings("NullAway") // slots outside the window are never read
    Event removeOldest() {
        var oldest = ring[head];
        ring[head] = null;
        head = (head + 1) & (ring.length - 1);
        size--;
        bytes -= weight(oldest);
        floor = oldest.revision();
        return oldest;
    }

    /** Events after the revision, oldest first. */
    List<Event> after(long revision) {
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (at(middle).revision() <= revision) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        var events = new ArrayList<Event>(size - low);
        for (int i = low; i < size; i++) {
            events.add(at(i));
        }
        return events;
    }

    static long weight(Event event) {
        long previous = event.previous().map(StoredObject::size).orElse(0);
        long last = event.type() == Event.Type.DELETED ? event.object().size() : 0;
        return OVERHEAD + previous + last;
    }
}
