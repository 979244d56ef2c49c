package io.luban.http;

/**
 * Reads or changes a body piece by piece while it passes, so that nobody waits for its end. One edit serves one body and is
 * called on one event loop. It throws {@link io.luban.model.ParseException} at a body that it cannot let through; what the
 * client has of the answer then ends with a broken connection.
 */
public interface BodyEdit {
    /** What goes on in place of a piece; empty when nothing can go on yet. */
    byte[] piece(byte[] bytes);

    /** What still goes on after the last piece. */
    byte[] rest();

    /** Whether as many bytes leave as come. */
    boolean keepsLength();
}
