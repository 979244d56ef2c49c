package io.luban.apiserver.masking;

import io.luban.http.WebSocketSession;
import io.luban.model.ParseException;
import java.time.Duration;
import java.util.function.Consumer;

/** A watch by WebSocket: every message is one event, which goes on without its secrets. */
record MaskedSession(WebSocketSession client, Secrecy secrecy) implements WebSocketSession {
    private static final int UNEXPECTED = 1011;

    @Override
    public void sendText(byte[] utf8) {
        try {
            client.sendText(MaskedJson.of(secrecy, utf8));
        } catch (ParseException e) {
            client.close(UNEXPECTED, "the event cannot be shown");
        }
    }

    @Override
    public void sendBinary(byte[] bytes) {
        try {
            client.sendBinary(MaskedJson.of(secrecy, bytes));
        } catch (ParseException e) {
            client.close(UNEXPECTED, "the event cannot be shown");
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
    public void pause() {
        client.pause();
    }

    @Override
    public void resume() {
        client.resume();
    }

    @Override
    public void onMessage(Consumer<byte[]> callback) {
        client.onMessage(callback);
    }

    @Override
    public void close(int code, String reason) {
        client.close(code, reason);
    }

    @Override
    public void onClose(Runnable callback) {
        client.onClose(callback);
    }
}
