package io.luban.embeddedkube.stream;

import io.luban.http.WebSocketSession;
import java.util.concurrent.atomic.AtomicInteger;

/** Holds a client back while at least one of its streams has no room. */
final class Throttle {
    private final WebSocketSession session;
    private final AtomicInteger holders = new AtomicInteger();

    Throttle(WebSocketSession session) {
        this.session = session;
    }

    void hold() {
        if (holders.getAndIncrement() == 0) {
            session.pause();
        }
    }

    void release() {
        if (holders.decrementAndGet() == 0) {
            session.resume();
        }
    }
}
