package io.luban.standalone.inprocess;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.luban.http.StreamSink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A body between the server that writes it and the client that asks for it piece by piece. What was written and not asked
 * for waits here; the server sees how much that is and stops, or ends the stream, by its own limits as for a client on the
 * network. Pieces reach the client in the order in which they were written, whole, and on a virtual thread, so that no
 * writer waits for the client.
 */
final class ArrivingBody implements AsyncBody, StreamSink {
    /** Pieces are handed over together up to this many bytes. */
    private static final int TOGETHER = 64 * 1024;

    private final AsyncBody.Consumer<List<ByteBuffer>> consumer;
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Queue<byte[]> waiting = new ArrayDeque<>(4);
    private final List<Runnable> closeCallbacks = new ArrayList<>(2);
    private long pending;
    private long handedOver;
    private long delivered;
    private long wanted;
    private boolean isDelivering;
    private boolean isEnding;
    private boolean isOver;
    private boolean isComplete;

    ArrivingBody(AsyncBody.Consumer<List<ByteBuffer>> consumer) {
        this.consumer = consumer;
    }

    @Override
    public void write(byte[] bytes) {
        lock.lock();
        try {
            if (isEnding || isOver || bytes.length == 0) {
                return;
            }
            waiting.add(bytes);
            pending += bytes.length;
            goOn();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long pendingBytes() {
        lock.lock();
        try {
            return pending;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean awaitRoom(long limitBytes, Duration deadline) throws InterruptedException {
        long remaining = deadline.toNanos();
        lock.lock();
        try {
            while (!isOver && pending > limitBytes && remaining > 0) {
                remaining = changed.awaitNanos(remaining);
            }
            return !isOver && pending <= limitBytes;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void end() {
        lock.lock();
        try {
            isEnding = true;
            goOn();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void abort() {
        var cause = new IOException("kubernetes broke the answer off");
        Thread.ofVirtual().name("in-process body").start(() -> fail(cause));
    }

    @Override
    public void onClose(Runnable callback) {
        lock.lock();
        try {
            if (!isOver) {
                closeCallbacks.add(callback);
                return;
            }
        } finally {
            lock.unlock();
        }
        callback.run();
    }

    @Override
    public void consume() {
        lock.lock();
        try {
            wanted++;
            goOn();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public CompletableFuture<Void> done() {
        return done;
    }

    @Override
    public void cancel() {
        close(false, () -> done.cancel(false));
    }

    /** Ends it at once; what waits is lost. */
    void fail(Throwable cause) {
        close(false, () -> done.completeExceptionally(cause));
    }

    /** Whether the client got all of it. */
    boolean isComplete() {
        lock.lock();
        try {
            return isComplete;
        } finally {
            lock.unlock();
        }
    }

    long deliveredBytes() {
        lock.lock();
        try {
            return delivered;
        } finally {
            lock.unlock();
        }
    }

    private void goOn() {
        if (!isDelivering && !isOver && (isDeliverable() || isAtEnd())) {
            isDelivering = true;
            Thread.ofVirtual().name("in-process body").start(this::deliver);
        }
    }

    private boolean isDeliverable() {
        return wanted > 0 && !waiting.isEmpty();
    }

    private boolean isAtEnd() {
        return isEnding && waiting.isEmpty();
    }

    private void deliver() {
        try {
            for (var pieces = next(); !pieces.isEmpty(); pieces = next()) {
                consumer.consume(pieces, this);
            }
        } catch (Exception e) {
            // the client's code: whatever it throws ends its request
            fail(e);
        }
    }

    /** What the client gets now; nothing when it has to ask first, or when the end is reached and was told. */
    private List<ByteBuffer> next() {
        lock.lock();
        try {
            pending -= handedOver;
            delivered += handedOver;
            handedOver = 0;
            changed.signalAll();
            if (!isOver && isDeliverable()) {
                return take();
            }
            if (!isAtEnd()) {
                isDelivering = false;
                return List.of();
            }
        } finally {
            lock.unlock();
        }
        close(true, () -> done.complete(null));
        return List.of();
    }

    private List<ByteBuffer> take() {
        wanted--;
        var pieces = new ArrayList<ByteBuffer>();
        for (var piece = waiting.peek();
                piece != null && (pieces.isEmpty() || handedOver + piece.length <= TOGETHER);
                piece = waiting.peek()) {
            // the server may keep the same bytes for others
            pieces.add(ByteBuffer.wrap(piece).asReadOnlyBuffer());
            handedOver += piece.length;
            waiting.remove();
        }
        return pieces;
    }

    private void close(boolean complete, Runnable outcome) {
        List<Runnable> callbacks;
        lock.lock();
        try {
            if (isOver) {
                return;
            }
            isOver = true;
            isComplete = complete;
            waiting.clear();
            pending = 0;
            handedOver = 0;
            changed.signalAll();
            callbacks = List.copyOf(closeCallbacks);
            closeCallbacks.clear();
        } finally {
            lock.unlock();
        }
        try {
            callbacks.forEach(Runnable::run);
        } finally {
            outcome.run();
        }
    }
}
