package io.luban.embeddedkube.reconcile;

import java.time.Duration;

/** What a reconciliation wants next; failures are exceptions and lead to another try with a growing delay. */
public sealed interface Outcome {
    /** Nothing until the next event. */
    record Done() implements Outcome {}

    /** Look again after a while. */
    record Again(Duration after) implements Outcome {}

    /** Nothing until the next event. */
    static Outcome done() {
        return new Done();
    }

    /** Look again after a while. */
    static Outcome again(Duration after) {
        return new Again(after);
    }
}
