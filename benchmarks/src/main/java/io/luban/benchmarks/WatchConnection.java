package io.luban.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * One watch: reads lines for as long as they come, and the time in those that carry one. An event is a line with the
 * member {@code sent} in it, whose text is the {@link System#nanoTime()} of this process at which it was written.
 */
final class WatchConnection implements AutoCloseable {
    private static final byte[] MARK = "\"sent\":\"".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] HEAD_END = "\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final Socket socket;
    private final byte[] buffer;
    private int filled;

    private WatchConnection(Socket socket, int bufferBytes) {
        this.socket = socket;
        this.buffer = new byte[bufferBytes];
    }

    /** Sends the request and reads the head of the answer. */
    static WatchConnection open(URI watch, Map<String, String> headers, int bufferBytes) throws IOException {
        var connection = new WatchConnection(SocketLoad.connect(watch), bufferBytes);
        var head = new StringBuilder("GET %s?%s HTTP/1.1\r\nHost: %s\r\n"
                .formatted(watch.getRawPath(), watch.getRawQuery(), watch.getAuthority()));
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        var out = connection.socket.getOutputStream();
        out.write(head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII));
        out.flush();
        connection.readHead(connection.socket.getInputStream());
        return connection;
    }

    private void readHead(InputStream in) throws IOException {
        int end = -1;
        while (end < 0) {
            fill(in);
            end = indexOf(HEAD_END, 0, filled);
        }
        var status = new String(buffer, 0, 12, StandardCharsets.US_ASCII);
        if (!status.endsWith(" 200")) {
            throw new IOException("the watch was refused: " + new String(buffer, 0, filled, StandardCharsets.UTF_8));
        }
        drop(end + HEAD_END.length);
    }

    /** Reads until the connection ends, which it does by {@link #close}. */
    void read(LongAdder events, Histogram latencies) {
        try {
            var in = socket.getInputStream();
            while (true) {
                take(events, latencies);
                fill(in);
            }
        } catch (IOException e) {
            if (!socket.isClosed()) {
                throw new UncheckedIOException("a watch ended by itself", e);
            }
        }
    }

    private void take(LongAdder events, Histogram latencies) {
        int begin = 0;
        for (int i = 0; i < filled; i++) {
            if (buffer[i] == '\n') {
                int mark = indexOf(MARK, begin, i);
                if (mark >= 0) {
                    latencies.add(System.nanoTime() - number(mark + MARK.length));
                    events.increment();
                }
                begin = i + 1;
            }
        }
        drop(begin);
    }

    private void drop(int length) {
        System.arraycopy(buffer, length, buffer, 0, filled - length);
        filled -= length;
    }

    private void fill(InputStream in) throws IOException {
        if (filled == buffer.length) {
            throw new IOException("a line longer than " + buffer.length + " bytes");
        }
        int read = in.read(buffer, filled, buffer.length - filled);
        if (read < 0) {
            throw new IOException("end of stream");
        }
        filled += read;
    }

    private long number(int from) {
        long number = 0;
        for (int i = from; buffer[i] != '"'; i++) {
            number = number * 10 + (buffer[i] - '0');
        }
        return number;
    }

    private int indexOf(byte[] wanted, int from, int to) {
        for (int i = from; i <= to - wanted.length; i++) {
            int matched = 0;
            while (matched < wanted.length && buffer[i + matched] == wanted[matched]) {
                matched++;
            }
            if (matched == wanted.length) {
                return i;
            }
        }
        return -1;
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
