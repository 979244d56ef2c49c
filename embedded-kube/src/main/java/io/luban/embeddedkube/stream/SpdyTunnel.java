package io.luban.embeddedkube.stream;

import io.luban.http.SpdyCodec;
import io.luban.http.SpdyCodec.Frame;
import io.luban.http.WebSocketSession;
import io.luban.model.ApiException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Forwarded ports as kubectl asks for them: SPDY/3.1 within a WebSocket. For every connection the client opens two streams
 * with the same {@code requestID}, first one for errors, then one for data.
 */
final class SpdyTunnel {
    static final String PROTOCOL = "SPDY/3.1+portforward.k8s.io";

    private static final Logger log = LoggerFactory.getLogger(SpdyTunnel.class);
    private static final int PROTOCOL_ERROR = 1002;
    private static final int CHUNK = 32 * 1024;
    private static final int MOST_STREAMS = 2000;

    private final WebSocketSession session;
    private final Ports.Dialer dialer;
    private final Throttle throttle;
    private final SpdyCodec codec = new SpdyCodec();
    private final ReentrantLock sending = new ReentrantLock();
    private final Map<Integer, InboundPipe> data = new ConcurrentHashMap<>();
    private final Map<String, Integer> errors = new ConcurrentHashMap<>();
    private final Map<Integer, Thread> workers = new ConcurrentHashMap<>();

    private SpdyTunnel(WebSocketSession session, Ports.Dialer dialer) {
        this.session = session;
        this.dialer = dialer;
        this.throttle = new Throttle(session);
    }

    static void start(WebSocketSession session, Ports.Dialer dialer) {
        var tunnel = new SpdyTunnel(session, dialer);
        session.onClose(tunnel::over);
        session.onMessage(tunnel::received);
    }

    private void over() {
        data.values().forEach(InboundPipe::end);
        workers.values().forEach(Thread::interrupt);
    }

    private void received(byte[] message) {
        try {
            codec.read(message).forEach(this::take);
        } catch (IllegalArgumentException e) {
            log.atDebug().setCause(e).log("a client sent no SPDY");
            session.close(PROTOCOL_ERROR, "malformed SPDY frame");
        }
    }

    private void take(Frame frame) {
        switch (frame) {
            case Frame.Opened opened -> opened(opened);
            case Frame.Data bytes -> {
                var pipe = data.get(bytes.stream());
                if (pipe != null) {
                    pipe.offer(bytes.bytes());
                    if (bytes.last()) {
                        pipe.end();
                    }
                }
            }
            case Frame.Reset reset -> reset(reset.stream());
            case Frame.Ping ping -> send(() -> codec.pong(ping.id()));
            case Frame.Leaving leaving -> log.atTrace().log("the client opens no more streams");
        }
    }

    private void reset(int stream) {
        var pipe = data.get(stream);
        if (pipe != null) {
            pipe.end();
        }
        var worker = workers.get(stream);
        if (worker != null) {
            worker.interrupt();
        }
    }

    private void opened(Frame.Opened opened) {
        int stream = opened.stream();
        if (data.size() + errors.size() >= MOST_STREAMS) {
            session.close(PROTOCOL_ERROR, "too many streams");
            return;
        }
        send(() -> codec.accepted(stream));
        var id = opened.headers().getOrDefault("requestid", "");
        if (opened.headers().getOrDefault("streamtype", "").equals("error")) {
            errors.put(id, stream);
            return;
        }
        var pipe = new InboundPipe(throttle);
        data.put(stream, pipe);
        if (opened.last()) {
            pipe.end();
        }
        var port = opened.headers().getOrDefault("port", "");
        var worker = Thread.ofVirtual().name("port-" + port).unstarted(() -> serve(stream, id, port, pipe));
        workers.put(stream, worker);
        worker.start();
    }

    private void serve(int stream, String id, String port, InboundPipe fromClient) {
        int error = errors.getOrDefault(id, 0);
        Ports.Failure failure = message -> report(error, message);
        try {
            Ports.join(dialer, Ports.parse(port), fromClient, output(stream), failure);
        } catch (ApiException e) {
            failure.report(e.status().message());
        } finally {
            fromClient.close();
            data.remove(stream);
            workers.remove(stream);
            errors.remove(id);
            send(() -> codec.data(stream, new byte[0], true));
            if (error != 0) {
                send(() -> codec.data(error, new byte[0], true));
            }
        }
    }

    private void report(int error, String message) {
        if (error != 0) {
            send(() -> codec.data(error, message.getBytes(StandardCharsets.UTF_8), false));
        }
    }

    private OutputStream output(int stream) {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int at, int length) throws IOException {
                for (int sent = 0; sent < length; sent += CHUNK) {
                    ChannelSocket.awaitRoom(session);
                    int from = at + sent;
                    var chunk = Arrays.copyOfRange(bytes, from, from + Math.min(CHUNK, length - sent));
                    send(() -> codec.data(stream, chunk, false));
                }
            }
        };
    }

    private interface Encoding {
        byte[] encode();
    }

    /** What is encoded first is sent first. */
    private void send(Encoding encoding) {
        sending.lock();
        try {
            session.sendBinary(encoding.encode());
        } finally {
            sending.unlock();
        }
    }
}
