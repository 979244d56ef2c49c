package io.luban.apiserver.masking;

import io.luban.http.BodyEdit;
import io.luban.model.ParseException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A watch by WebSocket of a server elsewhere, as its bytes: every message (RFC 6455 §5) goes on without its secrets and in one
 * frame, control frames go on as they are. Compressed messages cannot be read, so their extension must not be asked for.
 */
final class MaskedFrames implements BodyEdit {
    private static final int LONGEST_MESSAGE = 8 * 1024 * 1024;
    private static final int LAST = 0x80;
    private static final int FIRST_CONTROL = 8;

    private final Secrecy secrecy;
    private final ByteArrayOutputStream message = new ByteArrayOutputStream();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private byte[] kept = new byte[0];
    private int opcode;

    MaskedFrames(Secrecy secrecy) {
        this.secrecy = secrecy;
    }

    @Override
    public byte[] piece(byte[] bytes) {
        var all = Arrays.copyOf(kept, kept.length + bytes.length);
        System.arraycopy(bytes, 0, all, kept.length, bytes.length);
        int at = 0;
        for (int next = frame(all, at); next > at; next = frame(all, at)) {
            at = next;
        }
        kept = Arrays.copyOfRange(all, at, all.length);
        var passed = out.toByteArray();
        out.reset();
        return passed;
    }

    /** A frame that was cut off is nothing that the client could read. */
    @Override
    public byte[] rest() {
        return new byte[0];
    }

    @Override
    public boolean keepsLength() {
        return false;
    }

    /** Reads one frame; the position behind it, or {@code at} when it is not complete. */
    private int frame(byte[] all, int at) {
        var frame = ByteBuffer.wrap(all, at, all.length - at);
        if (frame.remaining() < 2) {
            return at;
        }
        int first = frame.get() & 0xff;
        int second = frame.get() & 0xff;
        boolean hasReservedBits = (first & 0x70) != 0;
        boolean isFromClient = (second & 0x80) != 0;
        if (hasReservedBits || isFromClient) {
            throw new ParseException("a frame that no server may send");
        }
        int lengthBytes = second == 126 ? 2 : second == 127 ? 8 : 0;
        if (frame.remaining() < lengthBytes) {
            return at;
        }
        long length = lengthBytes == 0 ? second : lengthBytes == 2 ? frame.getShort() & 0xffff : frame.getLong();
        if (length < 0 || length + message.size() > LONGEST_MESSAGE) {
            throw new ParseException("a message of more than " + LONGEST_MESSAGE + " bytes");
        }
        if (frame.remaining() < length) {
            return at;
        }
        var payload = new byte[(int) length];
        frame.get(payload);
        take(first, payload);
        return frame.position();
    }

    private void take(int first, byte[] payload) {
        int code = first & 0x0f;
        if (code >= FIRST_CONTROL) {
            write(code, payload);
            return;
        }
        opcode = code == 0 ? opcode : code;
        message.writeBytes(payload);
        if ((first & LAST) != 0) {
            write(opcode, MaskedJson.of(secrecy, message.toByteArray()));
            message.reset();
        }
    }

    private void write(int code, byte[] payload) {
        var head = ByteBuffer.allocate(10).put((byte) (LAST | code));
        if (payload.length < 126) {
            head.put((byte) payload.length);
        } else if (payload.length < 0x10000) {
            head.put((byte) 126).putShort((short) payload.length);
        } else {
            head.put((byte) 127).putLong(payload.length);
        }
        out.write(head.array(), 0, head.position());
        out.writeBytes(payload);
    }
}
