package io.luban.embeddedkube.stream;

import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Bytes from the client on their way to a blocking reader; the client is held back while too many wait. */
final class InboundPipe extends InputStream {
    private static final int FULL = 256 * 1024;
    private static final int LOW = 64 * 1024;

    private final Throttle throttle;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<byte[]> chunks = new ArrayDeque<>();
    private int offset;
    private long waiting;
    private boolean holding;
    private boolean ended;
    private boolean abandoned;

    InboundPipe(Throttle throttle) {
        this.throttle = throttle;
    }

    /** Called by the event loop; never blocks. */
    void offer(byte[] bytes) {
        lock.lock();
        try {
            if (ended || abandoned || bytes.length == 0) {
                return;
            }
            chunks.add(bytes);
            waiting += bytes.length;
            if (waiting >= FULL && !holding) {
                holding = true;
                throttle.hold();
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Nothing follows; what waits can still be read. */
    void end() {
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int read() throws InterruptedIOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int at, int length) throws InterruptedIOException {
        if (length == 0) {
            return 0;
        }
        lock.lock();
        try {
            while (chunks.isEmpty() && !ended && !abandoned) {
                changed.await();
            }
            var chunk = chunks.peek();
            if (chunk == null) {
                return -1;
            }
            int count = Math.min(length, chunk.length - offset);
            System.arraycopy(chunk, offset, target, at, count);
            offset += count;
            if (offset == chunk.length) {
                chunks.remove();
                offset = 0;
            }
            taken(count);
            return count;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the client has left");
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int available() {
        lock.lock();
        try {
            return (int) Math.min(waiting, Integer.MAX_VALUE);
        } finally {
            lock.unlock();
        }
    }

    /** The reader wants no more; what still comes is thrown away. */
    @Override
    public void close() {
        lock.lock();
        try {
            abandoned = true;
            chunks.clear();
            offset = 0;
            taken(waiting);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void taken(long count) {
        waiting -= count;
        if (holding && waiting <= LOW) {
            holding = false;
            throttle.release();
        }
    }
}
