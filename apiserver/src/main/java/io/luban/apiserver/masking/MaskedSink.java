package io.luban.apiserver.masking;

import io.luban.http.StreamSink;
import io.luban.model.ParseException;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/** A stream of JSON values on its way to a client, without their secrets. */
final class MaskedSink implements StreamSink {
    private final StreamSink client;
    private final MaskedJson edit;
    /** Writers on several threads feed one parser. */
    private final ReentrantLock order = new ReentrantLock();

    MaskedSink(StreamSink client, Secrecy secrecy) {
        this.client = client;
        edit = new MaskedJson(secrecy);
    }

    @Override
    public void write(byte[] bytes) {
        order.lock();
        try {
            client.write(edit.piece(bytes));
        } catch (ParseException e) {
            client.abort();
        } finally {
            order.unlock();
        }
    }

    @Override
    public long pendingBytes() {
        return client.pendingBytes();
    }

    @Override
    public boolean awaitRoom(long limitBytes, Duration deadline) throws InterruptedException {
        return client.awaitRoom(limitBytes, deadline);
    }

    @Override
    public void end() {
        client.end();
    }

    @Override
    public void abort() {
        client.abort();
    }

    @Override
    public void onClose(Runnable callback) {
        client.onClose(callback);
    }
}
