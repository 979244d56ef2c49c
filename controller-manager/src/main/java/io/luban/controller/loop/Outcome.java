package io.luban.controller.loop;

import java.time.Duration;

/** What a reconciliation leaves to do; a failure is an exception. */
public sealed interface Outcome {
    /** Nothing until the object changes. */
    Outcome DONE = new Done();

    /** Nothing until the object changes. */
    record Done() implements Outcome {}

    /** The same key again after a while. */
    record Again(Duration after) implements Outcome {}

    /** The same key again after a while. */
    static Outcome again(Duration after) {
        return new Again(after);
    }
}
