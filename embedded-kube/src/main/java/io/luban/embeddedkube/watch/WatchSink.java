package io.luban.embeddedkube.watch;

import io.luban.http.StreamSink;
import io.luban.http.WebSocketSession;

/** The client's end of a watch, whatever the transport. */
interface WatchSink {
    void send(byte[] frame);

    long pendingBytes();

    /** Ends after everything sent so far. */
    void end();

    /** Ends at once, dropping what the client has not taken. */
    void cut();

    void onClose(Runnable callback);

    static WatchSink of(StreamSink stream) {
        return new WatchSink() {
            @Override
            public void send(byte[] frame) {
                stream.write(frame);
            }

            @Override
            public long pendingBytes() {
                return stream.pendingBytes();
            }

            @Override
            public void end() {
                stream.end();
            }

            @Override
            public void cut() {
                stream.abort();
            }

            @Override
            public void onClose(Runnable callback) {
                stream.onClose(callback);
            }
        };
    }

    static WatchSink of(WebSocketSession session) {
        return new WatchSink() {
            private static final int NORMAL = 1000;
            private static final int GOING_AWAY = 1001;

            @Override
            public void send(byte[] frame) {
                session.sendText(frame);
            }

            @Override
            public long pendingBytes() {
                return session.pendingBytes();
            }

            @Override
            public void end() {
                session.close(NORMAL, "");
            }

            @Override
            public void cut() {
                session.close(GOING_AWAY, "the client does not keep up");
            }

            @Override
            public void onClose(Runnable callback) {
                session.onClose(callback);
            }
        };
    }
}
