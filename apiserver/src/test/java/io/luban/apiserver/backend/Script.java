package io.luban.apiserver.backend;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * One connection of the backend. The steps of a script are separated by commas:
 *
 * <ul>
 *   <li>{@code read} the body, {@code tell} what came (head as received, then length and SHA-256 of the body),
 *   <li>{@code raw:BASE64URL} writes bytes, {@code flood:N} writes N bytes of {@link Pattern},
 *   <li>{@code echo} sends back what comes until the end, {@code ws} does so with WebSocket messages, {@code sink} notes it,
 *   <li>{@code tell500} tells in a refusal, {@code gate:NAME} waits for {@code /_open/NAME}, {@code stay} waits for the peer to leave,
 *   <li>{@code mark:WORD} notes a word, {@code half} ends the output, {@code reset} and {@code close} the connection, {@code exit} the process.
 * </ul>
 */
final class Script {
    private static final String USUAL = "read,tell";
    private static final long PATIENCE_SECONDS = 60;

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private String head = "";
    private String trailers = "";
    private long length;
    private String digest = "";

    Script(Socket socket) throws IOException {
        this.socket = socket;
        in = new BufferedInputStream(socket.getInputStream(), 64 * 1024);
        out = socket.getOutputStream();
    }

    /** Serves one request; false when the connection is done. */
    boolean next() throws IOException, InterruptedException {
        head = readHead();
        trailers = "";
        length = 0;
        digest = "";
        if (head.isEmpty()) {
            return false;
        }
        if (!head.contains(" HTTP/1.1\r\n")) {
            return false;
        }
        var target = head.split(" ", 3)[1];
        if (target.equals("/_journal")) {
            answer(String.join("\n", BackendMain.JOURNAL));
            return true;
        }
        if (target.startsWith("/_open/")) {
            BackendMain.gate(target.substring("/_open/".length())).countDown();
            answer("");
            return true;
        }
        BackendMain.JOURNAL.add("request " + head.substring(0, head.indexOf('\r')));
        for (var step : field("X-Script", USUAL).split(",", -1)) {
            if (!perform(step, target)) {
                return false;
            }
        }
        return true;
    }

    private boolean perform(String step, String target) throws IOException, InterruptedException {
        int colon = step.indexOf(':');
        var argument = colon < 0 ? "" : step.substring(colon + 1);
        switch (colon < 0 ? step : step.substring(0, colon)) {
            case "read" -> readBody(target);
            case "tell" -> answer(head + trailers + "--- " + length + " " + digest);
            case "tell500" -> {
                refuse(head + "--- 0 ");
                return false;
            }
            case "raw" -> write(Base64.getUrlDecoder().decode(argument));
            case "flood" -> flood(Long.parseLong(argument), target);
            case "echo" -> {
                in.transferTo(out);
                BackendMain.JOURNAL.add("end " + target);
                return false;
            }
            case "ws" -> {
                Frames.serve(in, out, field("Sec-WebSocket-Key", ""));
                return false;
            }
            case "sink" -> sink(target);
            case "gate" -> BackendMain.gate(argument).await(PATIENCE_SECONDS, TimeUnit.SECONDS);
            case "stay" -> {
                leave(target);
                return false;
            }
            case "mark" -> BackendMain.JOURNAL.add(argument);
            case "half" -> socket.shutdownOutput();
            case "reset" -> {
                socket.setSoLinger(true, 0);
                return false;
            }
            case "close" -> {
                return false;
            }
            case "exit" -> Runtime.getRuntime().halt(9);
            default -> throw new IOException("unknown step " + step);
        }
        return true;
    }

    private void flood(long count, String target) throws IOException {
        try {
            Pattern.write(out, count);
        } catch (IOException e) {
            BackendMain.JOURNAL.add("cut " + target);
            throw e;
        }
    }

    private void leave(String target) throws IOException {
        try {
            while (in.read() >= 0) {
                // what else comes does not matter
            }
        } finally {
            BackendMain.JOURNAL.add("left " + target);
        }
    }

    private void sink(String target) throws IOException {
        var sha = sha256();
        var buffer = new byte[64 * 1024];
        long count = 0;
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            sha.update(buffer, 0, read);
            count += read;
        }
        BackendMain.JOURNAL.add(
                "sunk " + target + " " + count + " " + HexFormat.of().formatHex(sha.digest()));
    }

    private void write(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    private void answer(String text) throws IOException {
        var body = text.getBytes(StandardCharsets.ISO_8859_1);
        boolean toHead = head.startsWith("HEAD ");
        var fields = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nX-Backend: yes\r\nContent-Length: %d\r\n\r\n"
                .formatted(body.length);
        write(fields.getBytes(StandardCharsets.US_ASCII));
        write(toHead ? new byte[0] : body);
    }

    private void refuse(String text) throws IOException {
        write("HTTP/1.1 500 Told\r\nContent-Length: %d\r\n\r\n%s"
                .formatted(text.length(), text)
                .getBytes(StandardCharsets.ISO_8859_1));
    }

    private String readHead() throws IOException {
        var bytes = new ByteArrayOutputStream();
        int last = 0;
        for (int b = in.read(); b >= 0; b = in.read()) {
            bytes.write(b);
            last = last << 8 | b;
            if (last == 0x0d0a0d0a) {
                return bytes.toString(StandardCharsets.ISO_8859_1);
            }
        }
        return "";
    }

    private String field(String name, String otherwise) {
        for (var line : head.split("\r\n", -1)) {
            if (line.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ":")) {
                return line.substring(name.length() + 1).strip();
            }
        }
        return otherwise;
    }

    private void readBody(String target) throws IOException {
        var sha = sha256();
        if (field("Transfer-Encoding", "").equalsIgnoreCase("chunked")) {
            for (long size = Long.parseLong(line(), 16); size > 0; size = Long.parseLong(line(), 16)) {
                take(size, sha);
                line();
            }
            var rest = new StringBuilder();
            for (var line = line(); !line.isEmpty(); line = line()) {
                rest.append(line).append("\r\n");
            }
            trailers = rest.toString();
        } else {
            take(Long.parseLong(field("Content-Length", "0")), sha);
        }
        digest = HexFormat.of().formatHex(sha.digest());
        BackendMain.JOURNAL.add("body " + target + " " + length + " " + digest);
    }

    private void take(long count, MessageDigest sha) throws IOException {
        var buffer = new byte[64 * 1024];
        for (long left = count; left > 0; ) {
            int read = in.read(buffer, 0, (int) Math.min(left, buffer.length));
            if (read < 0) {
                throw new EOFException("body of " + head.substring(0, head.indexOf('\r')) + " ended early");
            }
            sha.update(buffer, 0, read);
            left -= read;
            length += read;
        }
    }

    private String line() throws IOException {
        var line = new StringBuilder();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("line ended early");
            }
            line.append((char) b);
        }
        return line.toString().strip();
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
