package io.luban.apiserver.audit;

import io.luban.http.BodyEdit;
import java.io.ByteArrayOutputStream;
import java.util.Optional;

/** Copies what a client gets of an answer while it passes, as long as it is short enough to be recorded. */
final class AnswerCopy implements BodyEdit {
    private static final byte[] NOTHING = {};

    private final AuditDraft draft;
    private final long limitBytes;
    private final Optional<BodyEdit> before;
    private final ByteArrayOutputStream copy = new ByteArrayOutputStream();
    private boolean isTooLong;

    /**
     * Copies into the draft.
     *
     * @param before what changes the body first, since the record is of what the client gets
     */
    AnswerCopy(AuditDraft draft, long limitBytes, Optional<BodyEdit> before) {
        this.draft = draft;
        this.limitBytes = limitBytes;
        this.before = before;
    }

    @Override
    public byte[] piece(byte[] bytes) {
        return keep(before.map(edit -> edit.piece(bytes)).orElse(bytes));
    }

    @Override
    public byte[] rest() {
        var rest = keep(before.map(BodyEdit::rest).orElse(NOTHING));
        if (!isTooLong) {
            draft.answer().set(copy.toByteArray());
        }
        return rest;
    }

    @Override
    public boolean keepsLength() {
        return before.map(BodyEdit::keepsLength).orElse(true);
    }

    private byte[] keep(byte[] bytes) {
        isTooLong |= copy.size() + (long) bytes.length > limitBytes;
        if (isTooLong) {
            copy.reset();
        } else {
            copy.writeBytes(bytes);
        }
        return bytes;
    }
}
