package io.luban.embeddedkube.watch;

/**
 * Tells whether a client is too many events behind. Bytes that went out are compared with a mark that is set anew
 * whenever the client has taken everything up to it, so that no queue of events has to be kept for the question.
 */
final class Lag {
    /** Events that a client may be behind. */
    static final int EVENTS = 1_000;

    /** A burst within this time is no sign of a slow client. */
    static final long PATIENCE_MILLIS = 10_000;

    private long sent;
    private long mark;
    private long markedAt;
    private int sinceMark;

    /** Counts an event in; {@code pending} are the bytes before it that the client has not taken. */
    boolean isTooLong(int bytes, long pending, long now) {
        if (sent - pending >= mark) {
            mark = sent + bytes;
            markedAt = now;
            sinceMark = 0;
        }
        sent += bytes;
        sinceMark++;
        return sinceMark > EVENTS && now - markedAt > PATIENCE_MILLIS;
    }
}
