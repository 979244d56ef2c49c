package io.luban.apiserver.reverseproxy;

import io.luban.http.BodyEdit;
import io.luban.model.ParseException;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * Unpacks a body, passes it through another edit, and packs it again, piece by piece: whoever shows a log that grows may
 * compress it as well. A body that is not packed in truth goes on as it came.
 */
final class Repacked implements BodyEdit {
    /** What one piece may become at most; more is an attack. */
    private static final int MOST_AT_ONCE = 16 * 1024 * 1024;

    private static final int BUFFER = 32 * 1024;

    private enum State {
        HEAD,
        BODY,
        TAIL,
        UNCHANGED
    }

    private final BodyEdit edit;
    private final Inflater inflater = new Inflater(true);
    private final Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
    private final byte[] buffer = new byte[BUFFER];
    private PackedForm form;
    private State state = State.HEAD;
    private byte[] held = new byte[0];
    private int tailLeft;
    private boolean begun;
    private boolean isDirty;

    /** Repacks a body of that Content-Encoding, {@code gzip} or {@code deflate}. */
    Repacked(String encoding, BodyEdit edit) {
        this.edit = edit;
        form = encoding.equals("gzip") ? new PackedForm.Gzip() : new PackedForm.Zlib();
    }

    @Override
    public byte[] piece(byte[] bytes) {
        var data = Arrays.copyOf(held, held.length + bytes.length);
        System.arraycopy(bytes, 0, data, held.length, bytes.length);
        held = new byte[0];
        var out = new ByteArrayOutputStream(data.length + 64);
        int at = 0;
        while (at < data.length && state != State.UNCHANGED) {
            at = switch (state) {
                case HEAD -> head(data, at, out);
                case BODY -> body(data, at, out);
                case TAIL, UNCHANGED -> tail(data, at);
            };
        }
        if (state == State.UNCHANGED) {
            return data;
        }
        if (isDirty) {
            isDirty = false;
            drain(out, Deflater.SYNC_FLUSH);
        }
        return out.toByteArray();
    }

    private int head(byte[] data, int at, ByteArrayOutputStream out) {
        int end = form.endOfHead(data, at);
        if (end == PackedForm.INCOMPLETE) {
            held = Arrays.copyOfRange(data, at, data.length);
            return data.length;
        }
        if (end == PackedForm.FOREIGN) {
            if (begun) {
                // what follows a complete body means nothing
                return data.length;
            }
            if (form instanceof PackedForm.Zlib) {
                form = new PackedForm.Raw();
                return at;
            }
            state = State.UNCHANGED;
            return at;
        }
        if (!begun) {
            begun = true;
            out.writeBytes(form.head());
        }
        state = State.BODY;
        return end;
    }

    private int body(byte[] data, int at, ByteArrayOutputStream out) {
        inflater.setInput(data, at, data.length - at);
        int total = 0;
        try {
            for (int count = inflater.inflate(buffer); count > 0; count = inflater.inflate(buffer)) {
                total += count;
                if (total > MOST_AT_ONCE) {
                    throw new ParseException("a body that grows too much");
                }
                pack(edit.piece(Arrays.copyOf(buffer, count)), out);
            }
        } catch (DataFormatException e) {
            var failure = new ParseException("a body that cannot be unpacked");
            failure.initCause(e);
            throw failure;
        }
        if (!inflater.finished()) {
            return data.length;
        }
        int end = data.length - inflater.getRemaining();
        inflater.reset();
        tailLeft = form.tailLength();
        state = State.TAIL;
        return end;
    }

    /** The sums are not compared: whoever unpacks the new body compares those of that. */
    private int tail(byte[] data, int at) {
        int count = Math.min(tailLeft, data.length - at);
        tailLeft -= count;
        if (tailLeft == 0) {
            state = State.HEAD;
        }
        return at + count;
    }

    private void pack(byte[] bytes, ByteArrayOutputStream out) {
        if (bytes.length > 0) {
            isDirty = true;
            form.add(bytes);
            deflater.setInput(bytes);
            drain(out, Deflater.NO_FLUSH);
        }
    }

    private void drain(ByteArrayOutputStream out, int flush) {
        var packed = new byte[BUFFER];
        int count;
        do {
            count = deflater.deflate(packed, 0, packed.length, flush);
            out.write(packed, 0, count);
        } while (count == packed.length);
    }

    @Override
    public byte[] rest() {
        if (!begun) {
            return held;
        }
        var out = new ByteArrayOutputStream();
        pack(edit.rest(), out);
        deflater.finish();
        drain(out, Deflater.NO_FLUSH);
        out.writeBytes(form.tail());
        inflater.end();
        deflater.end();
        return out.toByteArray();
    }

    @Override
    public boolean keepsLength() {
        return false;
    }
}
