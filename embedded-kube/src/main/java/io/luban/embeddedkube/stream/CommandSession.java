package io.luban.embeddedkube.stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luban.http.WebSocketSession;
import io.luban.model.Json;
import io.luban.model.ParseException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One command over the channels of a WebSocket: input 0, output 1, error output 2, outcome 3, terminal size 4. */
final class CommandSession implements ContainerStreams {
    private static final Logger log = LoggerFactory.getLogger(CommandSession.class);
    private static final int STDIN = 0;
    private static final int STDOUT = 1;
    private static final int STDERR = 2;
    private static final int ERROR = 3;
    private static final int RESIZE = 4;

    /** kubectl up to 1.33 throws away what arrives before it has made its streams, which a network's delay hides. */
    private static final long GRACE_MILLIS = 50;

    private final InputStream stdin;
    private final OutputStream stdout;
    private final OutputStream stderr;
    private final ReentrantLock sizing = new ReentrantLock();
    private Consumer<TerminalSize> onResize = size -> {};
    private TerminalSize size = new TerminalSize(0, 0);

    /** Which of the runtime's two ways is meant. */
    @FunctionalInterface
    interface Action {
        int run(StreamBackend backend, JsonNode pod, CommandRequest command, ContainerStreams streams)
                throws IOException, InterruptedException;
    }

    /** The command itself. */
    @FunctionalInterface
    interface Body {
        int run(ContainerStreams streams) throws IOException, InterruptedException;
    }

    private CommandSession(ChannelSocket socket, CommandRequest command) {
        stdin = command.stdin() ? socket.pipe(STDIN) : InputStream.nullInputStream();
        stdout = command.stdout() ? socket.output(STDOUT) : OutputStream.nullOutputStream();
        stderr = command.stderr() ? socket.output(STDERR) : OutputStream.nullOutputStream();
        socket.listen(RESIZE, this::resized);
    }

    static void start(ChannelSocket socket, CommandRequest command, Body body, WebSocketSession session) {
        var streams = new CommandSession(socket, command);
        if (!socket.hasClose()) {
            // an empty message tells clients of the older protocols that the connection stands
            socket.send(command.stdout() ? STDOUT : command.stderr() ? STDERR : ERROR, new byte[0]);
        }
        var worker = Thread.ofVirtual().name("pod-command").unstarted(() -> streams.run(socket, body));
        session.onClose(worker::interrupt);
        socket.start();
        if (socket.hasClose()) {
            CompletableFuture.delayedExecutor(GRACE_MILLIS, TimeUnit.MILLISECONDS, Runnable::run)
                    .execute(worker::start);
        } else {
            worker.start();
        }
    }

    private void run(ChannelSocket socket, Body body) {
        var status = outcome(body);
        try {
            stdin.close();
        } catch (IOException e) {
            log.atDebug().setCause(e).log("input of a command did not close");
        }
        var text = status.encoded(socket.hasStatus());
        if (text.length > 0) {
            socket.send(ERROR, text);
        }
        socket.close();
    }

    private ExitStatus outcome(Body body) {
        try {
            return ExitStatus.exited(body.run(this));
        } catch (IOException e) {
            return ExitStatus.failed(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ExitStatus.failed("the client has left");
        } catch (RuntimeException e) {
            log.atError().setCause(e).log("a runtime failed to run a command");
            return ExitStatus.failed("the runtime failed");
        }
    }

    private void resized(byte[] message) {
        try {
            if (Json.parse(message) instanceof ObjectNode json) {
                resize(new TerminalSize(
                        json.path("Width").asInt(), json.path("Height").asInt()));
            }
        } catch (ParseException e) {
            log.atDebug().log("a client sent a terminal size that is none");
        }
    }

    private void resize(TerminalSize now) {
        sizing.lock();
        try {
            size = now;
            onResize.accept(now);
        } finally {
            sizing.unlock();
        }
    }

    @Override
    public InputStream stdin() {
        return stdin;
    }

    @Override
    public OutputStream stdout() {
        return stdout;
    }

    @Override
    public OutputStream stderr() {
        return stderr;
    }

    @Override
    public void onResize(Consumer<TerminalSize> callback) {
        sizing.lock();
        try {
            onResize = callback;
            if (size.columns() > 0) {
                callback.accept(size);
            }
        } finally {
            sizing.unlock();
        }
    }
}
