package io.luban.apiserver.backend;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** The server's side of WebSocket (RFC 6455) that sends every message back. */
final class Frames {
    private static final String MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int CLOSE = 8;

    private Frames() {}

    static void serve(InputStream in, OutputStream out, String key) throws IOException {
        out.write(("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Accept: " + accept(key) + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        out.flush();
        var data = new DataInputStream(in);
        try {
            while (echo(data, out) != CLOSE) {
                // one frame after the other
            }
        } catch (EOFException e) {
            BackendMain.JOURNAL.add("websocket cut");
        }
    }

    private static int echo(DataInputStream in, OutputStream out) throws IOException {
        int first = in.readUnsignedByte();
        int second = in.readUnsignedByte() & 0x7f;
        long length = second == 126 ? in.readUnsignedShort() : second == 127 ? in.readLong() : second;
        var mask = in.readNBytes(4);
        var payload = in.readNBytes((int) length);
        for (int i = 0; i < payload.length; i++) {
            payload[i] ^= mask[i & 3];
        }
        var frame = ByteBuffer.allocate(payload.length + 10).put((byte) first);
        if (payload.length < 126) {
            frame.put((byte) payload.length);
        } else if (payload.length < 65536) {
            frame.put((byte) 126).putShort((short) payload.length);
        } else {
            frame.put((byte) 127).putLong(payload.length);
        }
        frame.put(payload);
        out.write(frame.array(), 0, frame.position());
        out.flush();
        return first & 0x0f;
    }

    private static String accept(String key) {
        try {
            var sha = MessageDigest.getInstance("SHA-1").digest((key + MAGIC).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(sha);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
