package io.luban.apiserver;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A client that sees bytes: what it sends is what stands on the wire, what it reads is what came. */
final class Wire implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 60_000;

    /** One response. */
    record Answer(String head, byte[] body) {
        int status() {
            return Integer.parseInt(head.split(" ", 3)[1]);
        }

        String text() {
            return new String(body, StandardCharsets.ISO_8859_1);
        }

        List<String> all(String name) {
            return fields(head, name);
        }

        String field(String name) {
            var values = all(name);
            return values.isEmpty() ? "" : values.getFirst();
        }

        /** The request as the backend says it came. */
        Seen seen() {
            var text = text();
            if (!text.contains("\r\n\r\n")) {
                throw new AssertionError("no answer of the backend: " + head + text);
            }
            return new Seen(text);
        }
    }

    /** What the backend told. */
    record Seen(String text) {
        String line() {
            return text.substring(0, text.indexOf('\r'));
        }

        String target() {
            return line().split(" ", 3)[1];
        }

        String method() {
            return line().split(" ", 3)[0];
        }

        List<String> all(String name) {
            return fields(text, name);
        }

        /** Length and digest of the body. */
        String body() {
            return text.substring(text.lastIndexOf("--- ") + 4);
        }
    }

    final Socket socket;
    private final InputStream in;
    private final OutputStream out;

    Wire(int port) throws IOException {
        this(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    Wire(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream());
        out = socket.getOutputStream();
    }

    private static List<String> fields(String head, String name) {
        var prefix = name.toLowerCase(Locale.ROOT) + ":";
        return head.lines()
                .takeWhile(line -> !line.isEmpty())
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(prefix))
                .map(line -> line.substring(prefix.length()).strip())
                .toList();
    }

    Wire send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    Wire send(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
        return this;
    }

    OutputStream output() {
        return out;
    }

    InputStream input() {
        return in;
    }

    /** The head of the next response, interim ones included. */
    String readHead() throws IOException {
        var bytes = new ByteArrayOutputStream();
        int last = 0;
        while (last != 0x0d0a0d0a) {
            int b = in.read();
            if (b < 0) {
                throw new EOFException("end after \"" + bytes.toString(StandardCharsets.ISO_8859_1) + "\"");
            }
            bytes.write(b);
            last = last << 8 | b;
        }
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }

    /** The next response to a request that was not HEAD. */
    Answer read() throws IOException {
        var head = readHead();
        if (head.startsWith("HTTP/1.1 1") || head.contains(" 204 ") || head.contains(" 304 ")) {
            return new Answer(head, new byte[0]);
        }
        if (!fields(head, "Transfer-Encoding").isEmpty()) {
            return new Answer(head, chunked());
        }
        var length = fields(head, "Content-Length");
        return new Answer(head, length.isEmpty() ? in.readAllBytes() : exactly(Integer.parseInt(length.getFirst())));
    }

    byte[] exactly(int count) throws IOException {
        var bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw new EOFException("only " + bytes.length + " bytes of " + count);
        }
        return bytes;
    }

    /** The data of one chunk; empty at the end. */
    byte[] chunk() throws IOException {
        int size = Integer.parseInt(line().strip(), 16);
        var data = exactly(size);
        if (size > 0) {
            line();
        }
        return data;
    }

    private byte[] chunked() throws IOException {
        var body = new ByteArrayOutputStream();
        for (var data = chunk(); data.length > 0; data = chunk()) {
            body.write(data);
        }
        while (!line().isBlank()) {
            // trailers
        }
        return body.toByteArray();
    }

    String line() throws IOException {
        var line = new StringBuilder();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("end after \"" + line + "\"");
            }
            line.append((char) b);
        }
        return line.toString();
    }

    /** Whether nothing more comes; a reset counts as an end. */
    boolean isEnded() {
        try {
            return in.read() < 0;
        } catch (java.net.SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    /** A head of a request line without its version, the Host field and further lines. */
    static String head(String requestLine, String... fields) {
        return requestLine + " HTTP/1.1\r\nHost: gw.example:9\r\n"
                + String.join(
                        "", Arrays.stream(fields).map(field -> field + "\r\n").toList()) + "\r\n";
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
